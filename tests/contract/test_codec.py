"""Values as text: nothing is lost, and equal values give equal texts."""

import os
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.accounts import Person
from idp.domain.clients import Client
from idp.domain.grants import AuthorizationCode, Consent, Grant
from idp.domain.interaction.interaction import Interaction
from idp.domain.sessions import Session
from idp.storage.codec import Codec, to_json
from tests.contract import values

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
from idp.domain.interaction.interaction import Interaction
from idp.storage.codec import Codec
from tests.contract import values
print(Codec(Interaction).encode(values.interaction(id="fixed")))
"""


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Person, values.person()),
        (Person, values.person(document=None, phone=None, username=None, region=None)),
        (Client, values.client()),
        (Session, values.session()),
        (Grant, values.grant(revoked_at=values.LATER, refreshes=7)),
        (AuthorizationCode, values.code(nonce=None)),
        (Consent, values.consent()),
        (Interaction, values.interaction()),
        (Interaction, values.interaction(request=None)),
    ],
)
def test_a_value_survives(kind, value):
    codec = Codec(kind)

    back = codec.decode(codec.encode(value))

    assert back == value
    assert type(back) is kind
    assert codec.encode(back) == codec.encode(value)


@given(asked=st.frozensets(st.text()), at=st.datetimes(timezones=st.just(UTC)))
def test_any_text_and_any_moment_survive(asked, at):
    codec = Codec(Consent)
    consent = values.consent(asked=asked, given_at=at)

    assert codec.decode(codec.encode(consent)) == consent


def test_equal_values_give_equal_texts_in_every_process():
    texts = {
        subprocess.run(
            [sys.executable, "-c", SHOW],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(texts) == 1


def test_what_has_no_form_in_json_is_a_bug():
    with pytest.raises(TypeError, match="object has no form in JSON"):
        to_json({"key": object()})
