"""Identity documents: shapes, check digits, and the convention for made-up people."""

from datetime import date

import pytest

from idp.domain.documents import DocumentType, Gender, check_digit, check_document

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "number",
    ["11010519491231002X", "440524188001010014", "330000199001010014", "65000019900101001 9"],
)
def test_a_resident_number_with_a_right_check_digit_is_taken(number):
    document = check_document(DocumentType.RESIDENT_ID, number, today=TODAY)

    assert document.number == number.replace(" ", "")


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("330000199001010015", "check digit"),
        ("330000199002300013", "date of birth"),
        ("330000203001010011", "date of birth"),
        ("990000199001010014", "shape"),
        ("160000199001010014", "province"),
        ("33000019900101001", "shape"),
        ("33000019900101001\u0664", "shape"),
        ("", "shape"),
        ("330000199001010014'; drop table person", "shape"),
    ],
)
def test_a_wrong_resident_number_is_refused_without_repeating_it(number, says):
    with pytest.raises(ValueError, match=says) as refusal:
        check_document(DocumentType.RESIDENT_ID, number, today=TODAY)

    assert "1990" not in str(refusal.value)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("hmt_residence_permit", "810000190001010018"),
        ("hmt_residence_permit", "82000019000101001X"),
        ("hmt_residence_permit", "830000190001010011"),
        ("foreign_pr_id", "933840190001010012"),
        ("foreign_pr_id", "911276190001010037"),
        ("hm_travel_permit", "H00000001"),
        ("tw_travel_permit", "00000001"),
        ("passport", "E00000001"),
    ],
)
def test_other_documents_are_taken_and_known_to_be_made_up(kind, number):
    document = check_document(DocumentType(kind), number, today=TODAY)

    assert document.is_fictitious


def test_a_real_looking_number_is_not_made_up():
    assert not check_document(DocumentType.RESIDENT_ID, "11010519491231002X", today=TODAY).is_fictitious


def test_birth_and_gender_are_read_from_the_number():
    document = check_document(DocumentType.RESIDENT_ID, "440000198802290029", today=TODAY)

    assert document.birthdate == date(1988, 2, 29)
    assert document.gender is Gender.FEMALE


def test_a_passport_of_eighteen_digits_tells_no_birth():
    document = check_document(DocumentType.PASSPORT, "E00000001", today=TODAY)

    assert document.birthdate is None
    assert document.gender is None


def test_the_check_digit_of_the_standards_own_sample():
    assert check_digit("11010519491231002") == "X"
