"""The qualities a film can be rendered in: picture size, frame rate, and how x264 encodes the pictures.

A picture has one of three aspect ratios, in each of which it is laid out anew.
"""

from dataclasses import dataclass, replace

from storyreel.core.did_you_mean import listed
from storyreel.core.errors import UsageError

ASPECTS = ("16:9", "9:16", "1:1")
"""The aspect ratios that a film can have, width to height."""
DEFAULT_ASPECT = ASPECTS[0]


@dataclass(frozen=True)
class Quality:
    """Width and height in pixels, frames per second, x264's preset and its quantizer for all pictures.

    The higher the quantizer, the smaller the file and the coarser the picture; 0 is lossless. With a constant
    frame rate each frame is stored; without it, a picture that does not change is stored less often. With
    `transparent` there is no background, and the format is Apple ProRes 4444, for use in video editors.
    """

    width: int
    height: int
    fps: int
    preset: str
    quantizer: int
    constant_rate: bool = False
    transparent: bool = False

    @property
    def aspect(self) -> str:
        """The aspect ratio in which pictures of this size are laid out."""
        return ASPECTS[0] if self.width > self.height else ASPECTS[1 if self.width < self.height else 2]

    def in_aspect(self, aspect: str | None) -> "Quality":
        """The same in another aspect ratio, with the shorter side as long; without one, unchanged.

        Raises UsageError for an unknown aspect ratio.
        """
        if aspect is None or aspect_called(aspect) == self.aspect:
            return self
        shorter, longer = sorted((self.width, self.height))
        if longer == shorter:
            longer = 2 * round(shorter * 8 / 9)  # x264 wants even numbers
        width, height = {"16:9": (longer, shorter), "9:16": (shorter, longer), "1:1": (shorter, shorter)}[
            aspect
        ]
        return replace(self, width=width, height=height)

    @property
    def without_background(self) -> "Quality":
        """The same without a background, and with every frame stored, as video editors need it."""
        return replace(self, constant_rate=True, transparent=True)

    @property
    def format(self) -> str:
        """The format of the film's file, which is also the suffix of its name."""
        return "mov" if self.transparent else "mp4"


# Measured for one picture, on beats of the first lesson and two busy cores; see scripts/encoder_settings.
# With the same quantizer for all pictures x264 does not look ahead. These options are left out by its preset
# "ultrafast", but save many bytes and cost very little time.
#                           full: ms    kB  SSIM, least     draft: ms    kB  SSIM, least
#   veryfast, crf 20            12.5  0.99  .9995  .9984          3.3  1.07  .9995  .9986
#   superfast, crf 26 and 24     7.0  1.20  .9991  .9980          1.9  1.55  .9994  .9987
#   ultrafast, crf 28            5.1  2.44  .9995  .9972          1.4  1.97  .9993  .9974
#   these, qp 26                 3.8  1.51  .9990  .9966          1.0  1.12  .9976  .9905
#   these, qp 22                 4.0  2.15  .9995  .9984          1.0  1.53  .9989  .9961
X264_OPTIONS = {"x264-params": "cabac=1:8x8dct=1:partitions=i8x8,i4x4"}
PRORES_OPTIONS = {"profile": "4444", "alpha_bits": "8", "vendor": "apl0"}

QUALITIES = {
    "draft": Quality(854, 480, 15, "ultrafast", 22),
    "hd": Quality(1280, 720, 30, "ultrafast", 22),
    "full": Quality(1920, 1080, 60, "ultrafast", 22),
    "4k": Quality(3840, 2160, 60, "ultrafast", 22),
}
DEFAULT_QUALITY = "hd"
SECONDS_BETWEEN_KEY_FRAMES = 4
"""The longest time between two key frames, at which a player can start."""


def aspect_called(aspect: str) -> str:
    """The aspect ratio, if there is one called so; raises UsageError for any other text."""
    if aspect not in ASPECTS:
        raise UsageError(f"no aspect ratio `{aspect}`; there are {listed(ASPECTS)}")
    return aspect


def quality_called(quality: Quality | str) -> Quality:
    """The quality of that name; a `Quality` is returned as it is. Raises UsageError for any other name."""
    if isinstance(quality, Quality):
        return quality
    if quality not in QUALITIES:
        raise UsageError(f"no quality called {quality!r}; there are {', '.join(QUALITIES)}")
    return QUALITIES[quality]
