"""Names of cameras, and what some of them say."""

import pytest

from idp.domain.cameras import is_likely_virtual


@pytest.mark.parametrize("name", ["OBS Virtual Camera", "ManyCam", "v4l2loopback", "Dummy video device"])
def test_a_program_is_known_by_its_name(name):
    assert is_likely_virtual(name)


@pytest.mark.parametrize("name", ["", "Integrated Webcam (0bda:5520)", "camera2 1, facing front"])
def test_a_camera_is_none(name):
    assert not is_likely_virtual(name)
