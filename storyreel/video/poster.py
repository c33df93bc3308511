"""Writes the still that is shown in place of a film until it is played."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from storyreel.core.atomic_file import atomic_file


def write_poster(path: Path, frame: NDArray[np.uint8]) -> None:
    """Write `frame` (height, width, 3 or 4), RGB or RGBA, to `path` as a JPEG.

    Raises OutsideError if the file cannot be written.
    """
    with atomic_file(path, is_durable=False) as temporary:
        Image.fromarray(frame[..., :3]).save(temporary, "JPEG", quality=90, subsampling=0)
