"""Codes from an app: the vectors of the RFCs, and which codes are taken when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.codes import PyotpCodes
from idp.domain.code_apps import step_of
from idp.web.forms import clean_code

# The secret of the RFCs: 12345678901234567890 in ASCII.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
CODES = PyotpCodes("测试")
NOW = datetime(2005, 3, 18, 1, 58, 31, tzinfo=UTC)


HOTP = ("755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489")


def test_codes_are_as_rfc_4226_appendix_d_lists_them():
    assert tuple(CODES.code(SECRET, step) for step in range(10)) == HOTP


# RFC 6238 appendix B shows eight digits; these are the last six.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_as_rfc_6238_appendix_b_lists_them(seconds, code):
    at = datetime.fromtimestamp(seconds, UTC)

    assert step_of(code, CODES, SECRET, at) == seconds // 30


@pytest.mark.parametrize(
    ("away", "is_taken"), [(-60, False), (-30, True), (0, True), (29, True), (30, True), (60, False)]
)
def test_a_clock_may_be_one_step_away(away, is_taken):
    assert (step_of("050471", CODES, SECRET, NOW + timedelta(seconds=away)) is not None) == is_taken


@given(st.text())
def test_whatever_is_typed_is_compared_and_nothing_else_fits(typed):
    steps = [CODES.code(SECRET, 37037037 + each) for each in (-1, 0, 1)]

    assert (step_of(typed, CODES, SECRET, NOW) is not None) == (typed in steps)


def test_where_one_code_stands_for_several_steps_the_newest_is_used_up():
    class Same(PyotpCodes):
        def code(self, *_):
            return "000000"

    assert step_of("000000", Same("测试"), SECRET, NOW) == 37037038


def test_secrets_have_160_bits_and_differ():
    made = {CODES.new_secret() for _ in range(50)}

    assert len(made) == 50
    assert {len(each) for each in made} == {32}


def test_apps_are_told_the_title_and_a_masked_name_alone():
    assert CODES.address(SECRET, name="张**") == (
        f"otpauth://totp/%E6%B5%8B%E8%AF%95:%E5%BC%A0%2A%2A?secret={SECRET}&issuer=%E6%B5%8B%E8%AF%95"
    )


@pytest.mark.parametrize("typed", ["123 456", " 123456\n", "１２３４５６", "\u202a123456"])
def test_a_code_is_typed_as_apps_show_it(typed):
    assert clean_code(typed) == "123456"
