"""Names and masks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.names import clean_name, fold, mask_middle, mask_name, mask_number, mask_phone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 张三丰 ", "张三丰"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("𬱖䶮", "𬱖䶮"),
        ("\uf9dc", "\u9686"),
        ("Anne-Marie  O'Neill", "Anne-Marie O'Neill"),
        ("\ue863", "\ue863"),
    ],
)
def test_a_name_is_kept_in_one_form(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize("typed", ["", " ", "张<script>", "a" * 101, "张\x00三", "张\ud800", "😀"])
def test_what_is_no_name_is_refused(typed):
    with pytest.raises(ValueError, match="A name"):
        clean_name(typed)


def test_masks_keep_what_the_person_recognises():
    assert mask_name("张三丰") == "张**"
    assert mask_name("𬱖䶮") == "𬱖*"
    assert mask_number("330000199001010014") == "3****************4"
    assert mask_middle("330000199001010014") == "330000********0014"
    assert mask_middle("E00000001") == "E*******1"
    assert mask_phone("+8613800000001") == "138****0001"


def test_an_identifier_is_folded_to_one_form():
    assert fold(" ３３００００１９９００１０１００１x ") == "33000019900101001x"
    assert fold("ZhangSan") == "zhangsan"


@given(st.text(alphabet=st.characters(categories=["L"]), min_size=1))
def test_a_mask_never_shows_a_whole_name(text):
    assert mask_name(text) != text
