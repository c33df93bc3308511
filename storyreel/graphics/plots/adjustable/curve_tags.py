"""The tags beside a loss curve: the loss, the weight, the slope and another weight, whose numbers roll."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from storyreel.core.number_format import LARGEST_ROLLING, in_full, rolling, shown
from storyreel.engine.curve_ranges import curve_ranges
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.operation import GRADIENTS_OF
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.descent_layout import DescentLayout
from storyreel.graphics.text.named_number import named_source
from storyreel.graphics.text.rolling_number import TRANSITION, RollingNumber
from storyreel.graphics.text.text_state import TextState, text_state

FLAT, STEEP = 0.005, 0.05
"""A slope that is written as 0.00, if it is less than that share of the slope where the network is."""
Weights = Mapping[str, float]
CurveState = tuple[float, LossLandscape]
"""A value of the plotted weight, and the landscape over it."""
ROWS = {"loss": 0, "weight": 1, "slope": 2, "other weight": 3}
"""The place of each tag in the column beside the curve."""
IN_ROW = ("loss", "weight")
"""The tags in the first row of a wide frame."""
SHORT = {"weight": "w", "bias": "b"}
"""What the only weight or bias of a picture is called where its own name would be long."""
ROLLING_DECIMALS = 3
"""The decimals of a changing number of a network with at least so many digits."""
PLACES = 9
"""The places along the curve whose numbers have room in a tag."""


class CurveTags:
    """Tags in a column of a layout, beside a curve over the only weight of `landscape`.

    `tags` are those that are there, by the keys of `ROWS`. `other_weight` is the name of the weight whose tag
    is the last, `changed` are the values of other weights that differ from the network's. `called` is what
    the plotted weight is called.
    """

    def __init__(self, layout: DescentLayout, landscape: LossLandscape, short: bool = False) -> None:
        self.places, self._em = layout.tags, layout.tag_em
        self.landscape = landscape
        self.weight = landscape.names[0]
        self.called = SHORT[landscape.kind(self.weight)] if short else self.weight
        self.changed: Weights = {}
        self.other_weight: str | None = None
        self.tags: dict[str, Tag] = {}
        self._rooms: dict[str, float] = {}  # the width of each tag's longest number, with its name

    def tag_of(self, part: str, now: CurveState) -> Tag:
        """The tag of a part, which is there from then on."""
        kind = {"slope": "gradient", "loss": "loss"}.get(part) or self.landscape.kind(self._name(part))
        number = self._number(part, *now)
        tag = self.tags[part] = Tag(self._name_seen(part), self._text(part, number), kind, self._em)
        tag.set_state_in(self.places[ROWS[part]], self._with_room(part, tag.initial_state))
        return tag

    def show_numbers(
        self, now: CurveState, changes: Mapping[str, RollingNumber], alpha: float, in_leaps: bool = False
    ) -> None:
        """The tags have their numbers at `alpha` (0 to 1) of an animation in which they change, `in_leaps`
        or smoothly."""
        for name, change in changes.items():
            moment = _at_once(alpha) if in_leaps or "weight" in name else alpha
            state = change.at(moment, self._rolling(self._number(name, *now)))
            self.tags[name].set_state_in(self.places[ROWS[name]], self._with_room(name, state))

    def rolling_numbers(self, now: CurveState, samples: Sequence[CurveState]) -> dict[str, RollingNumber]:
        """How the number of each tag changes from what it is now through the samples of an animation."""
        before, numbers = self._numbers(*now), [self._numbers(*sample) for sample in samples]
        return {
            name: tag.rolling_number(
                self._text(name, before[name]),
                [self._rolling(of[name]) for of in numbers],
                self._text(name, numbers[-1][name]),
            )
            for name, tag in self.tags.items()
        }

    def _with_room(self, part: str, state: TextState) -> TextState:
        """The text of a tag in a room that is as wide as its longest number along the curve while it
        changes: so the tag keeps its size, and has all decimals from the first frame of a change on. A
        shorter one is in the middle of it. Tags in one row are equally high."""
        if part not in self._rooms:
            self._rooms[part] = self._longest(part)
        height = max(state.height, self._lowest) if part in IN_ROW else state.height
        return state.in_middle_of(max(state.width, self._rooms[part]), height)

    @property
    def _lowest(self) -> float:
        """The least height, in Manim units, of the texts in the first row: that of the highest of them."""
        sources = (named_source(self._name_seen(part), "0") for part in IN_ROW)
        return max(text_state(source, "", self._em).height for source in sources)

    def _longest(self, part: str) -> float:
        """The width, in Manim units, of a tag's text with its longest number along the curve."""
        tag, ((start, end), (low, high)) = self.tags[part], curve_ranges(self.landscape)
        numbers = [0.0]
        if part != "other weight":
            places = np.linspace(start, end, PLACES)
            numbers += [self._number(part, value, self.landscape) for value in places]
        if part == "loss":
            numbers = [float(np.clip(number, low, high)) for number in numbers]
        texts = {self._rolling(number) for number in numbers if np.isfinite(number)}
        return max(text_state(*tag.source_of(text), tag.text.em).width for text in texts)

    def _numbers(self, value: float, landscape: LossLandscape) -> dict[str, float]:
        """The number of each tag."""
        return {name: self._number(name, value, landscape) for name in self.tags}

    def _number(self, part: str, value: float, landscape: LossLandscape) -> float:
        number_of: dict[str, Callable[[], float]] = {
            "loss": lambda: landscape.loss([value]),
            "weight": lambda: value,
            "slope": lambda: float(landscape.gradient([value])[0]),
            "other weight": lambda: landscape.value(str(self.other_weight)),
        }
        return number_of[part]()

    @property
    def _start_slope(self) -> float:
        """The slope where the network is."""
        return float(self.landscape.gradient(self.landscape.start)[0])

    def _name(self, part: str) -> str:
        """The name of a part's number."""
        names = {
            "loss": self.landscape.objective,
            "slope": GRADIENTS_OF[self.landscape.objective] + self.weight,
            "other weight": str(self.other_weight),
        }
        return names.get(part, self.weight)

    def _name_seen(self, part: str) -> str:
        """The name of a part's number as its tag has it."""
        names = {"weight": self.called, "slope": GRADIENTS_OF[self.landscape.objective] + self.called}
        return names.get(part, self._name(part))

    def _text(self, part: str, number: float) -> str:
        """The number of a part's tag, at rest."""
        if part == "other weight" and number in self.changed.values():
            return in_full(number)  # the author gave it
        if part == "slope" and abs(number) < FLAT <= STEEP * abs(self._start_slope):
            return shown(0.0, ".2f")  # as flat as can be seen
        return self.landscape.notation.text(self._name(part), number)

    def _rolling(self, number: float) -> str:
        """A number that changes: with as many decimals as at rest where its network has three digits or more,
        so that a tag keeps its size."""
        is_short = (self.landscape.notation.digits or 0) < ROLLING_DECIMALS
        if is_short or abs(number) >= LARGEST_ROLLING:
            return rolling(number)
        return shown(number, f".{ROLLING_DECIMALS}f")


def _at_once(alpha: float) -> float:
    """The moment of a move at which a number has all its decimals, if it moves at all at `alpha`."""
    if alpha <= 0 or alpha >= 1:
        return alpha
    return min(max(alpha, TRANSITION), 1 - TRANSITION)
