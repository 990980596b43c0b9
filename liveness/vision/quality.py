"""How well a face can be seen, from the pixels of it."""

import cv2
import numpy as np

from liveness.frame import Picture
from liveness.observation import Box, Floats, Quality

SIDE = 128
IRISES = [468, 473]
BLACK, WHITE = 8, 247


def quality_of(picture: Picture, landmarks: Floats, box: Box) -> Quality:
    """Measure the part of the face that is in the frame."""
    height, width = picture.shape[:2]
    left, top = max(0, int(box.left)), max(0, int(box.top))
    right, bottom = min(width, int(box.left + box.width)), min(height, int(box.top + box.height))
    left_eye, right_eye = landmarks[IRISES, :2]
    eye_distance = float(np.linalg.norm(right_eye - left_eye))
    if right - left < 2 or bottom - top < 2:
        return Quality(0.0, 0.0, 0.0, 1.0, eye_distance)
    grey = cv2.cvtColor(picture[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    grey = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    mean, deviation = cv2.meanStdDev(grey)
    return Quality(
        sharpness=float(cv2.Laplacian(grey, cv2.CV_32F).var()),
        brightness=float(mean[0, 0]) / 255,
        contrast=float(deviation[0, 0]) / 255,
        clipped=float(((grey <= BLACK) | (grey >= WHITE)).mean()),
        eye_distance=eye_distance,
    )
