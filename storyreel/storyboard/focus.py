"""The example of the data that is in focus at each moment of a beat.

A cue with an `Example` brings it into focus from the cue's mark on, or without a mark from the beat's start;
a cue that `is_of_own` does the same with the network's own example. Numbers in the narration after that
moment, and in cues from then on, are of this example.
"""

from storyreel.storyboard.cue import example_after
from storyreel.storyboard.model import Beat
from storyreel.storyboard.template import Mark


class BeatFocus:
    """The example in focus (None: the network's own) in a beat that begins with `example`."""

    def __init__(self, beat: Beat, example: int | None) -> None:
        parts = [part for turn in beat.say for part in turn.text.parts]
        marks = {part.name: place for place, part in enumerate(parts) if isinstance(part, Mark)}
        self._cues: list[tuple[int, int]] = []  # for each cue: the place of its mark, and its own
        place = -1
        for number, cue in enumerate(beat.cues):
            place = marks[cue.at] if cue.at else place  # without a mark, a cue follows the one before it
            self._cues.append((place, number))
        self._changes: list[tuple[tuple[int, int], int | None]] = [((-1, -1), example)]
        for moment, cue in sorted(zip(self._cues, beat.cues, strict=True), key=lambda pair: pair[0]):
            self._changes.append((moment, example_after(cue, self._changes[-1][1])))

    def of_part(self, place: int) -> int | None:
        """The example in focus where part `place` of the narration, counted through all turns, is spoken."""
        return self._at((place, len(self._cues)))

    def of_cue(self, number: int) -> int | None:
        """The example in focus once the cue with this number, in the storyboard's order, begins."""
        return self._at(self._cues[number])

    @property
    def last(self) -> int | None:
        """The example in focus at the end of the beat."""
        return self._changes[-1][1]

    def _at(self, moment: tuple[int, int]) -> int | None:
        return next(example for start, example in reversed(self._changes) if start <= moment)
