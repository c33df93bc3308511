"""How long the picture of a finished film stands still while the voice goes on, measured on decoded frames.

    scripts/stillness out/backpropagation

A frame has moved when enough of it is visibly different from the frame at which the picture came to rest;
compared with that one, and not with the frame before it, slow moves add up. A still picture counts from the
first to the last word that is spoken over it; a pause of the voice ends it.
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
"""Seconds for which a picture may stand still while the voice goes on."""
PAUSE = 1.0
"""Seconds without a word after which the voice no longer goes on."""
DIFFERENCE = 24
"""Levels of brightness, of 255, by which a pixel is visibly different; what the encoder changes is less."""
SHARE = 1 / 40_000
"""The part of all pixels that must be different: a square of 3 × 3 in 854 × 480."""

Span = tuple[float, float]
"""A start and an end, in seconds since the start of the film."""


@dataclass(frozen=True)
class Stillness:
    """A time in which the picture stands still while the voice goes on, and the beats that it falls into."""

    start: float
    end: float
    beats: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.end - self.start

    def __str__(self) -> str:
        times = f"{clock(self.start, decimals=1)} to {clock(self.end, decimals=1)}"
        return f"{self.seconds:.1f} s, {times}: {', '.join(self.beats)}"


def stillnesses(folder: Path) -> list[Stillness]:
    """All of a finished lesson's, the longest first. `folder` holds its `lesson.json` and its film.

    Raises OSError where they are not there.
    """
    lesson = json.loads((folder / "lesson.json").read_text("utf-8"))
    beats = [(f"{c['id']} {b['number']}", b) for c in lesson["chapters"] for b in c["beats"]]
    words = [(word["start"], word["end"]) for _, beat in beats for word in beat["words"]]
    found = [
        Stillness(*span, tuple(name for name, beat in beats if _overlap(span, beat)))
        for still in still_pictures(folder / lesson["files"]["film"])
        for span in _spoken(still, words)
    ]
    return sorted(found, key=lambda stillness: -stillness.seconds)


def _overlap(span: Span, beat: dict[str, Any]) -> bool:
    return bool(beat["start"] < span[1] and span[0] < beat["end"])


def _spoken(still: Span, words: list[Span]) -> Iterator[Span]:
    """The parts of a still picture's time from a first word to a last one, without a pause between them."""
    spoken = [(max(start, still[0]), min(end, still[1])) for start, end in words]
    spoken = [(start, end) for start, end in spoken if start < end]
    while spoken:
        count = 1
        while count < len(spoken) and spoken[count][0] - spoken[count - 1][1] <= PAUSE:
            count += 1
        yield spoken[0][0], spoken[count - 1][1]
        spoken = spoken[count:]


def still_pictures(film: Path) -> Iterator[Span]:
    """The times in which the picture of a film stands still, each at least two frames long."""
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
    """List where the picture of the finished lesson in FOLDER stands still for more than 6 s while the voice
    goes on, and the longest time that it does. Exit status 1 where there are any."""
    found = stillnesses(folder)
    too_long = [stillness for stillness in found if stillness.seconds > LONGEST]
    for stillness in sorted(too_long, key=lambda stillness: stillness.start):
        print(stillness)
    print(f"longest: {found[0] if found else 'none'}")
    sys.exit(1 if too_long else 0)


if __name__ == "__main__":
    main()
