"""How bright the skin is, place by place: what light makes of a face, without its features."""

import cv2
import numpy as np

from liveness.frame import Picture
from liveness.observation import Floats

#: Forehead, nose, cheeks, chin: skin that neither lids nor lips move much.
PLACES = [
    *(10, 151, 9, 8, 168, 6, 197, 195, 5, 4, 1, 67, 109, 338, 297, 103, 332, 54, 284, 104, 333, 69, 299),
    *(108, 337, 50, 280, 101, 330, 117, 346, 118, 347, 119, 348, 100, 329, 36, 266, 205, 425, 187, 411),
    *(207, 427, 216, 436, 206, 426, 203, 423, 142, 371, 116, 345, 123, 352, 147, 376, 213, 433, 192, 416),
    *(214, 434, 135, 364, 169, 394, 210, 430, 211, 431, 170, 395, 140, 369, 171, 396, 175, 199, 200, 18),
    *(201, 421, 208, 428, 32, 262, 194, 418, 143, 372, 111, 340, 137, 366, 227, 447, 177, 401, 138, 367),
]
#: A patch reaches this share of the distance between the outer corners of the eyes to each side.
PATCH = 0.04
EYES = (33, 263)


def skin_of(grey: Picture, landmarks: Floats) -> Floats:
    """Return the mean luma (1 to 256) around each of `PLACES`."""
    half = max(1, int(np.linalg.norm(landmarks[EYES[0], :2] - landmarks[EYES[1], :2]) * PATCH))
    height, width = grey.shape
    places = np.rint(landmarks[PLACES, :2]).astype(int)
    x, y = np.clip(places[:, 0], 0, width - 1), np.clip(places[:, 1], 0, height - 1)
    left, top = max(0, int(x.min()) - half), max(0, int(y.min()) - half)
    face = grey[top : int(y.max()) + half + 1, left : int(x.max()) + half + 1]
    means = cv2.blur(face, (2 * half + 1, 2 * half + 1), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(means[y - top, x - left], np.float32) + 1
