"""What the name of a camera says: some are programs that give any film for a camera's picture."""

from typing import Final

# Known programs, and the words with which drivers of such name their device.
NOT_A_CAMERA: Final = (
    *("virtual", "vcam", "loopback", "v4l2", "fake", "dummy", "screen", "replay"),
    *("obs", "manycam", "splitcam", "xsplit", "snap camera", "youcam", "avatarify", "deepface", "ndi"),
)


def is_likely_virtual(name: str) -> bool:
    """Say whether the *name*, which a browser tells and anybody can change, is that of a program."""
    return any(word in name.casefold() for word in NOT_A_CAMERA)
