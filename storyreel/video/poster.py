"""Writes the still that is shown in place of a film until it is played."""

from pathlib import Path

from PIL import Image

from storyreel.core.atomic_file import atomic_file
from storyreel.core.frame import Frame


def write_poster(path: Path, frame: Frame) -> None:
    """Write `frame` (height, width, 4), RGBA, to `path` as a JPEG, which leaves out the opacities.

    Raises OutsideError if the file cannot be written.
    """
    height, width, _ = frame.shape
    # Pillow takes the colours out of the frame itself: half the time of making an array of them first.
    picture = Image.frombuffer("RGB", (width, height), frame, "raw", "RGBX", 0, 1)
    with atomic_file(path, is_durable=False) as temporary:
        picture.save(temporary, "JPEG", quality=90, subsampling=0)
