"""Stillness: how long the picture of a film stands still while the voice speaks, measured on decoded frames.

    scripts/stillness out/backpropagation

A picture has moved if enough pixels differ visibly from the frame at which it came to rest. Comparing with
that frame and not with the one before adds slow motion up. A still picture counts from the first to the last
word spoken over it; a pause of the voice ends it.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import click
import numpy as np
from numpy.typing import NDArray

from storyreel.core.time_format import clock

LONGEST = 6.0
"""The most seconds for which a picture may stand still while the voice speaks."""
PAUSE = 1.0
"""Seconds without a word that count as a pause of the voice."""
DIFFERENCE = 24
"""The difference in luma, of 255, from which a pixel is visibly different; encoding changes less."""
SHARE = 1 / 40_000
"""The part of all pixels that must be different: a square of 3 × 3 at 854 × 480."""

Span = tuple[float, float]
"""A start and an end, in seconds since the start of the film."""


@dataclass(frozen=True)
class StillPeriod:
    """A period in which the picture stands still while the voice speaks, and the beats that it overlaps."""

    start: float
    end: float
    beats: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """Its duration."""
        return self.end - self.start

    def __str__(self) -> str:
        times = f"{clock(self.start, decimals=1)} to {clock(self.end, decimals=1)}"
        return f"{self.seconds:.1f} s, {times}: {', '.join(self.beats)}"


def still_periods(folder: Path) -> list[StillPeriod]:
    """All still periods of a rendered lesson, the longest first; `folder` has its `lesson.json` and its film.

    Raises OSError if they are missing.
    """
    lesson = json.loads((folder / "lesson.json").read_text("utf-8"))
    beats = [(f"{c['id']} {b['number']}", b) for c in lesson["chapters"] for b in c["beats"]]
    words = [(word["start"], word["end"]) for _, beat in beats for word in beat["words"]]
    found = [
        StillPeriod(*span, tuple(name for name, beat in beats if _overlap(span, beat)))
        for still in still_spans(folder / lesson["files"]["film"])
        for span in _spoken(still, words)
    ]
    return sorted(found, key=lambda period: -period.seconds)


def _overlap(span: Span, beat: dict[str, Any]) -> bool:
    return bool(beat["start"] < span[1] and span[0] < beat["end"])


def _spoken(still: Span, words: list[Span]) -> Iterator[Span]:
    """The parts of a still picture's span from a first word to a last one without a pause between them."""
    spoken = [(max(start, still[0]), min(end, still[1])) for start, end in words]
    spoken = [(start, end) for start, end in spoken if start < end]
    while spoken:
        count = 1
        while count < len(spoken) and spoken[count][0] - spoken[count - 1][1] <= PAUSE:
            count += 1
        yield spoken[0][0], spoken[count - 1][1]
        spoken = spoken[count:]


def still_spans(film: Path) -> Iterator[Span]:
    """The spans in which the picture of a film stands still, each at least two frames long."""
    with av.open(film) as container:
        video = container.streams.video[0]
        video.thread_type = "AUTO"
        assert video.duration and video.time_base and video.codec_context.framerate
        shortest = 1.5 / float(video.codec_context.framerate)
        rest: NDArray[np.int16] | None = None
        start = 0.0
        for picture in container.decode(video):
            now, time = _brightness(picture), picture.time or 0.0
            if rest is None or _has_moved(rest, now):
                if time - start > shortest:
                    yield start, time
                rest, start = now, time
        end = float(video.duration * video.time_base)
        if end - start > shortest:
            yield start, end


def _brightness(picture: av.VideoFrame) -> NDArray[np.int16]:
    plane = picture.planes[0]
    lines = np.frombuffer(bytes(plane), np.uint8).reshape(plane.height, plane.line_size)
    return np.asarray(lines[:, : plane.width], dtype=np.int16)


def _has_moved(rest: NDArray[np.int16], now: NDArray[np.int16]) -> bool:
    return bool(np.count_nonzero(np.abs(now - rest) > DIFFERENCE) > SHARE * rest.size)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(folder: Path) -> None:
    """List where the picture of the rendered lesson in FOLDER stands still for more than 6 s while the voice
    speaks, and the longest such time. Exit status 1 if there is any."""
    found = still_periods(folder)
    too_long = [period for period in found if period.seconds > LONGEST]
    for period in sorted(too_long, key=lambda period: period.start):
        print(period)
    print(f"longest: {found[0] if found else 'none'}")
    sys.exit(1 if too_long else 0)


if __name__ == "__main__":
    main()
