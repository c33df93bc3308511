"""The qualities a film can be rendered in: picture size, frame rate, and how hard x264 tries."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quality:
    """Width and height in pixels, frames per second, x264's preset and its constant rate factor.

    The higher the factor, the smaller the file and the coarser the picture. With a constant frame rate each
    frame is stored; without it, a picture that stands still is stored once for all of its frames.
    """

    width: int
    height: int
    fps: int
    preset: str
    crf: int
    constant_rate: bool = False


X264_OPTIONS: dict[str, str] = {}

# Measured on drawings like ours: slower presets take up to half as long again, and no fewer bytes.
QUALITIES = {
    "draft": Quality(854, 480, 15, "veryfast", 23),
    "hd": Quality(1280, 720, 30, "veryfast", 20),
    "full": Quality(1920, 1080, 60, "veryfast", 20),
    "4k": Quality(3840, 2160, 60, "veryfast", 20),
}
DEFAULT_QUALITY = "hd"
