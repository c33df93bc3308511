"""A film as a GIF, an animated WebP and a picture of its last frame, for pages that cannot show films.

The animations repeat for ever. A still picture is stored once. Colours are not dithered: for flat drawings
that gives smaller files without grain.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from storyreel.core.atomic_file import atomic_file
from storyreel.exports.film_frames import last_frame, pictures
from storyreel.exports.gif_palette import Palette

SIDE = 640  # pixels
RATE = 10  # pictures a second
PALETTE_RATE = 1  # pictures a second from which a GIF's colours are chosen
TICK = Fraction(1, 100)  # seconds; the unit of time of GIF
STEP = round(1 / (RATE * TICK))  # ticks for each picture
GIF_OPTIONS = {"final_delay": str(STEP)}
WEBP_OPTIONS = {"loop": "0"}
WEBP_CODEC_OPTIONS = {"quality": "75", "compression_level": "2"}


def write_animations(film: Path, gif: Path, webp: Path) -> None:
    """Write the `film` to both paths. Raises OutsideError if it cannot be read or they cannot be written."""
    palette = Palette([picture for picture, _ in pictures(film, SIDE, PALETTE_RATE)])
    with (
        atomic_file(gif) as temporary_gif,
        atomic_file(webp) as temporary_webp,
        av.open(temporary_gif, "w", format="gif", options=GIF_OPTIONS) as gif_file,
        av.open(temporary_webp, "w", format="webp", options=WEBP_OPTIONS) as webp_file,
    ):
        as_gif = _Animation(gif_file, gif_file.add_stream("gif"), "pal8")
        as_webp = _Animation(
            webp_file, webp_file.add_stream("libwebp_anim", options=WEBP_CODEC_OPTIONS), "bgra"
        )
        for picture, times in pictures(film, SIDE, RATE):
            as_gif.add(palette.applied_to(picture), times)
            as_webp.add(VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="bgra"), times)
        as_gif.end()
        as_webp.end()


def write_still(film: Path, path: Path) -> None:
    """Write the last frame of the `film` to `path` as a PNG. Raises OutsideError as `write_animations`."""
    with atomic_file(path) as temporary:
        Image.fromarray(last_frame(film)).save(temporary, "PNG", optimize=True)


@dataclass
class _Animation:
    """An animation that is being written to a `file`; `pixels` is FFmpeg's name of the pixel format."""

    file: OutputContainer
    stream: VideoStream
    pixels: str
    _tick: int = field(default=0, init=False)
    _last: VideoFrame | None = field(default=None, init=False)

    def add(self, picture: VideoFrame, times: int) -> None:
        """Show `picture` for `times` steps."""
        if self._last is None:
            self.stream.width, self.stream.height = picture.width, picture.height
            self.stream.pix_fmt = self.pixels
            self.stream.codec_context.time_base = TICK
        self._encode(picture, self._tick)
        self._tick += times * STEP
        self._last = picture

    def end(self) -> None:
        """Finish the file. The last picture is written again at its last step, which sets its duration."""
        if self._last is not None and (self._last.pts or 0) < self._tick - STEP:
            self._encode(self._last, self._tick - STEP)
        self.file.mux(self.stream.encode())

    def _encode(self, picture: VideoFrame, tick: int) -> None:
        picture.pts, picture.time_base = tick, TICK
        self.file.mux(self.stream.encode(picture))
