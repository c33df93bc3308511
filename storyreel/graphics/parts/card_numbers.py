"""The numbers on a card of a cycle, side by side or one below the other, and how they roll."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from manim import VGroup

from storyreel.core.number_format import shown
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError, at
from storyreel.graphics.text.rolling_number import OPENING_OF_RUN, RollingNumber, rewrite
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.text_state import TextState, text_state
from storyreel.graphics.text.typeset import Typeset, in_line, slot
from storyreel.storyboard.lesson_number import LessonNumber

BESIDE, BELOW = 0.35, 0.14
"""Units between two numbers that stand side by side, and one below the other."""
SMALLEST = theme.SIZES.smallest / theme.SIZES.label
"""The factor by which numbers can be scaled down and still be read."""

CardSizes = Sequence[Sequence[float]]
"""How wide and high numbers are, in units."""


class CardNumbers(VGroup):
    """`numbers` in an area, as large as there is room; `specs` are how they are written while they roll.

    At rest they are exact where there is room for that. Raises LayoutError where they would be too small to
    read.
    """

    def __init__(self, area: Area, numbers: Sequence[LessonNumber], specs: Sequence[str]) -> None:
        self.area, self.specs = area, specs
        self.sources = [partial(_said_of, number.name) for number in numbers]
        self.texts = self._at_rest(numbers)
        self.parts = [*map(_written, numbers, self.texts)]
        super().__init__(*self.parts)
        self._say(self._wordings(self.texts))

    def roll(
        self, numbers: Sequence[Sequence[LessonNumber]]
    ) -> Callable[[float, Sequence[LessonNumber]], None]:
        """What makes them say, at a share of a move from 0 to 1, what numbers are then.

        `numbers` are those at the `moments` of the move; in its end, the last of them are at rest.
        """
        before, self.texts = self.texts, self._at_rest(numbers[-1])
        rolling = [self._rolling(of) for of in numbers]
        rolls = [
            RollingNumber(
                text, source, [before[k]], [[texts[k]] for texts in rolling], [self.texts[k]], OPENING_OF_RUN
            )
            for k, (text, source) in enumerate(zip(self.parts, self.sources, strict=True))
        ]
        for sizes in zip(*(roll.rooms for roll in rolls), strict=True):
            self._check(sizes)

        def say(alpha: float, now: Sequence[LessonNumber]) -> None:
            self._say([roll.at(alpha, text) for roll, text in zip(rolls, self._rolling(now), strict=True)])

        return say

    def _rolling(self, numbers: Sequence[LessonNumber]) -> list[str]:
        return [shown(number.value, spec) for number, spec in zip(numbers, self.specs, strict=True)]

    def _at_rest(self, numbers: Sequence[LessonNumber]) -> list[str]:
        exact, rolling = [shown(number.value) for number in numbers], self._rolling(numbers)
        sizes = [(said.width, said.height) for said in self._wordings(exact)]
        if self._scale(sizes)[1] >= SMALLEST:
            return exact
        self._check([(said.width, said.height) for said in self._wordings(rolling)])
        return rolling

    def _wordings(self, texts: Sequence[str]) -> list[TextState]:
        return [
            text_state(*source(text), theme.SIZES.label)
            for source, text in zip(self.sources, texts, strict=True)
        ]

    def _check(self, sizes: CardSizes) -> None:
        if self._scale(sizes)[1] < SMALLEST:
            raise LayoutError(f"{len(sizes)} numbers are too many for a step of a cycle")

    def _scale(self, sizes: CardSizes) -> tuple[bool, float]:
        """Whether numbers are larger side by side than one below the other, and the factor for them."""
        widths, heights = np.reshape(sizes, (-1, 2)).T
        gaps = len(sizes) - 1
        beside = self._fit(widths.sum() + gaps * BESIDE, heights.max(initial=0.0))
        below = self._fit(widths.max(initial=0.0), heights.sum() + gaps * BELOW)
        return beside >= below, max(beside, below)

    def _fit(self, width: float, height: float) -> float:
        return min(1.0, self.area.width / max(width, 1e-9), self.area.height / max(height, 1e-9))

    def _say(self, wordings: Sequence[TextState]) -> None:
        """Let them say something else, arranged as it fits best."""
        sizes = np.reshape([(said.width, said.height) for said in wordings], (-1, 2))
        is_beside, scale = self._scale(sizes.tolist())
        steps = (sizes[:, 0] + BESIDE) if is_beside else (sizes[:, 1] + BELOW)
        middles = np.cumsum(steps) - steps / 2 - steps.sum() / 2
        for text, said, middle in zip(self.parts, wordings, middles.tolist(), strict=True):
            x, y = (middle * scale, 0.0) if is_beside else (0.0, -middle * scale)
            rewrite(text, said, at(self.area.centre[0] + x, self.area.centre[1] + y), scale)


def _written(number: LessonNumber, text: str) -> Typeset:
    """`name = value`, the name in the colour of its kind of quantity."""
    source, plain = _said_of(number.name, text)
    colours = theme.colour(number.kind), theme.colour("text")
    return Typeset(source, plain=plain, em=theme.SIZES.label, slots=(number.name,) * 2, colours=colours)


def _said_of(name: str, text: str) -> tuple[str, str]:
    return f"${slot(0, _on_one_line(name))} = {slot(1, in_line(text))}$", f"{name} = {text}"


def _on_one_line(name: str) -> str:
    """The symbol of a quantity, a gradient with a slash in place of a bar."""
    if not name.startswith(GRADIENT):
        return symbol(name)
    return f"partial L \\/ partial {symbol(name.removeprefix(GRADIENT))}"
