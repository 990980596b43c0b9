"""An attacker is worth refusing only if he can act: one real photo, moved, does what is asked."""

import pytest

from liveness.challenge import Action
from liveness.evaluate.manifest import read_manifest
from liveness.evaluate.mesh import Mesh
from liveness.evaluate.sources import Sources
from liveness.progress import DONE
from liveness.track import signals_of
from liveness.vision.expression import BLENDSHAPES
from tests.liveness.faces import faces, observer

STILL = {"yaw": 0.0, "pitch": 0.0, "lids": 0.0, "jaw": 0.0}
GESTURES = {
    Action.TURN_LEFT: {"yaw": 1.0},
    Action.TURN_RIGHT: {"yaw": -1.0},
    Action.NOD: {"pitch": 1.0},
    Action.BLINK: {"lids": 1.0},
    Action.OPEN_MOUTH: {"jaw": 1.0},
}


@pytest.mark.parametrize("clip", ["bf_lp_d0", "bf_lp_d12"])
def test_one_photo_does_every_action(clip):
    manifest = read_manifest(faces() / "MANIFEST.tsv")
    item = next(each for each in manifest.clips if clip in each.name)
    known = Sources(observer(), BLENDSHAPES).of(item)
    assert known is not None
    source = known.source
    mesh = Mesh(source.frames[source.portrait], source.landmarks[source.portrait])
    rest = seen(mesh.act(**STILL))

    for action, gesture in GESTURES.items():
        moved = seen(mesh.act(**(STILL | gesture)))
        assert reached(action, rest, moved) >= DONE[action], action


def seen(picture):
    return signals_of(observer().observe(picture, index=0, at=0.0, data=b"", full=False, previous=None))


def reached(action, rest, moved):
    match action:
        case Action.TURN_LEFT:
            return moved.yaw - rest.yaw
        case Action.TURN_RIGHT:
            return rest.yaw - moved.yaw
        case Action.NOD:
            return moved.pitch - rest.pitch
        case Action.BLINK:
            return moved.blink - rest.blink
        case _:
            return moved.mouth - rest.mouth
