"""The stills of the reference: for each cue, the moment at which it has changed the picture the most."""

import io
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from storyreel.errors import UsageError
from storyreel.production import Production, plan
from storyreel.quality import Quality
from storyreel.reference import Entry, Use, use_of
from storyreel.renderer import Frame, play
from storyreel.storyboard import load

SMALL = Quality(480, 270, 8, "veryfast", 23)
COLOURS = 64
LARGEST = 25_000
"""Bytes of a still."""


def write_stills(entries: Sequence[Entry], uses: Mapping[tuple[str, str], Use], folder: Path) -> None:
    """Write a still for each entry into `folder`, and remove what is the still of none.

    Raises UsageError at the end where cues are used in no storyboard.
    """
    kept, unused = set(), []
    for entry in entries:
        use = use_of(entry, uses)
        if use is None:
            unused.append(f"`{entry.cue.name}` of {' and '.join(entry.scenes)}")
        else:
            (folder / entry.still).write_bytes(_png(_still(use)))
            kept.add(entry.still)
    for path in folder.glob("*.png"):
        if path.name not in kept:
            path.unlink()
    if unused:
        raise UsageError(f"no storyboard uses {', '.join(unused)}, so there is nothing to show of it")


@cache
def _production(path: Path) -> Production:
    return plan(load(path), quality=SMALL, voice_name="silent")


@cache
def _frames(path: Path, chapter_id: str, beat: int) -> list[Frame]:
    """The frames of a beat, after the last one of the beat before it (or an empty one)."""
    production = _production(path)
    chapter = production.chapter(chapter_id)
    frames: list[Frame] = []

    def take(frame: Frame, repeats: int) -> None:
        frames.extend([frame.copy()] * repeats)

    wanted = {beat - 1, beat} - {0}
    play(production.performance(chapter, draw=wanted), SMALL, take)
    length = chapter.beats[beat - 1].end - chapter.beats[beat - 1].start
    before = frames[-length - 1 : -length] or [np.zeros_like(frames[0])]
    return [*before, *frames[-length:]]


def _still(use: Use) -> Frame:
    beat = _production(use.storyboard).beat(use.chapter, use.beat)
    cue = beat.cues[use.cue]
    frames = _frames(use.storyboard, use.chapter, use.beat)
    before, during = (
        frames[cue.start - beat.start],
        frames[cue.start - beat.start + 1 : cue.end - beat.start + 1],
    )
    # A later frame must differ clearly more: what has settled shows more than what is on its way.
    return max(reversed(during or [frames[-1]]), key=lambda frame: round(_difference(before, frame), 2))


def _difference(one: Frame, other: Frame) -> float:
    return float(np.abs(one.astype(float) - other).mean())


def _png(frame: Frame) -> bytes:
    """A small PNG of few colours. Raises ValueError where it would be larger than `LARGEST`."""
    picture = Image.fromarray(frame).convert("RGB").quantize(COLOURS)
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    if file.tell() > LARGEST:
        raise ValueError(f"a still takes {file.tell()} bytes, which is more than {LARGEST}")
    return file.getvalue()
