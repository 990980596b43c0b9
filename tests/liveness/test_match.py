"""Templates and matchers."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from liveness.errors import ModelMissing
from liveness.match import BadTemplate, CosineMatcher, Template
from liveness.models.catalogue import catalogue
from liveness.second_matcher import DlibMatcher
from tests.liveness.faces import observer, still

MODEL, OTHER = "ab" * 32, "cd" * 32


def template(*values, model=MODEL):
    return Template(model, np.array(values, np.float32))


def test_a_template_comes_back_as_it_was():
    kept = template(0.6, 0.8).to_bytes()
    read = Template.from_bytes(kept)

    assert read.model == MODEL
    assert read.values.tolist() == pytest.approx([0.6, 0.8])
    assert len(kept) == 39 + 8


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"LVT1",
        template(0.6, 0.8).to_bytes()[:-1],
        b"LVT2" + template(0.6, 0.8).to_bytes()[4:],
        template(0.0, 0.0).to_bytes(),
        template(float("nan"), 0.8).to_bytes(),
    ],
)
def test_what_is_no_template_is_refused(data):
    with pytest.raises(BadTemplate):
        Template.from_bytes(data)


def test_faces_match_from_the_threshold_on():
    matcher = CosineMatcher(MODEL, 0.6)

    assert matcher.compare(template(1, 0), template(0.6, 0.8)).same
    assert not matcher.compare(template(1, 0), template(0.59, 0.8074)).same


def test_templates_of_another_model_are_never_compared():
    with pytest.raises(BadTemplate):
        CosineMatcher(MODEL).compare(template(1, 0), template(1, 0, model=OTHER))
    with pytest.raises(BadTemplate):
        DlibMatcher().compare(template(1, 0), template(1, 0, model=OTHER))


def test_templates_of_another_length_are_never_compared():
    with pytest.raises(BadTemplate):
        CosineMatcher(MODEL).compare(template(1, 0), template(1, 0, 0))


def test_two_threads_at_one_observer_do_not_mix_people_up():
    pictures = [still("lfw/Paul_Martin_0001.jpg"), still("lfw/Jack_Nicholson_0001.jpg")]
    alone = [observer().template_of(each) for each in pictures]

    with ThreadPoolExecutor(2) as threads:
        beside = list(threads.map(observer().template_of, pictures * 8))

    for number, found in enumerate(beside):
        assert np.allclose(found.values, alone[number % 2].values)


def test_the_mean_of_several_looks_is_a_unit_vector():
    mean = Template.mean(MODEL, [np.array([1, 0], np.float32), np.array([0, 1], np.float32)])

    assert mean.values.tolist() == pytest.approx([0.7071, 0.7071], abs=1e-4)


def sface(name):
    return observer().template_of(still(f"lfw/{name}.jpg"))


def test_two_photos_of_one_person_match_and_of_two_do_not():
    matcher = CosineMatcher(catalogue()["template"].sha256)
    one, again, other = map(sface, ("Cindy_Crawford_0001", "Cindy_Crawford_0002", "Daisy_Fuentes_0001"))

    assert matcher.compare(one, again).same
    assert not matcher.compare(one, other).same


def test_a_picture_without_a_face_has_no_template():
    assert observer().template_of(np.full((480, 640, 3), 90, np.uint8)) is None


def test_the_second_matcher_tells_people_apart_too():
    def dlib(name):
        picture = still(f"lfw/{name}.jpg")
        try:
            return DlibMatcher().template(picture, observer().faces_in(picture)[0])
        except ModelMissing:
            pytest.skip("The extra “second-matcher” is not installed.")

    one, again, other = map(dlib, ("Cindy_Crawford_0001", "Cindy_Crawford_0002", "Daisy_Fuentes_0001"))

    assert DlibMatcher(0.6).compare(one, again).same
    assert not DlibMatcher(0.6).compare(one, other).same
