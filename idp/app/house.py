"""The whole house: neighbours, tools, services and pages, plugged together in this order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from flask import Flask

from idp.app.faces import FaceNeighbours, start_faces
from idp.app.jobs import open_jobs
from idp.app.neighbours import Neighbours, open_neighbours
from idp.app.pages import furnish
from idp.app.services import open_services
from idp.app.tools import open_key_life, open_tools
from idp.cli.tools import Tools
from idp.domain.clock import Clock, SystemClock
from idp.jobs.loop import Jobs
from idp.logs import set_up_logs
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
        app,
        settings,
        neighbours,
        catalogue,
        detail_types=detail_types,
        key_life=key_life,
        jobs=jobs,
        serving=partial(_serving, settings, secrets),
    )
    services = open_services(
        settings, secrets, neighbours, tools, catalogue, detail_types=detail_types, faces=faces
    )
    furnish(app, settings, secrets, neighbours, services)
    return House(app=app, tools=tools, jobs=jobs, neighbours=neighbours)


def application(settings: Settings, secrets: Secrets, faces: FaceNeighbours | None = None) -> Flask:
    """Return the WSGI application of one process, which logs as the settings say."""
    set_up_logs(settings.log.level)
    return build(settings, secrets, faces=faces).app


@contextmanager
def _serving(settings: Settings, secrets: Secrets) -> Iterator[Callable[[], Flask]]:
    with start_faces(settings) as faces:
        yield lambda: application(settings, secrets, faces)
