"""The end of a visit: the Grant is written down, and its code handed over."""

from dataclasses import dataclass, replace
from datetime import timedelta

from idp.domain.assurance import acr_uri, reached_level, transaction_acr
from idp.domain.audit import GrantIssued
from idp.domain.claims.subject import Pseudonyms
from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.grants import OFFLINE_ACCESS, OPENID, AuthorizationCode, Codes, Consent, Grant, Issue
from idp.domain.ids import GrantId, digest, random_id, random_secret
from idp.domain.interaction.interaction import Interaction
from idp.domain.interaction.proving import Proved
from idp.domain.interaction.request import AuthorizationRequest
from idp.domain.sessions import Session
from idp.domain.work import Records
from idp.protocol.logout.session_management import session_state
from idp.protocol.respond.answer import Answer, code_answer
from idp.services.authorize.outcome import VisitOver


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Stores the code and writes the Grant, in this order: a code without a Grant opens nothing.

    So whatever fails on the way, the visit can be taken up where it was. A transaction's Grant is named
    after the visit, and of many tabs that say yes at once one gets it.
    """

    records: Records
    codes: Codes
    pseudonyms: Pseudonyms
    clock: Clock
    issuer: str
    namespace: str
    code_lifetime: timedelta
    offline_lifetime: timedelta

    def __call__(
        self,
        interaction: Interaction,
        request: AuthorizationRequest,
        client: Client,
        session: Session,
        consent: Consent,
        *,
        proved: Proved | None,
    ) -> Answer | None:
        """Return the answer that hands the code over, or None when the session has just ended."""
        code, said_yes = random_secret(), interaction.confirmation
        grant = replace(self._grant(request, client, session, consent, code), details=request.details)
        if said_yes:
            # A yes to a transaction counts once, however many tabs it comes from.
            grant_id = GrantId(digest(f"grant:{interaction.id}"))
            grant = replace(grant, id=grant_id, transaction_hash=said_yes.transaction_hash)
        if proved:
            grant = self._raised(grant, proved)
        facts = AuthorizationCode(
            client_id=client.client_id,
            redirect_uri=request.address.redirect_uri,
            code_challenge=request.code_challenge,
            nonce=request.nonce,
        )
        self.codes.put(code, facts, ttl=self.code_lifetime)
        became = self.records.issue(grant, _told_of(grant), token_digest=session.token_digest)
        if became is Issue.SESSION_OVER:
            return None
        if became is Issue.TAKEN:
            raise VisitOver(client)
        return code_answer(
            request.address,
            code=code,
            issuer=self.issuer,
            session_state=session_state(client.client_id, request.address.redirect_uri, session.id),
        )

    def _grant(
        self,
        request: AuthorizationRequest,
        client: Client,
        session: Session,
        consent: Consent,
        code: str,
    ) -> Grant:
        now = self.clock.now()
        # What is allowed once brings nothing while the person is away.
        withheld = {OFFLINE_ACCESS} if consent.is_once else set[str]()
        allowed = (consent.allowed | {OPENID}) - withheld
        scopes = tuple(scope for scope in request.scopes if scope in allowed)
        offline = OFFLINE_ACCESS in scopes
        latest = now + self.offline_lifetime if offline else session.expires_at
        if consent.until and not consent.is_once:
            latest = min(latest, consent.until)
        # An acr that was required is named to the letter; a higher one would not match.
        required = reached_level(session.acr, request.required_levels or ())
        return Grant(
            id=GrantId(random_id()),
            person_id=session.person_id,
            client_id=client.client_id,
            subject=self.pseudonyms.subject(session.person_id, client),
            scopes=scopes,
            claims=request.claims.within(consent.allowed),
            resources=tuple(each for each in request.resources if each in consent.allowed),
            acr=acr_uri(self.namespace, required or session.acr),
            amr=session.amr,
            auth_time=session.auth_time,
            session_id=session.id,
            sid=self.pseudonyms.session(session.id, client),
            code_digest=digest(code),
            created_at=now,
            expires_at=latest,
        )

    def _raised(self, grant: Grant, proved: Proved) -> Grant:
        # What was proved was proved for this alone and is good for a while: then all that rests on it falls.
        return replace(
            grant,
            acr=transaction_acr(self.namespace, proved.level),
            amr=proved.amr,
            evidence=proved.evidence,
            auth_time=proved.at,
            expires_at=min(grant.expires_at, proved.until),
        )


def _told_of(grant: Grant) -> GrantIssued:
    return GrantIssued(
        at=grant.created_at,
        person_id=grant.person_id,
        client_id=grant.client_id,
        grant_id=grant.id,
        session_id=grant.session_id,
        scopes=grant.scopes,
        acr=grant.acr,
        claims=_single(grant),
        resources=grant.resources,
    )


def _single(grant: Grant) -> tuple[str, ...]:
    return tuple(sorted({wish.consent for wish in grant.claims.all if wish.consent not in grant.scopes}))
