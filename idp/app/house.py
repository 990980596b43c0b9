"""The whole house: neighbours, tools, services and pages, plugged together in this order."""

from dataclasses import dataclass

from flask import Flask

from idp.app.faces import FaceNeighbours
from idp.app.jobs import open_jobs
from idp.app.neighbours import Neighbours, open_neighbours
from idp.app.pages import furnish
from idp.app.services import open_services
from idp.app.tools import open_key_life, open_tools
from idp.cli.tools import Tools
from idp.domain.clock import Clock, SystemClock
from idp.jobs.loop import Jobs
from idp.secret_files import Secrets
from idp.settings import Settings, check_together
from idp.settings_values import rooted
from idp.tables import load_catalogue, load_detail_types


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The application, and what the commands and tests work with."""

    app: Flask
    tools: Tools
    jobs: Jobs
    neighbours: Neighbours


def build(
    settings: Settings,
    secrets: Secrets,
    clock: Clock | None = None,
    *,
    faces: FaceNeighbours | None = None,
) -> House:
    """Plug everything together; *clock* is the machine's unless a test brings its own.

    *faces* are those who judge faces and know whose they are, where a face may prove anything.
    """
    app = Flask("idp", template_folder="web/templates", static_folder="web/static")
    catalogue = load_catalogue()
    check_together(settings, catalogue)
    detail_types = load_detail_types(rooted(settings.authorization.details), settings.namespace)
    neighbours = open_neighbours(app, settings, secrets, clock or SystemClock())
    key_life = open_key_life(settings, neighbours)
    jobs = open_jobs(settings, secrets, neighbours, key_life)
    tools = open_tools(
        app, settings, neighbours, catalogue, detail_types=detail_types, key_life=key_life, jobs=jobs
    )
    services = open_services(
        settings, secrets, neighbours, tools, catalogue, detail_types=detail_types, faces=faces
    )
    furnish(app, settings, secrets, neighbours, services)
    return House(app=app, tools=tools, jobs=jobs, neighbours=neighbours)
