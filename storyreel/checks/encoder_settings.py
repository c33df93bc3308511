"""Measurement of x264's settings on beats of the first lesson: size, processor time and picture quality.

    scripts/encoder_settings draft full

For each setting it prints the bytes and the processor time of a picture, and the similarity of its luma to
the original, as SSIM (1 is equal) and PSNR, each as mean and as the least value.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import click
import numpy as np
from av.filter import Graph

from storyreel.core.frame import Box, Frame
from storyreel.core.quality import QUALITIES, X264_OPTIONS, Quality
from storyreel.production.production import plan
from storyreel.rendering.play import play
from storyreel.video.encoder import THREADS
from storyreel.video.yuv import YuvPicture

BEATS = [("forward", 3), ("descent", 7), ("layers", 7)]
"""Moving text and numbers; a loss landscape of thin lines; large plain areas that change."""
OURS = {"preset": "ultrafast", "bf": "0", **X264_OPTIONS}
COMPARED = 4
"""Every fourth picture is compared, as comparing takes longer than encoding."""
PARAMETERS = X264_OPTIONS["x264-params"]
SETTINGS: dict[str, dict[str, str]] = {
    **{f"{preset} crf 20": {"preset": preset, "crf": "20"} for preset in ("medium", "faster", "veryfast")},
    "veryfast crf 20, no B-frames": {"preset": "veryfast", "crf": "20", "bf": "0"},
    "veryfast crf 20, animation": {"preset": "veryfast", "crf": "20", "tune": "animation"},
    "superfast crf 24, no B-frames": {"preset": "superfast", "crf": "24", "bf": "0"},
    "ultrafast crf 28": {"preset": "ultrafast", "crf": "28"},
    "ours, but crf 28": {**OURS, "crf": "28"},
    **{f"ours, but qp {qp}": {**OURS, "qp": str(qp)} for qp in (20, 24, 26)},
    "ours, and deblocking": {**OURS, "qp": "22", "x264-params": f"{PARAMETERS}:deblock=0,0"},
    "ours, and subme 1": {**OURS, "qp": "22", "x264-params": f"{PARAMETERS}:subme=1"},
    "ours: ultrafast qp 22, CABAC, 8×8": {**OURS, "qp": "22"},
}


@dataclass(frozen=True)
class Measurement:
    """Bytes and seconds of processor time of `count` pictures, and SSIM and PSNR (dB) of some of them."""

    count: int
    size: int
    seconds: float
    similarity: Sequence[float]
    decibels: Sequence[float]

    def __add__(self, other: "Measurement") -> "Measurement":
        return Measurement(
            self.count + other.count,
            self.size + other.size,
            self.seconds + other.seconds,
            [*self.similarity, *other.similarity],
            [*self.decibels, *other.decibels],
        )

    def __str__(self) -> str:
        return (
            f"{self.size / self.count / 1000:7.2f} kB {1000 * self.seconds / self.count:7.2f} ms"
            f"   SSIM {np.mean(self.similarity):.5f}, least {min(self.similarity):.5f}"
            f"   PSNR {np.mean(self.decibels):.1f} dB, least {min(self.decibels):.1f}"
        )


def measure(pictures: Sequence[av.VideoFrame], quality: Quality, options: dict[str, str]) -> Measurement:
    """Encode `pictures`, decode them and compare them with the originals."""
    codec = av.CodecContext.create("libx264", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = pictures[0].width, pictures[0].height, "yuv420p"
    codec.time_base, codec.framerate = Fraction(1, quality.fps), Fraction(quality.fps)
    codec.gop_size, codec.thread_count, codec.options = 4 * quality.fps, THREADS, options
    for number, picture in enumerate(pictures):
        picture.pts, picture.time_base = number, codec.time_base
    start = time.process_time()
    packets = [packet for picture in [*pictures, None] for packet in codec.encode(picture)]
    seconds = time.process_time() - start
    player = av.CodecContext.create("h264", "r")
    assert isinstance(player, av.VideoCodecContext)
    shown = [frame for packet in [*packets, None] for frame in player.decode(packet)]
    return Measurement(
        len(pictures),
        sum(packet.size for packet in packets),
        seconds,
        list(_compared("ssim", "Y:", pictures, shown)),
        [min(value, 100.0) for value in _compared("psnr", "psnr_y:", pictures, shown)],
    )


def _compared(
    how: str, key: str, pictures: Sequence[av.VideoFrame], shown: Sequence[av.VideoFrame]
) -> Iterator[float]:
    """The luma result of FFmpeg's filter `how` for some of the pictures; `key` precedes it in the report."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report"
        graph, clock = Graph(), Fraction(1, 60)
        size: dict[str, Any] = {"width": pictures[0].width, "height": pictures[0].height}
        kind = av.VideoFormat("yuv420p")
        sources = [graph.add_buffer(**size, format=kind, time_base=clock) for _ in range(2)]
        comparison, sink = graph.add(how, f"stats_file={report}"), graph.add("buffersink")
        for number, source in enumerate(sources):
            source.link_to(comparison, 0, number)
        comparison.link_to(sink)
        graph.configure()
        pairs = list(zip(shown, pictures, strict=True))[::COMPARED]
        for number, pair in enumerate(pairs):
            for source, frame in zip(sources, pair, strict=True):
                frame.pts, frame.time_base = number, clock
                source.push(frame)
            sink.pull()
        del graph, sources, comparison, sink, source  # closes the report
        words = report.read_text().split()
    yield from (float(word.removeprefix(key)) for word in words if word.startswith(key))


def beat_pictures(quality: Quality) -> Iterator[list[av.VideoFrame]]:
    """For each of `BEATS` its pictures, without repetitions, as an encoder gets them."""
    production = plan(quality=quality, voice="silent")
    for chapter, beat in BEATS:
        pictures = _Pictures(quality)
        play(production.performance(production.chapter(chapter), {beat}), quality, pictures.take)
        yield pictures.taken


class _Pictures:
    """Collects the frames of a beat that differ from the one before, in yuv420p."""

    def __init__(self, quality: Quality) -> None:
        self.taken: list[av.VideoFrame] = []
        self._picture = YuvPicture(quality.width, quality.height)
        self._before = b""

    def take(self, frame: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
        if (now := frame.tobytes()) != self._before:
            self._before = now
            self._picture.update(frame, None)
            self.taken.append(av.VideoFrame.from_ndarray(self._picture.frame.to_ndarray(), "yuv420p"))


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(QUALITIES)))
def main(names: tuple[str, ...]) -> None:
    """Print a table for each of the qualities NAMES (default: full)."""
    for name in names or ("full",):
        found: dict[str, Measurement] = {}
        for pictures in beat_pictures(QUALITIES[name]):
            for setting, options in SETTINGS.items():
                one = measure(pictures, QUALITIES[name], options)
                found[setting] = found[setting] + one if setting in found else one
        print(f"{name}, a picture:")
        for setting, measurement in found.items():
            print(f"  {setting:<34}{measurement}")


if __name__ == "__main__":
    main()
