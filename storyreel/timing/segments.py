"""The division of a beat into parts; each part becomes one video segment."""

import math
from itertools import pairwise

from storyreel.core.quality import SECONDS_BETWEEN_KEY_FRAMES


def segment_ranges(frames: int, fps: int) -> list[tuple[int, int]]:
    """For each part of a beat its first frame and the one after its last, counted from the beat's start.

    A segment begins with a key frame. The parts are as few and as equal as possible with none longer than the
    time between two key frames, so dividing a beat adds no key frames.
    """
    count = math.ceil(frames / (SECONDS_BETWEEN_KEY_FRAMES * fps))
    return list(pairwise(frames * number // count for number in range(count + 1)))
