"""Evidence from authorities that do not exist, for the demo and for tests."""

from datetime import datetime, timedelta

from idp.domain.assurance import Level
from idp.domain.documents import DocumentType
from idp.domain.ids import random_id
from idp.domain.proofing import (
    AssuranceProcess,
    Check,
    CheckMethod,
    DocumentDetails,
    ElectronicRecord,
    Evidence,
    Fact,
    Record,
    RecordType,
    ShownDocument,
    Source,
    Verification,
)

PROCEDURES = {Level.L2: "l2-data", Level.L3: "l3-face", Level.L4: "l4-counter"}


def mock_proofs(
    level: Level, document: DocumentType, *, namespace: str, at: datetime
) -> tuple[Verification, ...]:
    """Return the event in which somebody was proved up to *level*; for l1 there is none."""
    if level is Level.L1:
        return ()
    return (
        Verification(
            assurance_level=level,
            assurance_process=AssuranceProcess(
                policy=f"{namespace}policy/realname", procedure=PROCEDURES[level]
            ),
            time=at,
            verification_process=random_id(),
            evidence=_evidence(level, document, at),
            proved=frozenset(Fact),
        ),
    )


def _evidence(level: Level, document: DocumentType, at: datetime) -> tuple[Evidence, ...]:
    # Each is checked a little before the whole is decided.
    register = ElectronicRecord(
        check_details=(_check(CheckMethod.DATA, "cn-population-db(mock)", at - timedelta(seconds=19)),),
        record=Record(type=RecordType.POPULATION_REGISTER, source=Source(name="公安人口库(模拟)")),
    )
    if level is Level.L2:
        return (register,)
    if level is Level.L3:
        return (register, _face(at))
    return (register, _counter(document, at))


def _face(at: datetime) -> ElectronicRecord:
    return ElectronicRecord(
        check_details=(
            _check(CheckMethod.BIOMETRIC_REMOTE, "cn-face-authority(mock)", at - timedelta(seconds=2)),
        ),
        record=Record(type=RecordType.FACIAL_REFERENCE, source=Source(name="权威人像库(模拟)")),
    )


def _counter(document: DocumentType, at: datetime) -> ShownDocument:
    counter = "cn-service-counter(mock)"
    return ShownDocument(
        check_details=(
            _check(CheckMethod.DOCUMENT_IN_PERSON, counter, at - timedelta(seconds=10)),
            _check(CheckMethod.PERSON_IN_PERSON, counter, at - timedelta(seconds=5)),
        ),
        document_details=DocumentDetails(type=document.value, issuer=Source(name="证件签发机关(模拟)")),
    )


def _check(method: CheckMethod, organization: str, at: datetime) -> Check:
    return Check(check_method=method, organization=organization, check_id=random_id(), time=at)
