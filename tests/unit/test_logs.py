"""The operators' log keeps secrets and personal data out."""

import json
import logging

import pytest
import structlog

from idp.logs import describe_error, redact, set_up_logs


def test_values_are_masked_by_name_and_by_look():
    event = {
        "event": "x",
        "password": "p",
        "access_token": "t",
        "client_secret": "s",
        "login_hint": "h",
        "text": "number 330000199001010014 and 13800000001, eyJhbGciOiJSUzI1NiJ9.e30.sig",
        "status": 200,
    }

    seen = redact(None, "info", dict(event))

    assert seen == {
        "event": "x",
        "password": "[redacted]",
        "access_token": "[redacted]",
        "client_secret": "[redacted]",
        "login_hint": "[redacted]",
        "text": "number [redacted] and [redacted], [redacted]",
        "status": 200,
    }


def test_an_error_is_described_by_its_place_not_by_its_words():
    with pytest.raises(ValueError, match="330000") as caught:
        int("330000199001010014x")
    described = describe_error(caught.value)

    assert described["exception_name"] == "ValueError"
    assert "330000" not in str(described)


def test_authlib_never_logs_its_debug_messages_which_print_tokens(capsys):
    kept = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        set_up_logs("DEBUG")
        logging.getLogger("authlib.oauth2").debug("Issue token %r", "secret-token")
        logging.getLogger("other").warning("phone 13800000001")
        structlog.get_logger().info("request", phone="13800000001")
    finally:
        logging.getLogger().handlers[:], level = kept[0], kept[1]
        logging.getLogger().setLevel(level)
        structlog.reset_defaults()

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["phone [redacted]", "request"]
    assert "secret-token" not in str(lines)
    assert "13800000001" not in str(lines)
