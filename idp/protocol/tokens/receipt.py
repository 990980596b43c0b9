"""The receipt of a transaction: a signed statement of what was proved, for whom, how, and when.

No standard has one. It is a JWT of a type of its own (RFC 8725 section 3.11), for the client alone, and
holds no name, number or amount: the transaction is named by its hash, the person by the pseudonym.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError, UnsupportedAlgorithmError
from joserfc.jwk import Key
from joserfc.util import urlsafe_b64decode

from idp.domain.audit import ReceiptIssued
from idp.domain.authorization_details.types import TYPE as DETAIL_TYPE
from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.errors import Refusal
from idp.domain.grants import Grant
from idp.domain.ids import random_id
from idp.domain.receipts import Receipt
from idp.domain.work import UnitOfWork
from idp.protocol.jose.algorithms import REGISTRY
from idp.protocol.jose.history import TYPE as HISTORY
from idp.protocol.jose.keyring import Keyring
from idp.protocol.jose.public_keys import read_key

SPEC = "RFC 7519"
TYPE = "receipt+jwt"
HASH = "JCS+SHA-256"
# The last that four digits of a year can tell.
LAST_SECOND = 253_402_300_799
# In words of whoever holds the receipt.
REFUSED = {
    "unreadable": "This is no receipt.",
    "unknown_key": "None of the keys signed it.",
    "revoked_key": "The key that signed it was revoked: it may be a forgery.",
    "key_time": "It says that it was signed at a time when its key did not sign.",
    "signature": "The signature does not hold: it was changed, or is not ours.",
    "issuer": "Another provider's keys were given.",
    "client": "It was issued to another relying party.",
    "details": "It is for another transaction than these details.",
}


class ReceiptRefusedError(Exception):
    """The receipt does not hold; *reason* is a key of REFUSED."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(REFUSED[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptWriter:
    """Signs receipts, and keeps them for their people."""

    keyring: Keyring
    issuer: str
    clock: Clock

    def write(self, work: UnitOfWork, grant: Grant, client: Client) -> str | None:
        """Return the receipt of what was proved for *grant*; None where nothing was to be proved."""
        if not grant.evidence or grant.transaction_hash is None:
            return None
        now, number = self.clock.now(), random_id()
        types = list(dict.fromkeys(each[DETAIL_TYPE] for each in grant.details))
        claims = {
            "iss": self.issuer,
            "aud": client.client_id,
            "sub": grant.subject,
            "sid": grant.sid,
            "iat": int(now.timestamp()),
            "jti": number,
            "txn": grant.id,
            "transaction": {"hash": grant.transaction_hash, "alg": HASH, "types": types},
            "acr": grant.acr,
            "amr": list(grant.amr),
            "auth_time": int(grant.auth_time.timestamp()),
            "evidence": [dict(each) for each in grant.evidence],
        }
        token = self.keyring.sign(claims, typ=TYPE)
        work.receipts.add(
            Receipt(
                id=number,
                person_id=grant.person_id,
                client_id=client.client_id,
                issued_at=now,
                token=token,
            )
        )
        work.audit.append(
            ReceiptIssued(
                at=now,
                person_id=grant.person_id,
                client_id=client.client_id,
                receipt_id=number,
                grant_id=grant.id,
                types=tuple(types),
                methods=tuple(dict.fromkeys(each["method"] for each in grant.evidence)),
            )
        )
        return token


def verify_receipt(token: str, history: Mapping[str, Any], *, client_id: str | None = None) -> dict[str, Any]:
    """Return the claims of a receipt that a key of *history* signed in its time, or raise why not.

    *history* is the historical key document (see `idp.protocol.jose.history`). That of a revoked key is
    refused whatever its time says: whoever has the key writes any time.
    """
    try:
        read = jwt.decode(token, partial(_find, history), registry=REGISTRY)
    except ReceiptRefusedError:
        raise
    except (BadSignatureError, UnsupportedAlgorithmError) as error:
        raise ReceiptRefusedError("signature") from error
    except (JoseError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise ReceiptRefusedError("unreadable") from error
    claims = read.claims
    if read.header.get("typ") != TYPE or not _is_whole(claims):
        raise ReceiptRefusedError("unreadable")
    if claims["iss"] != history["iss"]:
        raise ReceiptRefusedError("issuer")
    told = _told(history, str(read.header["kid"]))
    if not told["iat"] <= claims["iat"] <= told.get("exp", claims["iat"]):
        raise ReceiptRefusedError("key_time")
    if client_id is not None and claims["aud"] != client_id:
        raise ReceiptRefusedError("client")
    return dict(claims)


def _is_whole(claims: Mapping[str, Any]) -> bool:
    transaction, evidence = claims.get("transaction"), claims.get("evidence")
    return (
        all(isinstance(claims.get(name), str) for name in ("iss", "aud", "sub", "jti", "txn", "acr"))
        and all(_is_moment(claims.get(name)) for name in ("iat", "auth_time"))
        and isinstance(transaction, dict)
        and transaction.get("alg") == HASH
        and isinstance(transaction.get("hash"), str)
        and _is_list(transaction.get("types"), str)
        and _is_list(evidence, dict)
    )


def _is_list(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(each, kind) for each in value)


def _is_moment(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LAST_SECOND


def _find(history: Mapping[str, Any], token: Any) -> Key:
    header = token.headers()
    told = _told(history, str(header.get("kid")))
    key = read_key({name: value for name, value in told.items() if name not in {"exp", "iat", "revoked"}})
    if key is None or key.alg != header.get("alg"):
        raise ReceiptRefusedError("unknown_key")
    if "revoked" in told:
        raise ReceiptRefusedError("revoked_key")
    return key


def _told(history: Mapping[str, Any], kid: str) -> dict[str, Any]:
    for each in history["keys"]:
        if each.get("kid") == kid:
            return dict(each)
    raise ReceiptRefusedError("unknown_key")


def read_history(body: str) -> dict[str, Any]:
    """Return the historical key document, checked to be signed by one of its keys, or refuse.

    That says it was not cut or damaged; that it is the provider's is known from where it was fetched.
    """
    try:
        document: dict[str, Any] = json.loads(urlsafe_b64decode(body.encode("ascii").split(b".")[1]))
        header = jwt.decode(body, partial(_find, document), registry=REGISTRY).header
    except (JoseError, ReceiptRefusedError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise Refusal("invalid_request", "This is no historical key document.") from error
    if header.get("typ") != HISTORY or not _is_document(document):
        raise Refusal("invalid_request", "This is no historical key document.")
    return document


def _is_document(document: Mapping[str, Any]) -> bool:
    return (
        isinstance(document.get("iss"), str)
        and _is_moment(document.get("iat"))
        and all(_is_moment(key.get("iat")) and _is_moment(key.get("exp", 0)) for key in document["keys"])
    )
