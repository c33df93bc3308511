"""The timed script, as text and as data: the words and cues with their times and numbers."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from typing import Any

from storyreel.core.time_format import clock
from storyreel.speech.sounds.tones import as_written
from storyreel.storyboard.cue import NUMBER_KINDS, WHOLE_PICTURE, example_after
from storyreel.storyboard.lookup import Lookup
from storyreel.storyboard.model import Storyboard
from storyreel.storyboard.vocabulary import scene_types
from storyreel.timing.beats import TimedBeat, TimedChapter, TimedCue
from storyreel.timing.timeline import Timeline
from storyreel.timing.transcript import turns_of, written_turn


class TimedScript:
    """A storyboard's timeline in readable form. Times are in seconds since the start of the film."""

    def __init__(self, storyboard: Storyboard, timeline: Timeline) -> None:
        self._storyboard = storyboard
        self._timeline = timeline
        self._scenes = scene_types()
        self._examples = {
            cue.place: example for chapter in timeline.chapters for cue, example in _in_focus(chapter)
        }

    def as_text(self) -> str:
        """A heading for each chapter, a line with the words of each turn, and lines for its cues below."""
        lines = [self._storyboard.title]
        for chapter in self._timeline.chapters:
            lines += ["", f"{self._clock(chapter.start)}  {chapter.id}: {chapter.title}"]
            for beat in chapter.beats:
                first, *others = turns_of(beat.words) or [(None, ())]
                lines.append(f"{self._clock(beat.start)}  {beat.number:>3}  {written_turn(*first)}".rstrip())
                lines += [f"{'':16}{written_turn(*turn)}" for turn in others]
                lines += [
                    f"{self._clock(cue.start)}         {self._cue_line(chapter, cue)}" for cue in beat.cues
                ]
        return "\n".join([*lines, "", f"{self._clock(self._timeline.frames)}  end"])

    def as_data(self) -> dict[str, Any]:
        """The same as JSON data, also with the times of words."""
        chapters = [
            {
                "id": chapter.id,
                "title": chapter.title,
                "scene": chapter.scene,
                "network": chapter.network,
                **self._span(chapter),
                **({} if chapter.example is None else {"example": chapter.example}),
                "beats": [self._beat(chapter, beat) for beat in chapter.beats],
            }
            for chapter in self._timeline.chapters
        ]
        seconds = self._timeline.seconds(self._timeline.frames)
        return {"title": self._storyboard.title, "seconds": seconds, "chapters": chapters}

    def _beat(self, chapter: TimedChapter, beat: TimedBeat) -> dict[str, Any]:
        words = [asdict(word) for word in self._timeline.words(beat)]
        for word in words:
            if not word["is_attached"]:
                del word["is_attached"]
        cues = [
            {
                "name": cue.name,
                **self._span(cue),
                "parameters": cue.parameters,
                **({"sound": as_written(cue.sound)} if cue.sound else {}),
                "numbers": self._numbers(chapter, cue),
            }
            for cue in beat.cues
        ]
        facts = {"number": beat.number, "text": beat.text}
        return {**facts, **self._span(beat), "words": words, "cues": cues}

    def _span(self, part: Any) -> dict[str, float]:
        return {"start": self._timeline.seconds(part.start), "end": self._timeline.seconds(part.end)}

    def _numbers(self, chapter: TimedChapter, cue: TimedCue) -> dict[str, float]:
        """The numbers that a cue's parameters name, by these names."""
        names: list[str] = []
        for parameter in self._scenes[chapter.scene].cues[cue.name].parameters:
            given = cue.parameters.get(parameter.name)
            if parameter.kind in NUMBER_KINDS and given is not None:
                names += [given] if isinstance(given, str) else given
        lookup = self._lookup(chapter, cue)
        return {name: lookup.value(chapter.network, name) for name in names if name != WHOLE_PICTURE}

    def _lookup(self, chapter: TimedChapter, cue: TimedCue) -> Lookup:
        return self._storyboard.lookup.in_focus(chapter.network, self._examples[cue.place])

    def _cue_line(self, chapter: TimedChapter, cue: TimedCue) -> str:
        numbers = self._numbers(chapter, cue)
        given = [f"{name}={_written(value)}" for name, value in cue.parameters.items()]
        given += [f"sound={as_written(cue.sound)}"] if cue.sound else []
        text = partial(self._lookup(chapter, cue).text, chapter.network)
        values = ", ".join(f"{name} = {text(name)}" for name in numbers)
        return " ".join([cue.name, *given]) + (f"    ({values})" if values else "")

    def _clock(self, frame: int) -> str:
        return clock(self._timeline.seconds(frame), decimals=3).zfill(len("00:00.000"))


def _in_focus(chapter: TimedChapter) -> Iterator[tuple[TimedCue, int | None]]:
    """Each cue of a chapter with the example that is in focus from its start on."""
    example = chapter.example
    for cue in (cue for beat in chapter.beats for cue in beat.cues):
        example = example_after(cue, example)
        yield cue, example


def _written(value: object) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list | tuple) else str(value)
