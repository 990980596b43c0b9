"""What scopes release, and under which pseudonyms."""

from datetime import UTC, date, datetime

import pytest

from idp.domain.accounts import Person
from idp.domain.assurance import Level
from idp.domain.claims.catalogue import preview, release
from idp.domain.claims.subject import Pseudonyms
from idp.domain.clients import AuthMethod, Client, SubjectType
from idp.domain.documents import Document, DocumentType
from idp.tables import load_catalogue

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
PERSON = Person(
    id="p1",
    name="张三丰",
    level=Level.L4,
    document=Document(DocumentType.RESIDENT_ID, "330000199001010014"),
    phone="+8610000000001",
    username="zhangsanfeng",
    region="330000",
    created_at=NOW,
    updated_at=NOW,
)
CATALOGUE = load_catalogue()


def client(name, sector, subject_type=SubjectType.PAIRWISE):
    return Client(
        client_id=name,
        name=name,
        sector=sector,
        redirect_uris=("https://rp.test/cb",),
        auth_method=AuthMethod.BASIC,
        secret_digest=None,
        grant_types=frozenset(),
        scopes=frozenset(),
        subject_type=subject_type,
        created_at=NOW,
    )


def test_openid_alone_releases_nothing():
    assert release(PERSON, ["openid"], CATALOGUE, today=TODAY) == {}


def test_the_profile_masks_the_name_and_the_real_name_scope_shows_it():
    masked = release(PERSON, ["openid", "profile"], CATALOGUE, today=TODAY)
    shown = release(PERSON, ["openid", "cn_realname", "profile"], CATALOGUE, today=TODAY)

    assert masked == {"name": "张**", "updated_at": 1795327200}
    assert shown == {"name": "张三丰", "updated_at": 1795327200, "cn_realname_level": "l4"}


def test_what_a_person_lacks_is_left_out():
    bare = Person(
        id="p2",
        name="佚名",
        level=Level.L1,
        document=None,
        phone=None,
        username="nobody",
        region=None,
        created_at=NOW,
        updated_at=NOW,
    )

    everything = release(bare, CATALOGUE.scopes, CATALOGUE, today=TODAY)

    assert everything == {"name": "佚名", "updated_at": 1795327200, "cn_realname_level": "l1"}


@pytest.mark.parametrize(
    ("today", "older"),
    [(date(2008, 2, 28), False), (date(2006, 3, 1), True), (date(2006, 2, 28), False)],
)
def test_ages_turn_on_the_birthday_even_on_a_leap_day(today, older):
    leapling = Person(
        id="p3",
        name="李四光明",
        level=Level.L3,
        document=Document(DocumentType.RESIDENT_ID, "440000198802290029"),
        phone=None,
        username=None,
        region=None,
        created_at=NOW,
        updated_at=NOW,
    )

    claims = release(leapling, ["cn_age"], CATALOGUE, today=today)

    assert claims["age_over_18" if today.year == 2006 else "age_over_60"] is older


def test_a_preview_never_shows_a_whole_number_or_name():
    by_scope = preview(PERSON, CATALOGUE.scopes.values(), today=TODAY)

    shown = {source: value for values in by_scope.values() for source, value in values}
    assert shown["name"] == "张**"
    assert shown["document_number"] == "3****************4"
    assert shown["phone"] == "100****0001"


def test_a_preview_shows_a_claim_only_where_it_is_given_most_fully():
    rules = [CATALOGUE.scopes[name] for name in ("profile", "cn_realname")]

    assert preview(PERSON, rules, today=TODAY) == {
        "profile": (("updated_at", 1795327200),),
        "cn_realname": (("name", "张**"), ("level", "l4")),
    }
    assert preview(PERSON, rules[:1], today=TODAY)["profile"][0] == ("name_masked", "张**")


def test_every_source_has_a_label_in_both_languages():
    for rule in CATALOGUE.scopes.values():
        assert set(rule.title) == {"zh", "en"}
        for source in rule.claims.values():
            assert set(CATALOGUE.labels[source]) == {"zh", "en"}


def test_pseudonyms_meet_within_a_sector_and_nowhere_else():
    pseudonyms = Pseudonyms(b"k" * 32)
    zhejiang = pseudonyms.subject("p1", client("a", "entity:zj"))

    assert zhejiang == pseudonyms.subject("p1", client("b", "entity:zj"))
    assert zhejiang != pseudonyms.subject("p1", client("c", "entity:gd"))
    assert zhejiang != pseudonyms.subject("p2", client("a", "entity:zj"))
    assert zhejiang != Pseudonyms(b"x" * 32).subject("p1", client("a", "entity:zj"))
    assert "p1" not in zhejiang


def test_public_subjects_are_one_for_all_and_still_not_the_person_id():
    pseudonyms = Pseudonyms(b"k" * 32)
    one = pseudonyms.subject("p1", client("a", "entity:zj", SubjectType.PUBLIC))
    two = pseudonyms.subject("p1", client("b", "entity:gd", SubjectType.PUBLIC))

    assert one == two != "p1"


def test_session_ids_do_not_link_the_pseudonyms_of_two_clients():
    pseudonyms = Pseudonyms(b"k" * 32)

    assert pseudonyms.session("s", client("a", "entity:zj")) != pseudonyms.session(
        "s", client("b", "entity:zj")
    )
