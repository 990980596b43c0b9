"""Faces as the settings want them: who judges, who knows whose they are, and how often one may try."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from idp.adapters.faces import judging
from idp.app.neighbours import Neighbours
from idp.app.tries import open_throttle
from idp.domain.faces import FaceJudges, FaceReferences
from idp.services.face_tries import FaceTries
from idp.services.face_verdicts import FaceVerdicts
from idp.services.faces import Faces
from idp.services.proving import Proving
from idp.settings import Settings
from idp.storage.ephemeral.kept import KeptInteractions
from idp.storage.ephemeral.kept_faces import KeptFaceChecks


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
    if faces is None or faces.references is None:
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
        references=faces.references,
        checks=KeptFaceChecks(neighbours.ephemeral.expiring),
        seen=neighbours.ephemeral.one_time,
        tries=tries,
        verdicts=FaceVerdicts(
            references=faces.references,
            proving=proving,
            tries=tries,
            records=neighbours.database,
            clock=neighbours.clock,
        ),
        records=neighbours.database,
        interactions=KeptInteractions(neighbours.ephemeral.expiring),
        clock=neighbours.clock,
    )
