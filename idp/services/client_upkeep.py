"""What an operator changes about a client that is there: whether it works, and its secret."""

from dataclasses import dataclass, replace
from datetime import timedelta

from idp.domain.audit_of_operators import ClientChanged, InitialAccessTokenIssued, LawfulBasisChanged
from idp.domain.client_secrets import give_secret
from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.errors import Refusal
from idp.domain.ids import ClientId, digest, random_secret
from idp.domain.lawful_basis import Ground
from idp.domain.registration.initial_tokens import InitialToken
from idp.domain.sealing import Sealer
from idp.domain.work import Records, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientUpkeep:
    """Changes clients; running servers see it within two seconds."""

    records: Records
    clock: Clock
    sealer: Sealer
    known_details: frozenset[str]

    def disable(self, client_id: ClientId) -> None:
        """Let the client do nothing any more; what it holds stays, and works again when it is enabled."""
        with self.records.begin() as work:
            client = _held(work, client_id)
            if client.disabled_at is None:
                now = self.clock.now()
                self._change(work, replace(client, disabled_at=now), "disabled")

    def enable(self, client_id: ClientId) -> None:
        """Let the client work again."""
        with self.records.begin() as work:
            client = _held(work, client_id)
            if client.disabled_at is not None:
                self._change(work, replace(client, disabled_at=None), "disabled")

    def allow_resource(self, client_id: ClientId, resource: str) -> Client:
        """Let the client ask for tokens for *resource*, which somebody here must answer at."""
        with self.records.begin() as work:
            client = _held(work, client_id)
            if work.clients.at_resource(resource) is None:
                raise Refusal("invalid_target", "No resource server here has this address.")
            allowed = replace(client, allowed_resources=client.allowed_resources | {resource})
            if allowed != client:
                self._change(work, allowed, "allowed_resources")
        return allowed

    def forbid_resource(self, client_id: ClientId, resource: str) -> Client:
        """Let the client ask for no token for *resource* any more; those that it has run out."""
        with self.records.begin() as work:
            client = _held(work, client_id)
            if resource not in client.allowed_resources:
                raise Refusal("invalid_target", "The client is not allowed to call this address.")
            left = replace(client, allowed_resources=client.allowed_resources - {resource})
            self._change(work, left, "allowed_resources")
        return left

    def allow_details(self, client_id: ClientId, kind: str) -> Client:
        """Let the client ask people's leave for transactions of this type."""
        if kind not in self.known_details:
            raise Refusal("invalid_authorization_details", "There is no such type of transactions here.")
        with self.records.begin() as work:
            client = _held(work, client_id)
            types = client.authorization_details_types | {kind}
            if types != client.authorization_details_types:
                client = replace(client, authorization_details_types=types)
                self._change(work, client, "authorization_details_types")
        return client

    def forbid_details(self, client_id: ClientId, kind: str) -> Client:
        """Let the client ask for transactions of this type no more; the tokens that it has run out."""
        with self.records.begin() as work:
            client = _held(work, client_id)
            if kind not in client.authorization_details_types:
                raise Refusal("invalid_authorization_details", "The client is not allowed this type.")
            types = client.authorization_details_types - {kind}
            left = replace(client, authorization_details_types=types)
            self._change(work, left, "authorization_details_types")
        return left

    def show_logo(self, client_id: ClientId, logo: str | None) -> None:
        """Show *logo* (see :func:`idp.domain.logos.read_logo`) beside the client's name, or none."""
        with self.records.begin() as work:
            self._change(work, replace(_held(work, client_id), logo=logo), "logo")

    def rest_on(self, client_id: ClientId, ground: Ground) -> Client:
        """Let the client learn things on *ground*.

        Another one undoes every answer and every grant: people are asked, or told, when they come next. A
        client that registered itself always asks.
        """
        now = self.clock.now()
        with self.records.begin() as work:
            client = _held(work, client_id)
            if client.registration_digest and not ground.is_consent:
                raise Refusal("invalid_client_metadata", "A client that registered itself always asks.")
            changed = replace(client, ground=ground)
            if changed != client:
                work.clients.replace(changed)
                work.audit.append(
                    LawfulBasisChanged(
                        at=now,
                        client_id=client_id,
                        basis=ground.basis,
                        statute=ground.statute,
                        consents=work.consents.delete_of_client(client_id),
                        grants=work.grants.revoke_of_client(client_id, now),
                    )
                )
        return changed

    def rotate_secret(self, client_id: ClientId) -> tuple[Client, str]:
        """Return the client and its new secret, which is shown this once; the old one is dead."""
        with self.records.begin() as work:
            client, secret = give_secret(_held(work, client_id), self.sealer)
            if secret is None:
                raise Refusal("invalid_client", "This client has no secret.")
            self._change(work, client, "client_secret")
        return client, secret

    def issue_initial_token(self, *, uses: int, valid_for: timedelta) -> tuple[InitialToken, str]:
        """Return leave to register *uses* clients, and the token that proves it, shown this once."""
        token, now = random_secret(), self.clock.now()
        kept = InitialToken(digest=digest(token), uses=uses, created_at=now, expires_at=now + valid_for)
        with self.records.begin() as work:
            work.initial_tokens.add(kept)
            work.audit.append(InitialAccessTokenIssued(at=now, uses=uses, expires_at=kept.expires_at))
        return kept, token

    def _change(self, work: UnitOfWork, client: Client, member: str) -> None:
        work.clients.replace(client)
        work.audit.append(
            ClientChanged(at=self.clock.now(), client_id=client.client_id, by="operator", members=(member,))
        )


def _held(work: UnitOfWork, client_id: ClientId) -> Client:
    client = work.clients.hold(client_id)
    if client is None:
        raise Refusal("invalid_client", "There is no such client.")
    return client
