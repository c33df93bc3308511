"""A cycle of steps: cards on a ring, each with its numbers, and a spark that runs along the ring."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
from manim import DOWN, UP, RoundedRectangle, Triangle, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError, at
from storyreel.graphics.motion.spark import Spark
from storyreel.graphics.parts.card_numbers import CardNumbers
from storyreel.graphics.text.typeset import words
from storyreel.storyboard.lesson_number import LessonNumber

SIZES_OF_CYCLE = range(2, 5)
CARD_WIDTH, CARD_HEIGHT, LOW_CARD = 4.0, 2.0, 1.6
"""The size of a card, and its height in an area that is not wide."""
BETWEEN_ROWS = 0.12
"""Units from the cards to what is between their rows."""
WITHIN_RING = 0.86
"""The part of the ring's width that is free inside, between two rows of cards."""
CARD_GAP = 0.5
"""The least gap between two cards side by side."""
ROOM_FOR_SPARK, BESIDE_RING = 0.4, 0.35
"""Units above and below the ring for the spark, and beside it, where cards reach farther than it."""
SAMPLES = 240
WIDEST_OUTLINE = 9.0
ABOVE_RING, ABOVE_PLATE = 1, 2


class CycleCard(VGroup):
    """A step's `title` on a plate, both in quiet colours until the step is reached.

    Scenes then add the `numbers` below the title; they are not part of the card.
    """

    def __init__(self, text: str, width: float, height: float) -> None:
        super().__init__()
        self.plate = RoundedRectangle(
            corner_radius=0.18,
            width=width,
            height=height,
            stroke_color=theme.colour("line"),
            stroke_width=theme.SPACING.thin_stroke,
            fill_color=theme.colour("surface"),
            fill_opacity=1,
        )
        self.title = words(text, em=theme.SIZES.body, colour=theme.colour("muted"), weight="semibold")
        factor = (width - 0.3) / self.title.width
        self.title.scale(min(1.0, factor))
        if factor * theme.SIZES.body < theme.SIZES.smallest:
            raise LayoutError(f"“{text}” is too long for a step of a cycle; find a shorter name")
        self.title.next_to(self.plate.get_top(), DOWN, buff=0.2)
        self.add(self.plate, self.title)

    def reach(self, paint: str) -> "CycleCard":
        """Take the look of a step that is reached: its title in the colour of text, and its outline wide and
        in this colour."""
        self.title.set_fill(theme.colour("text"))
        self.plate.set_stroke(paint)
        return self.light_up(1.0)

    def light_up(self, share: float) -> "CycleCard":
        """Widen the outline: `share` is 0 for a card like the others, 1 while the spark is on it."""
        thin = theme.SPACING.thin_stroke
        self.plate.set_stroke(width=thin + (WIDEST_OUTLINE - thin) * share)
        return self

    def numbers(self, numbers: Sequence[LessonNumber], specs: Sequence[str]) -> CardNumbers:
        """These numbers, placed on the card; `specs` are their formats while they change.

        Raises LayoutError where they would be too small to read.
        """
        middle, top = self.plate.get_center(), float(self.title.get_bottom()[1]) - 0.12
        bottom = float(self.plate.get_bottom()[1]) + 0.12
        half = self.plate.width / 2 - 0.2
        area = Area("card", middle[0] - half, bottom, middle[0] + half, top)
        return CardNumbers(area, numbers, specs).set_z_index(ABOVE_PLATE)


