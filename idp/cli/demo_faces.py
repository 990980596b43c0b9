"""The demo's face check: a register of pictures to try it with, where the models that judge are there."""

import os
import sys
from pathlib import Path

from idp.adapters.faces import has_models
from idp.cli.processes import Program
from idp.domain.ids import random_secret
from idp.settings import Settings


def register_beside(settings: Settings, folder: Path, port: int) -> Program | None:
    """Return the register of pictures on *port*; None without models, or where one is set already."""
    if settings.pictures.url or not has_models(settings.faces.models):
        return None
    # Made anew at each start: nobody but the two programs holds it.
    key = folder / "register.key"
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(random_secret())
    os.environ |= {
        "IDP_FACES__ENABLED": "true",
        "IDP_PICTURES__URL": f"http://127.0.0.1:{port}",
        "IDP_PICTURES__KEY_FILE": str(key),
    }
    return Program(
        name="the register of pictures",
        command=(sys.executable, "-m", "examples.register", "--port", str(port), "--key-file", str(key)),
        url=f"http://127.0.0.1:{port}/",
        environment={},
    )
