"""The numbers that the narration of a storyboard speaks, by the names that they have in their networks."""

import re
from collections.abc import Iterable, Iterator

from storyreel.core.symbol_parts import LEARNING_RATE
from storyreel.engine.experiment import TEST
from storyreel.engine.operation import COST
from storyreel.engine.optimizers import is_state
from storyreel.engine.regions.recognition import is_recognition
from storyreel.storyboard.focus import BeatFocus
from storyreel.storyboard.lookup import step_of
from storyreel.storyboard.model import Chapter, Storyboard
from storyreel.storyboard.template import Number

_MOMENT = re.compile(r"(?:next\.|run\.)?")
_OF_NO_EXAMPLE = ("count", "data", COST, LEARNING_RATE, "l2", "weight_decay")


def spoken_numbers(storyboard: Storyboard) -> dict[str, dict[str, float]]:
    """By network, the numbers by name: those of an example of the data in focus as `data[2].h`."""
    found: dict[str, dict[str, float]] = {}
    for chapter in storyboard.chapters:
        for network, name, value in _of_chapter(storyboard, chapter):
            found.setdefault(network, {})[name] = value
    return found


def last_step(names: Iterable[str]) -> int:
    """The last step of training that one of the names speaks of, at least 1."""
    return max([1, *map(step_of, names)])


def _of_chapter(storyboard: Storyboard, chapter: Chapter) -> Iterator[tuple[str, str, float]]:
    example = chapter.example
    for beat in chapter.beats:
        focus = BeatFocus(beat, example)
        example = focus.last
        for place, part in enumerate(part for turn in beat.say for part in turn.text.parts):
            if not isinstance(part, Number):
                continue
            row = focus.of_part(place)
            lookup = storyboard.lookup.in_focus(chapter.network, row)
            network, name = lookup.resolve(chapter.network, part.name)
            if network is not None:
                is_in_focus = row is not None and network == chapter.network
                value = lookup.value(chapter.network, part.name)
                yield network, _of_example(name, row or 0) if is_in_focus else name, value


def _of_example(name: str, row: int) -> str:
    """The name of a number of the example in focus as that of this row of the data: `next.data[2].h`."""
    found = _MOMENT.match(name)
    moment = found[0] if found else ""
    rest = name.removeprefix(moment)
    is_of_all = is_recognition(rest.removeprefix(TEST))
    if is_of_all or rest.split(".")[0].split("[")[0] in _OF_NO_EXAMPLE or is_state(rest):
        return name
    return f"{moment}data[{row}].{rest}"
