"""Secrets of clients: what is kept of them, and whether one outlives a change of the way to prove it."""

from dataclasses import replace

import pytest

from idp.adapters.sealing import AesGcmSealer
from idp.domain.client_secrets import give_secret, keep_secret, unseal_secret
from idp.domain.clients import AuthMethod, Client
from idp.domain.ids import ClientId
from tests.support.clock import START

SEALER = AesGcmSealer({"1": b"k" * 32}, "1")


def client_by(method):
    return Client(
        client_id=ClientId("rp"),
        name="测试门户",
        sector="host:rp.test",
        redirect_uris=("https://rp.test/cb",),
        auth_method=method,
        secret_digest=None,
        grant_types=frozenset(),
        scopes=frozenset(),
        created_at=START,
    )


def test_the_secret_of_a_client_that_signs_with_it_can_be_opened_for_that_client_alone():
    client, secret = give_secret(client_by(AuthMethod.SECRET_JWT), SEALER)

    assert unseal_secret(client, SEALER) == secret.encode()
    with pytest.raises(ValueError, match="belongs elsewhere"):
        unseal_secret(replace(client, client_id=ClientId("other")), SEALER)


@pytest.mark.parametrize("method", [AuthMethod.BASIC, AuthMethod.POST])
def test_of_a_secret_that_is_shown_only_the_digest_is_kept(method):
    client, secret = give_secret(client_by(method), SEALER)

    assert client.has_secret(secret)
    assert client.sealed_secret is None


@pytest.mark.parametrize("method", [AuthMethod.NONE, AuthMethod.PRIVATE_KEY_JWT])
def test_who_shares_no_secret_is_given_none(method):
    client, secret = give_secret(client_by(method), SEALER)

    assert (secret, client.secret_digest, client.sealed_secret) == (None, None, None)


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("client_secret_basic", "client_secret_post", True),
        ("client_secret_jwt", "client_secret_jwt", True),
        ("client_secret_jwt", "client_secret_basic", True),
        # Nobody here knows the secret that it would have to be checked with.
        ("client_secret_basic", "client_secret_jwt", False),
        ("client_secret_basic", "private_key_jwt", False),
        ("private_key_jwt", "client_secret_basic", False),
        ("none", "client_secret_jwt", False),
    ],
)
def test_a_secret_stays_as_long_as_it_serves(old, new, kept):
    before, secret = give_secret(client_by(AuthMethod(old)), SEALER)

    after = keep_secret(before, client_by(AuthMethod(new)))

    assert (after is not None) == kept
    if after is not None:
        assert after.has_secret(secret)
        assert (after.sealed_secret is not None) == (new == "client_secret_jwt")
