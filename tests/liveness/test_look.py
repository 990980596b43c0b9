"""A look at one clip, with the real models on a real face."""

import cv2
import numpy as np

from liveness.evaluate.assembly import assemble
from liveness.evaluate.look import look_at
from tests.liveness.faces import ROOT, faces, observer


def test_a_clip_is_shown_moment_by_moment_also_where_a_frame_is_looked_at_twice():
    observer()
    library = assemble(models=None, policy=ROOT / "config" / "liveness.toml")

    looked = look_at(
        faces() / "videos" / "bf_lp_d3.mp4", ("blink", "turn_left", "open_mouth"), library=library
    )

    moments = [each.cells[0] for each in looked.moments]
    assert moments == sorted(set(moments), key=float)
    assert "blink" in {each.cells[1] for each in looked.moments}
    assert {each.rule for each in looked.decision.findings} == set(looked.course)
    assert cv2.imdecode(np.frombuffer(looked.contact_sheet, np.uint8), 1) is not None
