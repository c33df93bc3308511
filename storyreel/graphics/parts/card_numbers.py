"""The numbers on a card of a cycle diagram, in a row or a column, and how they change."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from manim import VGroup

from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError, at
from storyreel.graphics.text.rolling_number import RollingNumber, set_text
from storyreel.graphics.text.symbol import derivative_symbols, symbol
from storyreel.graphics.text.text_state import TextState, text_state
from storyreel.graphics.text.typeset import Typeset, in_line, slot
from storyreel.storyboard.lesson_number import LessonNumber

BESIDE, BELOW = 0.35, 0.2
"""Units between two numbers in a row, and in a column."""
SMALLEST = theme.SIZES.smallest / theme.SIZES.number
"""The smallest factor by which numbers are scaled down."""

CardSizes = Sequence[Sequence[float]]
"""The width and height of each number, in Manim units."""


class CardNumbers(VGroup):
    """`numbers` in an area, as large as fits; `specs` are their formats while they change.

    At rest they are exact where they fit. Raises LayoutError where they would be too small to read.
    """

    def __init__(self, area: Area, numbers: Sequence[LessonNumber], specs: Sequence[str]) -> None:
        self.area, self.specs = area, specs
        self.sources = [partial(_source_of, number.name) for number in numbers]
        self.texts = self._at_rest(numbers)
        self.parts = [*map(_written, numbers, self.texts)]
        super().__init__(*self.parts)
        self._show(self._states(self.texts))

    def follow(
        self, numbers: Sequence[Sequence[LessonNumber]]
    ) -> Callable[[float, Sequence[LessonNumber]], None]:
        """A function that shows the numbers given to it at `alpha` (0 to 1) of an animation.

        `numbers` are those at each of `sample_alphas`. The first and the last of them are as at rest for as
        long as they are shown.
        """
        before, self.texts = self.texts, self._at_rest(numbers[-1])
        first, last = numbers[0], numbers[-1]
        ends = [{first[k].value: before[k], last[k].value: self.texts[k]} for k in range(len(before))]

        def moving(now: Sequence[LessonNumber]) -> list[str]:
            of_each = zip(ends, now, self._rolling(now), strict=True)
            return [at_rest.get(number.value, rolling) for at_rest, number, rolling in of_each]

        rolling = [moving(of) for of in numbers]
        changes = [
            RollingNumber(
                text,
                source,
                [before[k]],
                [[texts[k]] for texts in rolling],
                [self.texts[k]],
            )
            for k, (text, source) in enumerate(zip(self.parts, self.sources, strict=True))
        ]
        for sizes in zip(*(change.sizes for change in changes), strict=True):
            self._check(sizes)

        def show(alpha: float, now: Sequence[LessonNumber]) -> None:
            self._show([change.at(alpha, text) for change, text in zip(changes, moving(now), strict=True)])

        return show

    def _rolling(self, numbers: Sequence[LessonNumber]) -> list[str]:
        return [shown(number.value, spec) for number, spec in zip(numbers, self.specs, strict=True)]

    def _at_rest(self, numbers: Sequence[LessonNumber]) -> list[str]:
        exact, rolling = [number.text for number in numbers], self._rolling(numbers)
        sizes = _sizes(self._states(exact))
        if self._scale(sizes)[1] >= SMALLEST:
            return exact
        self._check(_sizes(self._states(rolling)))
        return rolling

    def _states(self, texts: Sequence[str]) -> list[TextState]:
        return [
            text_state(*source(text), theme.SIZES.number)
            for source, text in zip(self.sources, texts, strict=True)
        ]

    def _check(self, sizes: CardSizes) -> None:
        if self._scale(sizes)[1] < SMALLEST:
            raise LayoutError(f"{len(sizes)} numbers are too many for a step of a cycle")

    def _scale(self, sizes: CardSizes) -> tuple[bool, float]:
        """Whether the numbers are larger in a row than in a column, and the factor to scale them by."""
        widths, heights = np.reshape(sizes, (-1, 2)).T
        gaps = len(sizes) - 1
        row = self._fit(widths.sum() + gaps * BESIDE, heights.max(initial=0.0))
        column = self._fit(widths.max(initial=0.0), heights.sum() + gaps * BELOW)
        return row > column, max(row, column)

    def _fit(self, width: float, height: float) -> float:
        return min(1.0, self.area.width / max(width, 1e-9), self.area.height / max(height, 1e-9))

    def _show(self, states: Sequence[TextState]) -> None:
        """Show other numbers, in the arrangement in which they are largest."""
        sizes = np.reshape(_sizes(states), (-1, 2))
        is_row, scale = self._scale(sizes.tolist())
        steps = (sizes[:, 0] + BESIDE) if is_row else (sizes[:, 1] + BELOW)
        middles = np.cumsum(steps) - steps / 2 - steps.sum() / 2
        for text, state, middle in zip(self.parts, states, middles.tolist(), strict=True):
            x, y = (middle * scale, 0.0) if is_row else (0.0, -middle * scale)
            set_text(text, state, at(self.area.centre[0] + x, self.area.centre[1] + y), scale)


def _sizes(states: Sequence[TextState]) -> list[tuple[float, float]]:
    return [(state.width, state.height) for state in states]


def _written(number: LessonNumber, text: str) -> Typeset:
    """`name = value`, the name in the colour of its kind of quantity."""
    source, plain = _source_of(number.name, text)
    colours = theme.colour(number.kind), theme.colour("text")
    return Typeset(source, plain=plain, em=theme.SIZES.number, slots=(number.name,) * 2, colours=colours)


def _source_of(name: str, text: str) -> tuple[str, str]:
    return f"${slot(0, _on_one_line(name))} = {slot(1, in_line(text))}$", f"{name} = {text}"


def _on_one_line(name: str) -> str:
    """The symbol of a quantity; a gradient has a slash in place of the fraction bar."""
    derivative = derivative_symbols(name)
    return " \\/ ".join(derivative) if derivative else symbol(name)
