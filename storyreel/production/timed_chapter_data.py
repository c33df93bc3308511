"""Converts timed beats to the plain data of a render job, and back to a timed chapter.

Words and other things that no frame shows are left out.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from storyreel.core.errors import Place
from storyreel.storyboard.cue import File
from storyreel.timing.beats import TimedBeat, TimedChapter, TimedCue


def beat_data(beat: TimedBeat, files: Mapping[str, str]) -> dict[str, Any]:
    """A beat's length and cues, in frames from its start, and the digests of those `files` that it names."""
    return {
        "frames": beat.end - beat.start,
        "padding": beat.padding,
        "files": {name: files[name] for name in beat.parameters_of_type(File)},
        "cues": [
            {
                "name": cue.name,
                "parameters": cue.parameters,
                "start": cue.start - beat.start,
                "end": cue.end - beat.start,
            }
            for cue in beat.cues
        ],
    }


def timed_chapter(
    id: str, title: str, scene: str, beats: Sequence[Mapping[str, Any]], places: Sequence[Sequence[Any]]
) -> TimedChapter:
    """The chapter with `beats` from `beat_data`, one after the other from frame 0.

    `places` has the file, line and column of each cue of each beat.
    """
    starts = accumulate((beat["frames"] for beat in beats), initial=0)
    timed = [
        _timed_beat(id, number, start, beat, its_places)
        for number, (start, beat, its_places) in enumerate(zip(starts, beats, places, strict=False), start=1)
    ]
    return TimedChapter(id, title, scene, None, tuple(timed))


def _timed_beat(
    chapter: str, number: int, start: int, beat: Mapping[str, Any], places: Sequence[Any]
) -> TimedBeat:
    cues = tuple(
        TimedCue(
            cue["name"],
            {name: _hashable(value) for name, value in cue["parameters"].items()},
            start + cue["start"],
            start + cue["end"],
            Place(*place),
        )
        for cue, place in zip(beat["cues"], places, strict=True)
    )
    place = cues[0].place if cues else Place("", 1, 1)
    return TimedBeat(chapter, number, start, start + beat["frames"], cues, (), place, beat["padding"])


def _hashable(value: Any) -> Any:
    """The value with tuples in place of lists: cues take tuples, which JSON turned into lists."""
    return tuple(map(_hashable, value)) if isinstance(value, list) else value
