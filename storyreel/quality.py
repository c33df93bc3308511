"""The qualities a film can be rendered in: picture size, frame rate, and how x264 encodes the pictures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quality:
    """Width and height in pixels, frames per second, x264's preset and its quantizer for all pictures.

    The higher the quantizer, the smaller the file and the coarser the picture; 0 is lossless. With a
    constant frame rate each frame is stored; without it, a picture that stands still is stored less often.
    """

    width: int
    height: int
    fps: int
    preset: str
    quantizer: int
    constant_rate: bool = False


# All pictures of our flat graphics need the same quantizer, so x264 need not look for it; of what the preset
# "ultrafast" leaves out, only these save much and cost little. FIGURES
X264_OPTIONS = {"x264-params": "cabac=1:8x8dct=1:partitions=i8x8,i4x4"}

QUALITIES = {
    "draft": Quality(854, 480, 15, "ultrafast", 22),
    "hd": Quality(1280, 720, 30, "ultrafast", 22),
    "full": Quality(1920, 1080, 60, "ultrafast", 22),
    "4k": Quality(3840, 2160, 60, "ultrafast", 22),
}
DEFAULT_QUALITY = "hd"
