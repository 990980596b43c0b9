"""The sentences of messages: whole in both languages, and harmless."""

import tomllib
from string import Formatter

import pytest

from idp.domain.messages import LANGUAGES, Topic
from idp.settings import CONFIG
from idp.web.languages import LANGUAGES as SPOKEN

TEXTS = tomllib.loads((CONFIG / "messages.toml").read_text("utf-8"))
FILLED = {
    Topic.NEW_DEVICE: {"time", "device", "link"},
    Topic.WAY_CHANGED: {"time", "way", "link"},
    Topic.PASSKEY_ADDED: {"time", "link"},
    Topic.PASSKEY_REMOVED: {"time", "link"},
    Topic.PASSKEY_COPIED: {"time", "link"},
    Topic.CODE_APP_ADDED: {"time", "link"},
    Topic.CODE_APP_REMOVED: {"time", "link"},
    Topic.CLOSING: {"time", "until", "link"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", Topic)
def test_every_topic_has_its_words_and_names_what_is_filled_in(topic, language):
    names = {name for _, name, _, _ in Formatter().parse(TEXTS[topic][language]) if name}

    assert names == FILLED[topic]


@pytest.mark.parametrize("words", [*TEXTS["way"].values(), TEXTS["unknown_device"]])
def test_every_word_is_in_both_languages(words):
    assert words.keys() == set(LANGUAGES)


def test_a_person_signs_in_in_every_language_that_messages_have():
    assert tuple(SPOKEN) == LANGUAGES
