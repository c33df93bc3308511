"""A badge: a number on a small plate beside a part of a diagram, such as a gradient beside its weight."""

from collections.abc import Sequence

from manim import DOWN, RIGHT, RoundedRectangle, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Point
from storyreel.graphics.parts.plate import plate_outline
from storyreel.graphics.text.rolling_number import RollingNumber, set_text
from storyreel.graphics.text.text_state import TextState, text_state
from storyreel.graphics.text.typeset import Typeset, number_source

CORNER = 0.16
"""The radius of the plate's corners, in Manim units."""
BEHIND_FRONT = 0.6
"""The opacity of a plate behind another one, relative to that."""
LOWEST = 0.4
"""The least width and height of a plate, in Manim units."""


class Badge(VGroup):
    """`text` on a rounded plate in the colour of `kind`; its parts are `plate` and `number`.

    `em` is the font size in Manim units with which the badge was made.
    """

    def __init__(self, text: str, kind: str, em: float = theme.SIZES.small + 0.06) -> None:
        self.em = em
        source, plain = number_source(text)
        self.number = Typeset(source, plain=plain, em=em, colour=theme.colour("background"))
        width, height = self.plate_size(self.number.width, self.number.height)
        self.plate = RoundedRectangle(
            corner_radius=CORNER,
            width=width,
            height=height,
            stroke_width=0,
            fill_color=theme.colour(kind),
            fill_opacity=1,
        )
        super().__init__(self.plate, self.number)

    def stack(self, count: int, step: float) -> None:
        """Put `count` plates more behind it, each `step` Manim units further to the right and down."""
        for number in range(1, count + 1):
            card = self.plate.copy().shift(number * step * (RIGHT + DOWN))
            self.add_to_back(card.set_fill(opacity=BEHIND_FRONT**number))

    def state_of(self, text: str) -> TextState:
        """The number as `text`, at rest."""
        return text_state(*number_source(text), self.em)

    def rolling_number(self, before: str, rolling: Sequence[str], after: str) -> RollingNumber:
        """How the badge's number changes during an animation of a training run."""
        return RollingNumber(self.number, number_source, [before], [[number] for number in rolling], [after])

    def plate_size(self, width: float, height: float) -> tuple[float, float]:
        """The width and height of the plate around a text of this size, in Manim units."""
        high = max(height + 0.16, LOWEST)
        return max(width + 0.26, high), high

    def set_state(self, state: TextState, centre: Point, scale: float = 1.0) -> None:
        """Show another number, centred at `centre`; the plate follows its size."""
        set_text(self.number, state, centre, scale)
        width, height = self.plate_size(state.width, state.height)
        self.plate.points = plate_outline(width, height, CORNER) * scale + centre
