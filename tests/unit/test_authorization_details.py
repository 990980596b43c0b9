"""Types of transactions: read from files, what they take, what is shown, and its hash."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.assurance import Level
from idp.domain.authorization_details.canonical import canonical
from idp.domain.authorization_details.kinds import is_credit_code, show_account
from idp.domain.authorization_details.reading import read_type
from idp.domain.authorization_details.shown import show, transaction_hash, transaction_of
from idp.domain.authorization_details.types import DetailTypes, Need
from idp.domain.errors import Refusal
from idp.settings import SettingsError
from idp.settings_values import ROOT
from idp.tables import load_detail_types
from tests.support.transactions import NS, PAYEE, TRANSFER, TYPES, transfer

NAMESPACE = "https://tongxing.example/ns/"
TYPES_OF_TESTS = load_detail_types(TYPES, NAMESPACE)
SHIPPED = load_detail_types(ROOT / "config/authorization_details", NAMESPACE)
CENTRE = {"name": "示例市住房公积金管理中心", "uscc": "12990000MA0000031K"}
WITHDRAWAL = {
    "type": f"{NS}housing-fund-withdrawal/v1",
    "amount": {"currency": "CNY", "value": "12000.00"},
    "reason": "07",
    "payee": PAYEE,
    "account": "330100000001",
    "centre": CENTRE,
}
TABLE = {
    "name": "gift/v1",
    "acr": "l2",
    "title": {"zh": "赠", "en": "Gift"},
    "warning": {"zh": "慎", "en": "Careful"},
    "confirm": {"zh": "赠", "en": "Give"},
    "members": [{"name": "amount", "kind": "amount", "label": {"zh": "额", "en": "Amount"}}],
}


class TestCanonicalForm:
    def test_members_are_sorted_by_utf_16_as_in_section_3_2_3(self):
        members = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\xf6": 7}

        assert list(json.loads(canonical(members))) == [
            "\r",
            "1",
            "\x80",
            "\xf6",
            "\u20ac",
            "\U0001f600",
            "\ufb33",
        ]

    def test_text_and_literals_are_written_as_in_section_3_2_2(self):
        value = {"string": '\u20ac$\x0f\nA\'B"\\\\"/', "literals": [None, True, False]}

        written = '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        assert canonical(value) == written.encode()

    @pytest.mark.parametrize(
        "value", [1.5, 2**53, -(2**53), {"a": float("nan")}, "\ud800", {"\udfff": 1}, b"x"]
    )
    def test_what_has_no_one_form_is_refused(self, value):
        with pytest.raises(ValueError, match=r".*"):
            canonical(value)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_it_says_the_same_and_says_it_in_one_way(self, value):
        text = canonical(value)

        assert json.loads(text) == value
        assert canonical(json.loads(text)) == text


class TestWhatATypeTakes:
    def test_the_shipped_types_take_what_they_are_for(self):
        assert SHIPPED.check(WITHDRAWAL).title["en"] == "Withdrawal from the housing provident fund"
        assert set(SHIPPED.by_uri) == {
            f"{NS}housing-fund-withdrawal/v1",
            f"{NS}business-registration/v1",
        }

    @pytest.mark.parametrize(
        "value",
        [
            "12000.00",
            12000,
            {"currency": "CNY", "value": 12000},
            {"currency": "CNY", "value": 12000.0},
            *(
                {"currency": "CNY", "value": each}
                for each in ("12000", "12000.0", "12000.000", "0.00", "-1.00")
            ),
            *(
                {"currency": "CNY", "value": each}
                for each in ("+1.00", "01.00", "1e3", "1,000.00", " 1.00", "1.00\n")
            ),
            *(
                {"currency": "CNY", "value": each}
                for each in ("１.00", "9999999999.00", "", "NaN", "Infinity")
            ),
            {"currency": "USD", "value": "1.00"},
            {"currency": ["CNY"], "value": "1.00"},
            {"value": "1.00"},
            {"currency": "CNY", "value": "1.00", "note": "x"},
        ],
    )
    def test_an_amount_is_written_one_way_only(self, value):
        with pytest.raises(Refusal, match="The member amount"):
            TYPES_OF_TESTS.check(transfer(amount=value))

    @pytest.mark.parametrize(
        "note",
        [
            "",
            "x" * 41,
            "a\nb",
            "a\u202eb",
            "a\u200bb",
            " a",
            "a ",
            1,
            None,
            ["a"],
            {"a": "b"},
            True,
            "\ud800",
        ],
    )
    def test_a_text_is_one_line_that_reads_as_it_is(self, note):
        with pytest.raises(Refusal, match="The member note"):
            TYPES_OF_TESTS.check({**transfer(), "note": note})

    @pytest.mark.parametrize(
        "payee",
        [
            PAYEE | {"account": "62 00"},
            PAYEE | {"account": "1234567"},
            PAYEE | {"account": 6200000000000000018},
            PAYEE | {"more": "x"},
            {"name": "李四光明", "account": "6200000000000000018"},
            "李四光明",
            [],
        ],
    )
    def test_a_payee_is_a_name_a_bank_and_an_account(self, payee):
        with pytest.raises(Refusal, match="The member payee"):
            TYPES_OF_TESTS.check(transfer(payee=payee))

    @pytest.mark.parametrize("reason", ["08", "7 ", 7, None, ["07"], {"code": "07"}])
    def test_a_choice_is_one_of_those_there_are(self, reason):
        with pytest.raises(Refusal, match="The member reason"):
            SHIPPED.check(WITHDRAWAL | {"reason": reason})

    @pytest.mark.parametrize(
        "code",
        ["12990000MA0000031L", "12990000ma0000031k", "12990000MA000003K", "I" * 18, 5, None, [], "１" * 18],
    )
    def test_an_organisation_has_a_code_whose_check_is_right(self, code):
        assert not is_credit_code(code)
        with pytest.raises(Refusal, match="The member centre"):
            SHIPPED.check(WITHDRAWAL | {"centre": CENTRE | {"uscc": code}})

    @pytest.mark.parametrize(
        "code", ["91990000MA0000015Q", "92990000MA0000023G", "12990000MA0000031K", "53990000MA00000584"]
    )
    def test_codes_of_fictitious_organisations_are_right(self, code):
        assert is_credit_code(code)

    def test_a_member_that_is_unknown_or_missing_is_refused_without_being_repeated(self):
        with pytest.raises(Refusal) as unknown:
            TYPES_OF_TESTS.check(transfer(hidden="x"))
        with pytest.raises(Refusal, match="lacks its member payee"):
            TYPES_OF_TESTS.check(transfer(payee=None))

        assert unknown.value.error == "invalid_authorization_details"
        assert "hidden" not in unknown.value.description

    @pytest.mark.parametrize("kind", [None, "transfer", 1, ["a"], {}, TRANSFER + "/", TRANSFER.upper()])
    def test_an_unknown_type_is_refused(self, kind):
        with pytest.raises(Refusal, match="type of an authorization detail"):
            TYPES_OF_TESTS.check(transfer(type=kind))


class TestWhatIsShown:
    def test_every_member_is_shown_in_the_words_of_its_type_and_masked(self):
        [chinese] = show((WITHDRAWAL,), SHIPPED, "zh")
        [english] = show((WITHDRAWAL,), SHIPPED, "en")

        assert chinese.title == "提取住房公积金"
        assert [(row.label, row.value) for row in chinese.rows] == [
            ("提取金额", "¥12,000.00"),
            ("提取原因", "租房提取"),
            ("收款账户", "李*** · 示例银行 · 6200****0018"),
            ("个人公积金账号", "3301****0001"),
            ("受理中心", "示例市住房公积金管理中心（12990000MA0000031K）"),
        ]
        assert [row.value for row in english.rows][:2] == ["CNY 12,000.00", "Rent"]
        assert [row.stands_out for row in english.rows] == [True, False, False, False, False]

    def test_of_a_short_account_only_the_end_is_shown(self):
        assert show_account("12345678901") == "****8901"
        assert show_account("123456789012") == "1234****9012"

    def test_the_hash_is_this_one_for_good(self):
        # Receipts are checked by it years later: whoever changes it breaks them.
        assert (
            transaction_hash((transfer(),), TYPES_OF_TESTS, "zh")
            == "QODmDX10oU-H7VGZWPxPeDJvG6JAjPXnEU3YOR6bZsA"
        )

    @pytest.mark.parametrize(
        "other",
        [
            transfer("12000.01"),
            transfer(note="x"),
            # Shown alike, and not the same.
            transfer(payee=PAYEE | {"account": "6200000000100000018"}),
            transfer(payee=PAYEE | {"name": "李四光名"}),
        ],
    )
    def test_whatever_differs_has_another_hash_also_behind_the_mask(self, other):
        one, another = (transaction_of((each,), TYPES_OF_TESTS) for each in (transfer(), other))

        assert one
        assert another
        assert one.hashes.isdisjoint(another.hashes)

    def test_other_words_have_another_hash(self):
        renamed = DetailTypes({TRANSFER: read_type(TABLE | {"name": "transfer/v1"}, NAMESPACE)})
        told = {**TABLE, "name": "transfer/v1", "warning": {"zh": "慎之", "en": "Careful"}}
        gift = {"type": TRANSFER, "amount": {"currency": "CNY", "value": "1.00"}}

        before = transaction_hash((gift,), renamed, "zh")
        after = transaction_hash((gift,), DetailTypes({TRANSFER: read_type(told, NAMESPACE)}), "zh")

        assert before != after

    def test_the_order_of_members_makes_no_difference(self):
        turned = dict(reversed(transfer().items()))

        assert transaction_of((turned,), TYPES_OF_TESTS) == transaction_of((transfer(),), TYPES_OF_TESTS)

    def test_what_a_type_does_not_take_any_more_is_refused(self):
        with pytest.raises(Refusal):
            transaction_of((transfer(),), DetailTypes({}))


class TestWhatIsNeeded:
    def test_the_shipped_types_need_a_real_person_and_a_proof_of_their_own(self):
        needs = {kind.need for kind in SHIPPED.by_uri.values()}

        assert needs == {Need(level=Level.L3, proof=timedelta(seconds=300))}

    @pytest.mark.parametrize(
        ("amounts", "factors"),
        [(["49999.99"], 1), (["50000.00"], 2), (["25000.00", "25000.01"], 2), (["1.00"], 1)],
    )
    def test_above_the_limit_two_factors_are_needed_also_where_the_amount_is_split(self, amounts, factors):
        need = TYPES_OF_TESTS.need_of(tuple(transfer(each, note=str(n)) for n, each in enumerate(amounts)))

        assert need == Need(level=Level.L2, factors=factors)

    def test_several_types_need_the_most_of_each(self):
        high, proved = transfer(type=f"{NS}high-transfer/v1"), transfer(type=f"{NS}proved-transfer/v1")

        need = TYPES_OF_TESTS.need_of((high, proved, transfer("60000.00")))

        assert need == Need(level=Level.L4, proof=timedelta(seconds=300), factors=2)

    def test_nothing_needs_nothing(self):
        assert TYPES_OF_TESTS.need_of(()) is None
        assert transaction_of((), TYPES_OF_TESTS) is None


class TestFiles:
    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"name": "gift"}, "The name must read like"),
            ({"name": 1}, "The name must read like"),
            ({"acr": "l5"}, "The member acr must be one of l1, l2, l3, l4"),
            ({"acr": 2}, "The member acr"),
            ({"acr": "l3-tx"}, "proof_seconds belongs to an acr that ends in -tx"),
            ({"proof_seconds": 300}, "proof_seconds belongs to an acr that ends in -tx"),
            ({"acr": "l3-tx", "proof_seconds": 0}, "proof_seconds must be 1 to 3600"),
            ({"acr": "l3-tx", "proof_seconds": True}, "proof_seconds must be 1 to 3600"),
            ({"two_factors_from": 50000}, "two_factors_from must read like"),
            ({"two_factors_from": "5"}, "two_factors_from must read like"),
            ({"pushed": "yes"}, "The member pushed must be true or false"),
            ({"title": {"zh": "赠"}}, "title must have words in zh and en"),
            ({"title": {"zh": "赠", "en": ""}}, "title must be printable text"),
            ({"warning": {"zh": "赠", "en": "a\u202eb"}}, "warning must be printable text"),
            ({"colour": "red"}, "The type has no colour"),
            ({"members": []}, "at least one table of members"),
            ({"members": [*TABLE["members"], *TABLE["members"]]}, "described twice"),
        ],
    )
    def test_a_mistake_is_told_by_its_place(self, change, sentence):
        with pytest.raises(ValueError, match=sentence):
            read_type(TABLE | change, NAMESPACE)

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"name": "type"}, "A member needs a name"),
            ({"name": "Amount"}, "A member needs a name"),
            ({"kind": "money"}, "The member amount: kind must be one of"),
            ({"kind": ["amount"]}, "The member amount: kind must be one of"),
            ({"label": "Amount"}, "The member amount: label must have words"),
            ({"longest": 5}, "The member amount: longest"),
            ({"kind": "text", "longest": 501}, "The member amount: longest"),
            ({"kind": "choice"}, "The member amount: choices belong"),
            ({"choices": {"a": {"zh": "甲", "en": "A"}}}, "The member amount: choices belong"),
            (
                {"kind": "choice", "choices": {"a": {"zh": "甲"}}},
                "The member amount: choice a must have words",
            ),
            ({"kind": "choice", "choices": {}}, "The member amount: choices"),
            ({"required": 1}, "must be true or false"),
            ({"hint": "x"}, "The member amount has no hint"),
        ],
    )
    def test_a_mistake_about_a_member_names_it(self, change, sentence):
        with pytest.raises(ValueError, match=sentence):
            read_type(TABLE | {"members": [TABLE["members"][0] | change]}, NAMESPACE)

    def test_a_limit_needs_an_amount(self):
        text = [{"name": "note", "kind": "text", "label": {"zh": "注", "en": "Note"}}]

        with pytest.raises(ValueError, match="needs a member of the kind amount"):
            read_type(TABLE | {"members": text, "two_factors_from": "1.00"}, NAMESPACE)

    def test_every_lack_is_told_at_once(self):
        with pytest.raises(ValueError, match=r"The type lacks acr, confirm, members, title, warning\."):
            read_type({"name": "gift/v1"}, NAMESPACE)

    def test_the_provider_does_not_start_with_a_file_that_is_wrong_and_names_it(self, tmp_path):
        (tmp_path / "broken.toml").write_text("name = ", "utf-8")
        (tmp_path / "gift.toml").write_text('name = "gift"\n', "utf-8")
        for name in ("one.toml", "two.toml"):
            (tmp_path / name).write_bytes((TYPES / "transfer.toml").read_bytes())

        with pytest.raises(SettingsError) as wrong:
            load_detail_types(tmp_path, NAMESPACE)

        assert [each.partition(":")[0] for each in wrong.value.sentences] == [
            "broken.toml",
            "gift.toml",
            "two.toml",
        ]

    def test_a_folder_that_is_not_there_is_a_mistake(self, tmp_path):
        with pytest.raises(SettingsError, match=r"authorization\.details"):
            load_detail_types(tmp_path / "nowhere", NAMESPACE)
