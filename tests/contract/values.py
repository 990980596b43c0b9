"""Whole values for round trips: rare characters, microseconds, every field filled."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from idp.domain.accounts import Person
from idp.domain.algorithms import Algorithm
from idp.domain.assurance import Level
from idp.domain.claims.request import ClaimsRequest, VerifiedWish, Wish, Wishes
from idp.domain.clients import (
    AuthMethod,
    Client,
    GrantType,
    Keys,
    LogoutNotices,
    Pages,
    Signing,
    SubjectType,
)
from idp.domain.documents import Document, DocumentType
from idp.domain.grants import AuthorizationCode, Consent, Grant
from idp.domain.ids import digest, random_id
from idp.domain.interaction.interaction import Confirmation, Interaction
from idp.domain.interaction.request import AuthorizationRequest, ResponseMode, ReturnAddress
from idp.domain.keys import KeyState, SigningKey
from idp.domain.proofing import (
    AssuranceProcess,
    Attestation,
    Check,
    CheckMethod,
    DocumentDetails,
    ElectronicRecord,
    ElectronicSignature,
    Fact,
    Record,
    RecordType,
    ShownDocument,
    Source,
    Verification,
    Vouch,
    Voucher,
)
from idp.domain.sessions import Session

NOW = datetime(2026, 11, 22, 14, 30, 15, 123_456, tzinfo=UTC)
LATER = NOW + timedelta(microseconds=1)
HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"

CHECKS = (
    Check(check_method=CheckMethod.DATA, organization="register(mock)", check_id="chk-1", time=NOW),
    Check(check_method=CheckMethod.PERSON_IN_PERSON, organization="柜台(模拟)", check_id="chk-2", time=LATER),
)
PROOF = Verification(
    assurance_level=Level.L3,
    assurance_process=AssuranceProcess(policy="https://tongxing.example/ns/policy/realname", procedure="p"),
    time=NOW,
    verification_process="vp-1",
    evidence=(
        ElectronicRecord(
            check_details=CHECKS,
            record=Record(type=RecordType.POPULATION_REGISTER, source=Source(name="公安人口库(模拟)")),
        ),
        ShownDocument(
            check_details=CHECKS,
            document_details=DocumentDetails(
                type="resident_id",
                issuer=Source(name="证件签发机关(模拟)"),
                date_of_issuance=date(2020, 2, 29),
            ),
        ),
        Vouch(
            check_details=(),
            attestation=Attestation(type="digital_attestation", voucher=Voucher(organization="o")),
        ),
        ElectronicSignature(
            check_details=CHECKS, signature_type="t", issuer="i", serial_number="1", created_at=LATER
        ),
    ),
    proved=frozenset(Fact),
)
CLAIMS = ClaimsRequest(
    userinfo=Wishes(
        plain=(
            Wish(
                name="gender",
                consent="cn_realname/gender",
                values=("male", 1, 1.5, True, None, [{"a": "𬱖"}]),
                purpose="用于办理“业务”",
            ),
        ),
        verified=(
            VerifiedWish(
                verification={"trust_framework": None, "time": {"max_age": 60}},
                claims=(Wish(name="name", consent="cn_realname"),),
            ),
        ),
        listed=True,
    ),
    id_token=Wishes(plain=(Wish(name="name", consent="cn_realname", values=()),)),
)
DETAIL = {
    "type": "https://tongxing.example/ns/authorization/transfer/v1",
    "payee": {"name": "𬱖䶮", "bank": "示例银行", "account": "6200000000000000018"},
    "amount": {"currency": "CNY", "value": "12000.00"},
}


def person(**changes: Any) -> Person:
    usual = Person(
        id=random_id(),
        name="𬱖䶮",
        level=Level.L3,
        document=Document(DocumentType.RESIDENT_ID, "310000197809100052"),
        phone="+8610000000005",
        username="yi.yan",
        region="310000",
        created_at=NOW,
        updated_at=LATER,
        proofs=(PROOF,),
    )
    return replace(usual, **changes)


def client(**changes: Any) -> Client:
    usual = Client(
        client_id=random_id(),
        name="浙江政务服务网·测试",
        name_en="Zhejiang",
        sector="entity:浙江",
        redirect_uris=("https://rp.test/cb?a=1&b=%20", "http://127.0.0.1/cb"),
        post_logout_redirect_uris=("https://rp.test/bye",),
        auth_method=AuthMethod.POST,
        secret_digest="ab" * 32,
        grant_types=frozenset(GrantType),
        scopes=frozenset({"openid", "profile", "offline_access"}),
        subject_type=SubjectType.PUBLIC,
        keys=Keys(jwks={"keys": [{"kty": "EC", "crv": "P-256", "x": "x", "y": "y"}]}),
        signing=Signing(id_token=Algorithm.ES256, assertion="HS256"),
        logout=LogoutNotices(backchannel_uri="https://rp.test/ended", backchannel_sid=True),
        pages=Pages(initiate_login_uri="https://rp.test/login"),
        default_max_age=0,
        created_at=NOW,
        disabled_at=LATER,
    )
    return replace(usual, **changes)


def session(**changes: Any) -> Session:
    usual = Session(
        id=random_id(),
        token_digest=digest(random_id()),
        person_id="person-1",
        amr=("pwd", "otp"),
        acr=Level.L2,
        auth_time=NOW,
        last_seen_at=NOW,
        expires_at=NOW + timedelta(hours=12),
        device='Firefox "128" \N{EM DASH} Android\x00\x7f',
    )
    return replace(usual, **changes)


def grant(**changes: Any) -> Grant:
    usual = Grant(
        id=random_id(),
        person_id="person-1",
        client_id="client-1",
        subject="subject-1",
        scopes=("openid", "profile"),
        claims=CLAIMS,
        details=(DETAIL,),
        transaction_hash="h" * 43,
        acr="https://tongxing.example/ns/acr/l2",
        amr=("pwd",),
        auth_time=NOW,
        session_id="session-1",
        sid="sid-1",
        code_digest=digest(random_id()),
        created_at=NOW,
        expires_at=NOW + timedelta(days=90),
    )
    return replace(usual, **changes)


def code(**changes: Any) -> AuthorizationCode:
    usual = AuthorizationCode(
        client_id="client-1", redirect_uri="https://rp.test/cb", code_challenge="c" * 43, nonce="n-😀"
    )
    return replace(usual, **changes)


def consent(**changes: Any) -> Consent:
    usual = Consent(
        person_id="person-1",
        client_id="client-1",
        asked=frozenset({"openid", "phone", "profile"}),
        allowed=frozenset({"openid", "profile"}),
        given_at=NOW,
    )
    return replace(usual, **changes)


def signing_key(**changes: Any) -> SigningKey:
    usual = SigningKey(
        kid=random_id(),
        algorithm="ES256",
        state=KeyState.PENDING,
        public_jwk={"kty": "EC", "crv": "P-256", "x": "x", "y": "y", "key_ops": ["verify"]},
        sealed_private=bytes(range(256)),
        created_at=NOW,
        changed_at=LATER,
    )
    return replace(usual, **changes)


def interaction(**changes: Any) -> Interaction:
    request = AuthorizationRequest(
        client_id="client-1",
        address=ReturnAddress("https://rp.test/cb", "状态", ResponseMode.FORM_POST),
        scopes=("openid", "profile"),
        claims=CLAIMS,
        details=(DETAIL,),
        code_challenge="c" * 43,
        nonce="123",
        wished_levels=(Level.L3,),
        required_levels=(),
        prompts=frozenset({"login", "consent", "select_account"}),
        max_age=0,
        login_hint="阿卜杜拉·买买提",
        ui_locales=("zh-CN", "en"),
    )
    said_yes = Confirmation(session_id="session-1", transaction_hash="h" * 43)
    usual = Interaction(id=random_id(), request=request, started_at=NOW, confirmation=said_yes)
    return replace(usual, **changes)