class CycleDiagram(VGroup):
    """Cards called `texts` on a ring in `area`, clockwise from the upper left: two, three or four.

    `ring` is the lines between the cards, of which nothing is below a card, so that a cycle can fade out;
    `arrows` are the arrowheads on it. `inside` is the free area in
    the middle. Places on the ring are counted in turns: card k of n is at k/n.
    """

    def __init__(self, texts: Sequence[str], area: Area) -> None:
        super().__init__()
        if len(texts) not in SIZES_OF_CYCLE:
            raise StoryreelError(f"a cycle has two, three or four steps, not {len(texts)}")
        self.centre, count = area.centre, len(texts)
        self.first = math.pi / 2 + math.pi / count
        is_wide = area.width > 2 * CARD_WIDTH + 2 * CARD_GAP
        card_width = min(CARD_WIDTH, (area.width - CARD_GAP) / 2)
        card_height = CARD_HEIGHT if is_wide else LOW_CARD
        self.cards = [CycleCard(text, card_width, card_height) for text in texts]
        # The ellipse is as large as fits with the cards and the spark on it.
        angles = [self._angle(k / count) for k in range(count)]
        wide = max(abs(math.cos(angle)) for angle in angles)
        high = max(abs(math.sin(angle)) for angle in angles)
        self.across = min(area.width / 2 - BESIDE_RING, (area.width - card_width) / 2 / wide)
        self.up = min(area.height / 2 - ROOM_FOR_SPARK, (area.height - card_height) / 2 / max(high, 0.1))
        for number, card in enumerate(self.cards):
            card.move_to(self.place(number / count)).set_z_index(ABOVE_PLATE)
            card.plate.set_z_index(ABOVE_RING)
        self.ring = self._ring()
        self.arrows = VGroup(*(self._arrow((k + 0.5) / count) for k in range(count)))
        self.spark = Spark("text").move_to(self.place(0.0))
        self.inside = self._inside(area, is_wide)
        self.add(self.ring, self.arrows, self.spark, *self.cards)

    def _angle(self, turns: float) -> float:
        return self.first - 2 * math.pi * turns

    def place(self, turns: float) -> np.ndarray:
        """The point of the ring after so many turns, in Manim units."""
        angle = self._angle(turns)
        x, y, _ = self.centre
        return np.array(at(x + self.across * math.cos(angle), y + self.up * math.sin(angle)))

    def _ring(self) -> VMobject:
        """The ellipse between the cards, clockwise from the first."""
        ring = VMobject(stroke_color=theme.colour("line"), stroke_width=theme.SPACING.stroke)
        places = [self.place(k / SAMPLES) for k in range(SAMPLES + 1)]
        is_free = [not any(_covers(card, place) for card in self.cards) for place in places]
        for free, run in groupby(range(len(places)), key=is_free.__getitem__):
            if free:
                numbers = list(run)  # with one place on each side, below the outlines of the cards
                arc = places[max(0, numbers[0] - 1) : numbers[-1] + 2]
                ring.append_points(VMobject().set_points_smoothly(arc).points)
        return ring

    def _arrow(self, turns: float) -> Triangle:
        tip = Triangle(radius=0.17, start_angle=0, stroke_width=0)
        before, after = self.place(turns - 0.002), self.place(turns + 0.002)
        tip.rotate(math.atan2(after[1] - before[1], after[0] - before[0]), about_point=at(0, 0))
        return tip.set_fill(theme.colour("line"), opacity=1).move_to(self.place(turns))

    def _inside(self, area: Area, is_wide: bool) -> Area:
        """The area between the cards: between their columns or, where these are close, between their rows."""
        gap, free = theme.SPACING.gap, replace(area, name="cycle")
        if not is_wide:
            middle, half = self.centre, self.up * math.sin(math.pi / len(self.cards))
            high = half - LOW_CARD / 2 - BETWEEN_ROWS if len(self.cards) > 3 else half / 2
            wide = WITHIN_RING * self.across
            return Area("cycle", middle[0] - wide, middle[1] - high, middle[0] + wide, middle[1] + high)
        for card in self.cards:
            left, right = (float(card.plate.get_edge_center(side)[0]) for side in (at(-1, 0), at(1, 0)))
            if right < self.centre[0]:
                free = replace(free, left=max(free.left, right + gap))
            elif left > self.centre[0]:
                free = replace(free, right=min(free.right, left - gap))
            else:
                free = replace(free, bottom=float(card.plate.get_edge_center(UP)[1]) + gap)
        rim = self.place(0.0 + 0.5 / len(self.cards))[1] - ROOM_FOR_SPARK
        low = 2 * self.centre[1] - rim
        return replace(free, top=min(free.top, rim), bottom=max(free.bottom, low))


def _covers(card: CycleCard, place: np.ndarray) -> bool:
    """Whether a place is below a card."""
    x, y, _ = np.abs(place - card.plate.get_center())
    return bool(x < card.plate.width / 2 and y < card.plate.height / 2)
