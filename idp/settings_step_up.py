"""The settings of stepping up: how often one may ask, faces, and the register of their pictures."""

from typing import Annotated

from pydantic import Field

from idp.domain.face_templates import MOST_BY_LAW
from idp.settings_values import Authorities, Count, KeyFile, Limit, RegisterUrl, Section


class StepUp(Section):
    """How often one party asks one person for transactions, is told no, and how often proofs fail."""

    asks: Limit
    refusals: Limit
    quiet_minutes: Count
    person: Limit
    browser: Limit
    client: Limit


class Faces(Section):
    """Whether a live face may prove a transaction; the pool that judges; how often one may try."""

    enabled: bool
    workers: Count
    seats: Count
    models: str
    visit: Limit
    person: Limit
    pause: Limit
    address: Limit
    client: Limit
    most_references: Annotated[int, Field(ge=0, le=MOST_BY_LAW)]
    reference_days: Count


class Pictures(Section):
    """The register of pictures that says whether a live face is the person's."""

    url: RegisterUrl
    key_file: KeyFile
    ca_file: Authorities
    timeout_seconds: Annotated[float, Field(gt=0, le=30)]
