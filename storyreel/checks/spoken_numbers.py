"""The rule for what is said: a number of a network that a beat speaks is written on stage during the beat.

It may be written with other digits, as a fraction or in an equation, by itself or in flight. How many there
are of something (`count.W1`) need not be written, as it can be seen.
"""

from collections.abc import Collection, Iterator, Mapping

from storyreel.checks.written_numbers import is_written, numbers_in
from storyreel.core.errors import Problem
from storyreel.storyboard.focus import BeatFocus
from storyreel.storyboard.model import Chapter, Storyboard
from storyreel.storyboard.template import Number

_COUNT = "count."


def unwritten_numbers(
    storyboard: Storyboard, chapter: Chapter, texts: Mapping[int, Collection[str]]
) -> Iterator[tuple[int, Problem]]:
    """The numbers that the beats of a chapter speak and that are nowhere on stage, with their beats' numbers.

    `texts` has what is on stage at any time during each beat, by its number; beats that it lacks were not
    played.
    """
    example = chapter.example
    for beat_number, beat in enumerate(chapter.beats, start=1):
        focus = BeatFocus(beat, example)
        example = focus.last
        if beat_number not in texts:
            continue
        written = {number for text in texts[beat_number] for number in numbers_in(text)}
        for place, part in enumerate(part for turn in beat.say for part in turn.text.parts):
            if not isinstance(part, Number):
                continue
            lookup = storyboard.lookup.in_focus(chapter.network, focus.of_part(place))
            _, name = lookup.resolve(chapter.network, part.name)
            value = lookup.value(chapter.network, part.name)
            said = lookup.written(chapter.network, part)
            if name.startswith(_COUNT) or any(is_written(value, number) for number in written):
                continue
            where = f"chapter {chapter.id}, beat {beat_number}"
            yield (
                beat_number,
                Problem(
                    part.place,
                    f"{where}: it says {said} (`{part.name}`), which is nowhere on stage in this beat",
                ),
            )
