"""The stills of the reference: the end of each cue, or its largest change if little of it remains."""

import io
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from storyreel.checks.reference import Entry, Use, use_of
from storyreel.core.errors import UsageError
from storyreel.core.frame import Box, Frame
from storyreel.core.quality import Quality
from storyreel.production.production import Production, plan
from storyreel.reader import load
from storyreel.rendering.play import play

SMALL = Quality(480, 270, 6, "veryfast", 23)
LEFT_BEHIND = 0.4
"""The part of a cue's largest change to the picture that must remain for its end to be shown."""
COLOURS = 64
LARGEST = 32_000
"""The most bytes of a still."""


def write_stills(entries: Sequence[Entry], uses: Mapping[tuple[str, str], Use], folder: Path) -> None:
    """Write a still for each entry into `folder`, and remove other stills.

    Raises UsageError at the end if there are cues that no storyboard uses.
    """
    used = {entry.still: use for entry in entries if (use := use_of(entry, uses))}
    # By chapter, as a chapter is drawn as a whole.
    for still, use in sorted(used.items(), key=lambda pair: (pair[1].storyboard, pair[1].chapter)):
        (folder / still).write_bytes(_png(_still(use)))
    for path in folder.glob("*.png"):
        if path.name not in used:
            path.unlink()
    unused = [f"`{e.cue.name}` of {' and '.join(e.scenes)}" for e in entries if e.still not in used]
    if unused:
        raise UsageError(f"no storyboard uses {', '.join(unused)}, so there is nothing to show of it")


@cache
def _production(path: Path) -> Production:
    return plan(load(path), quality=SMALL, voice="silent")


@lru_cache(maxsize=1)
def _frames(path: Path, chapter_id: str) -> list[Frame]:
    """All frames of a chapter, as RGB."""
    production, frames = _production(path), list[Frame]()

    def take(frame: Frame, _: Sequence[Box] | None, repeats: int) -> None:
        frames.extend([frame[:, :, :3].copy()] * repeats)

    play(production.performance(production.chapter(chapter_id)), SMALL, take)
    return frames


def _still(use: Use) -> Frame:
    production = _production(use.storyboard)
    first = production.chapter(use.chapter).start
    cue = production.beat(use.chapter, use.beat).cues[use.cue]
    frames, start, end = _frames(use.storyboard, use.chapter), cue.start - first, cue.end - first
    before = frames[start - 1] if start else np.zeros_like(frames[0])
    during = frames[start : max(end, start + 1)]
    changes = [_difference(before, frame) for frame in during]
    largest = int(np.argmax(changes))
    return during[-1] if changes[-1] >= LEFT_BEHIND * changes[largest] else during[largest]


def _difference(one: Frame, other: Frame) -> float:
    return float(np.abs(one.astype(float) - other).mean())


def _png(frame: Frame) -> bytes:
    """The frame as a PNG of few colours. Raises ValueError if it is larger than `LARGEST`."""
    picture = Image.fromarray(frame).quantize(COLOURS)
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    if file.tell() > LARGEST:
        raise ValueError(f"a still takes {file.tell()} bytes, which is more than {LARGEST}")
    return file.getvalue()
