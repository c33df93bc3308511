"""The parts of a beat: each becomes one piece of video, whichever process draws it."""

import math
from itertools import pairwise

from storyreel.core.quality import SECONDS_BETWEEN_KEY_FRAMES


def segment_ranges(frames: int, fps: int) -> list[tuple[int, int]]:
    """The first frame of each part of a beat, and the one after its last, counted from the beat's start.

    They are as few, and as equal, as they can be if none is longer than the time between two key frames: so
    a film has as many of these as if a beat were one piece.
    """
    count = math.ceil(frames / (SECONDS_BETWEEN_KEY_FRAMES * fps))
    return list(pairwise(frames * number // count for number in range(count + 1)))
