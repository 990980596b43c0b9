"""Faces as the settings want them: who judges, who knows whose they are, and how often one may try."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from idp.adapters.faces import judging, template_model
from idp.adapters.http import GuardedHttp
from idp.adapters.register import Register
from idp.app.neighbours import Neighbours
from idp.app.tries import open_throttle
from idp.domain.faces import FaceJudges, FaceReferences
from idp.services.face_references import KnownFaces, OwnReferences
from idp.services.face_tries import FaceTries
from idp.services.face_verdicts import FaceVerdicts
from idp.services.faces import Faces
from idp.services.proving import Proving
from idp.settings import Settings
from idp.settings_values import rooted
from idp.storage.ephemeral.kept import KeptInteractions
from idp.storage.ephemeral.kept_faces import KeptFaceChecks

MOST_ANSWERED = 16 * 1024


@dataclass(frozen=True, slots=True)
class FaceNeighbours:
    """Who judges faces, and who knows whose they are: without both no face is asked for."""

    judges: FaceJudges
    references: FaceReferences | None = None


@contextmanager
def start_faces(settings: Settings) -> Iterator[FaceNeighbours | None]:
    """Start those who judge faces; the processes that are forked meanwhile share them."""
    if not settings.faces.enabled:
        yield None
        return
    pool = settings.faces
    with judging(workers=pool.workers, seats=pool.seats, models=pool.models) as judges:
        yield FaceNeighbours(judges)


def open_faces(
    settings: Settings,
    neighbours: Neighbours,
    faces: FaceNeighbours | None,
    *,
    proving: Proving,
) -> Faces | None:
    """Return what checks faces, or None where no face is asked for."""
    own = open_own_references(settings, neighbours)
    references = faces.references or open_references(settings, own) if faces else None
    if faces is None or references is None:
        return None
    limits = settings.faces
    tries = FaceTries(
        of_visit=open_throttle(neighbours, "face-visit", limits.visit),
        of_person=open_throttle(neighbours, "face-person", limits.person),
        pause_of_person=open_throttle(neighbours, "face-pause", limits.pause),
        beginnings_of_address=open_throttle(neighbours, "face-address", limits.address),
        beginnings_of_client=open_throttle(neighbours, "face-client", limits.client),
    )
    return Faces(
        judges=faces.judges,
        references=references,
        checks=KeptFaceChecks(neighbours.ephemeral.expiring),
        seen=neighbours.ephemeral.one_time,
        tries=tries,
        verdicts=FaceVerdicts(
            references=references,
            proving=proving,
            tries=tries,
            records=neighbours.database,
            clock=neighbours.clock,
            own=own,
        ),
        records=neighbours.database,
        interactions=KeptInteractions(neighbours.ephemeral.expiring),
        clock=neighbours.clock,
    )


def open_own_references(settings: Settings, neighbours: Neighbours) -> OwnReferences:
    """Return the references that people may have kept."""
    return OwnReferences(
        records=neighbours.database,
        clock=neighbours.clock,
        model=template_model(),
        most=settings.faces.most_references,
        kept=timedelta(days=settings.faces.reference_days),
    )


def open_references(settings: Settings, own: OwnReferences) -> FaceReferences | None:
    """Return who knows people's faces: a register, where there is one."""
    asked = settings.pictures
    if not asked.url:
        return None
    parts = urlsplit(asked.url)
    http = GuardedHttp(
        # An operator named it: it may be in a network of its own.
        allowed=frozenset({f"{parts.hostname}:{parts.port or 443}"}),
        ca_file=rooted(Path(asked.ca_file)) if asked.ca_file else None,
        seconds=asked.timeout_seconds,
        max_bytes=MOST_ANSWERED,
        most=max(1, settings.server.threads // 2),
    )
    key = rooted(Path(asked.key_file)).read_bytes().strip()
    return KnownFaces(register=Register(http, url=asked.url, key=key), own=own)
