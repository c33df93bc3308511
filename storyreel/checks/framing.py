"""How the picture of a lesson fills its frame, chapter by chapter, measured without drawing it.

    scripts/framing assets/storyboards/*.yaml --aspect 9:16

The box is the rectangle around all that is visible except the chapter's title and marks, as a share of the
whole frame. Its centre is counted from the left and from the top, as is the lowest third, which is empty
where the box does not reach it. The longest still is that under the voice, without a pause of a second.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from storyreel.checks.pace import silence, words_a_minute
from storyreel.checks.snapshot import Snapshot
from storyreel.checks.stillness import PAUSE
from storyreel.core.errors import StoryreelError
from storyreel.core.quality import ASPECTS
from storyreel.core.word import Word
from storyreel.production.production import Production, plan
from storyreel.rendering.play import watch
from storyreel.stage.stage import Stage
from storyreel.timing.beats import TimedChapter

HEADER = (
    f"{'':34}{'seconds':>9}{'box':>7}{'centre':>14}{'low third empty':>17}{'words/min':>11}{'silence':>9}"
    f"{'still':>8}"
)


@dataclass(frozen=True)
class Framing:
    """A part of a lesson: `boxes` has a row for each measured moment, in shares of the frame from its lower
    left corner: left, bottom, right, top; all 0 where nothing is drawn."""

    name: str
    seconds: float
    boxes: NDArray[np.float64]
    words_a_minute: float
    silence: float
    longest_still: float

    @property
    def covered(self) -> float:
        """The median share of the frame that the box covers."""
        left, bottom, right, top = self.boxes.T
        return float(np.median((right - left) * (top - bottom)))

    @property
    def centre(self) -> tuple[float, float]:
        """The mean centre of the box, from the left and from the top."""
        drawn = self.boxes[self.boxes[:, 2] > 0]
        if not len(drawn):
            return 0.5, 0.5
        left, bottom, right, top = drawn.mean(axis=0)
        return float((left + right) / 2), float(1 - (bottom + top) / 2)

    @property
    def low_third_empty(self) -> float:
        """The share of moments in which nothing is drawn in the lowest third."""
        is_empty = (self.boxes[:, 1] > 1 / 3) | (self.boxes[:, 2] == 0)
        return float(is_empty.mean())

    def __str__(self) -> str:
        across, down = self.centre
        return (
            f"{self.name:34}{self.seconds:8.1f} s{self.covered:7.2f}{f'{across:.2f} {down:.2f}':>14}"
            f"{self.low_third_empty:17.0%}{self.words_a_minute:11.0f}{self.silence:9.0%}"
            f"{self.longest_still:6.1f} s"
        )


def framings(production: Production) -> Iterator[Framing]:
    """The framing of each chapter of a lesson, and last that of the whole."""
    rows: list[Framing] = []
    for chapter in production.timeline.chapters:
        boxes, still = _measured(production, chapter)
        rows.append(_row(f"{production.name} {chapter.id}", production, [chapter], boxes, still))
        yield rows[-1]
    boxes, still = np.concatenate([row.boxes for row in rows]), max(row.longest_still for row in rows)
    yield _row(production.name, production, production.timeline.chapters, boxes, still)


def _row(
    name: str,
    production: Production,
    chapters: Sequence[TimedChapter],
    boxes: NDArray[np.float64],
    longest_still: float,
) -> Framing:
    frames = sum(chapter.end - chapter.start for chapter in chapters)
    pace = words_a_minute(production, chapters), silence(production, chapters)
    return Framing(name, production.timeline.seconds(frames), boxes, *pace, longest_still)


def _measured(production: Production, chapter: TimedChapter) -> tuple[NDArray[np.float64], float]:
    """The box of each frame of a chapter, and the longest still under the voice in seconds."""
    fps, boxes, longest = production.timeline.fps, list[NDArray[np.float64]](), 0.0
    since = chapter.start
    spoken = [word for beat in chapter.beats for word in production.timeline.words(beat)]

    def look(stage: Stage, frame: int, repeats: int) -> None:
        nonlocal longest, since
        boxes.extend([_box(stage)] * repeats)
        if repeats == 1:
            since = frame
        longest = max([longest, *_spoken(spoken, since / fps, (frame + repeats) / fps)])

    watch(production.performance(chapter), look)
    return np.array(boxes), longest


def _box(stage: Stage) -> NDArray[np.float64]:
    """The box of all that is visible but the title, in shares of the frame."""
    snapshot = Snapshot(stage)
    titles = {id(part) for overlay in stage.overlays for part in overlay.get_family()}
    boxes = snapshot.boxes[[id(shape) not in titles for shape in snapshot.shapes]]
    if not len(boxes):
        return np.zeros(4)
    box = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    return np.asarray((box / np.tile([stage.frame.width, stage.frame.height], 2) + 0.5).clip(0, 1))


def _spoken(words: Sequence[Word], start: float, end: float) -> Iterator[float]:
    """The lengths of what is spoken from `start` to `end` without a pause, in seconds."""
    said = [(max(word.start, start), min(word.end, end)) for word in words]
    said = [(first, after) for first, after in said if first < after]
    begin = said[0][0] if said else 0.0
    for (_, before), (after, _) in pairwise([*said, (float("inf"), 0.0)] if said else []):
        if after - before > PAUSE:
            yield before - begin
            begin = after


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--voice", help="the voice that speaks instead of the storyboard's own")
@click.option("--aspect", type=click.Choice(ASPECTS), help="the aspect ratio instead of the storyboard's own")
def main(files: Sequence[Path], voice: str | None, aspect: str | None) -> None:
    """Print the framing of each chapter of the storyboards FILES, and of the whole lessons."""
    print(HEADER)
    for file in files:
        try:
            for row in framings(plan(file, quality="draft", voice=voice, aspect=aspect)):
                print(row, flush=True)
        except StoryreelError as error:
            print(error, file=sys.stderr)
            sys.exit(1)


if __name__ == "__main__":
    main()
