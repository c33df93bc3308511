"""The summary: the steps of training as a loop, with the lesson's numbers; then an image, recognised."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial

from manim import Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear, smoothstep

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import HIGHEST_PLAIN, MOST_DECIMALS, decimals_for
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_travel,
    in_place_of,
    one_after_another,
    pop,
    vanish,
)
from storyreel.graphics.parts.card_numbers import CardNumbers
from storyreel.graphics.parts.cycle_diagram import CycleCard, CycleDiagram
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.graphics.text.rolling_number import sample_alphas
from storyreel.graphics.text.sentence import sentence
from storyreel.stage.image_stage import ImageStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Steps, Text, Value, cue
from storyreel.storyboard.lesson_number import LessonNumber, lesson_number, number_after

ROOM_FOR_WORDS, GAP = 0.85, 0.15
"""The height of the words below the loop, and the gap above them, in Manim units."""
ABOVE_PLOT = 0.2
"""Units between the cards and the plot, above whose axis there is its name."""
StepAt = Callable[[float], float]
"""The step of a run at alpha (0 to 1) of an animation, whole where it rests."""
DIGITS = 2
NEARLY = 1e-6
MOST_STOPS = 12
"""The most steps at each of which the numbers rest; of more, they pass without a stop."""
COUNTED, MOVING = 0.94, 0.55
"""The share of the time after which the last step is reached; and the share of its time on the way to a card
in which the spark moves, before it rests there."""
RESTS = 0.1
"""The part of the time in which the spark fades out."""
FLASH = 0.12
"""Turns before and after a card in which it is highlighted as the spark passes."""


class Summary(ImageStage):
    """The steps of training as a loop, with the lesson's numbers, turning as in a run; then a network that
    recognises an image."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.loop: CycleDiagram | None = None
        self.plot: RunPlot | None = None
        self.values: list[tuple[str, ...]] = []
        self.contents: list[CardNumbers] = []
        self.turns = 0.0
        self.step = 0
        self.written = VGroup()

    @property
    def _words(self) -> Area:
        """The area of a sentence below the loop."""
        whole = self.frame.whole
        return replace(whole, name="words", top=whole.bottom + ROOM_FOR_WORDS)

    @property
    def _loop_area(self) -> Area:
        return replace(self.frame.whole, name="loop", bottom=self._words.top + GAP)

    def _drawn(self) -> CycleDiagram:
        return needed(self.loop, "there is no loop on stage yet; begin the chapter with `draw_cycle`")

    @cue(
        seconds=1.6,
        requires=("cycle {steps}", "{steps} fits 3.4 at 0.42 semibold"),
        hides=("loop", "image"),
        shows=("loop", "step to come {steps} on loop"),
        opens=True,
    )
    def draw_cycle(self, steps: list[Text]) -> Animation:
        """A loop with the cards of two, three or four steps is drawn, clockwise from the upper left, in place
        of one on stage; `next_step` brings the numbers of each."""
        gone = VGroup(*super().clear_stage(), *self._forget_loop())
        self.loop = loop = CycleDiagram(steps, self._loop_area)
        arrows = one_after_another([pop(tip) for tip in loop.arrows])
        cards = one_after_another(map(appear, loop.cards), overlap=0.7)
        return in_place_of(gone, AnimationGroup(draw(loop.ring), arrows, cards))

    @cue(
        seconds=0.1,
        requires=("cycle {steps}", "{steps} fits 3.4 at 0.42 semibold"),
        hides=("loop", "image"),
        shows=("loop", "step to come {steps} on loop"),
    )
    def carry_cycle(self, steps: list[Text]) -> None:
        """The loop is on stage from the first frame on, as after `draw_cycle`."""
        self.remove(*super().clear_stage(), *self._forget_loop())
        self.loop = loop = CycleDiagram(steps, self._loop_area)
        self.add(loop.ring, loop.arrows, *loop.cards)

    def _forget_loop(self) -> VGroup:
        """Begin anew but for the sentence, and return the loop on stage and all in it, to be faded out.

        The spark, which rests below a card, is gone at once: it would shine through as that fades.
        """
        plot = [self.plot, *self.plot.moving] if self.plot is not None else []
        if self.loop is not None:
            self.loop.remove(self.loop.spark)
            self.remove(self.loop.spark)
        gone, written = VGroup(*(self.loop or ()), *self.contents, *plot), self.written
        self.setup()
        self.written = written
        return gone

    @cue(seconds=1.2, requires=("loop", "step to come"), hides="one step to come")
    def next_step(self, values: list[Value] | None = None) -> Animation:
        """A spark moves to the next step of the loop, whose card lights up and gets these numbers."""
        loop, number = self._drawn(), len(self.values)
        if number == len(loop.cards):
            raise StoryreelError(
                f"the loop has no step after the {number} that were shown; go on with `repeat`"
            )
        start, self.turns = self.turns, number / len(loop.cards)
        journey = self._move_spark(start, self.turns)
        names, card = tuple(values or ()), loop.cards[number]
        numbers = self._numbers(names, 0)
        self.values.append(names)
        # Changing numbers keep the decimals that these need.
        specs = [_spec(number.value) for number in numbers]
        content = card.numbers(numbers, specs)
        self.contents.append(content)
        paint = theme.colour(numbers[0].kind if numbers else "text")
        arrival = AnimationGroup(change(card).reach(paint).build(), appear(content))
        return Succession(journey, arrival) if number else AnimationGroup(pop(loop.spark), arrival)

    @cue(
        seconds=1.0,
        requires=("a network", "loop", "finite run {steps}"),
        hides="run",
        shows="run {steps} on loop",
    )
    def plot_run(self, steps: Steps) -> Animation:
        """Axes for the cost, or the loss without data, over this many training steps appear inside the loop,
        with the first point."""
        values = self.experiment.run(steps).objective
        inside = self._drawn().inside
        area = replace(inside, top=inside.top - ABOVE_PLOT)
        self.plot = plot = RunPlot(area, self.experiment.objective, "loss", values)
        plot.show_step(0.0)
        for content, names in zip(self.contents, self.values, strict=True):
            content.specs = [  # the same number with the same decimals as at the curve
                f".{plot.decimals}f" if name == self.experiment.objective else spec
                for name, spec in zip(names, content.specs, strict=True)
            ]
        return Succession(appear(plot), AnimationGroup(*(appear(part) for part in plot.moving)))

    def clear_stage(self) -> VGroup:
        """What has to fade out before an image is shown: all that is on stage."""
        return VGroup(*super().clear_stage(), *self._forget_loop(), *self.written)

    @cue(
        seconds=5.0,
        requires=("a network", "loop", "no step to come", "steps of run {steps}"),
        shows="turns {steps} on loop",
    )
    def repeat(self, steps: Steps, stops: bool = True) -> Animation:
        """The spark moves on around the loop, once for each of the next `steps` steps of the run: as it comes
        to a card, that gets its new numbers, and the curve grows to the next loss. Of more than twelve steps,
        or without `stops`, the numbers of all cards pass together, and the spark fades out."""
        loop = self._drawn()
        if len(self.values) < len(loop.cards):
            raise StoryreelError("show every step of the loop with `next_step` before it turns")
        if self.plot is not None and self.step + steps >= len(self.plot.values):
            raise StoryreelError(f"`plot_run` is for {len(self.plot.values) - 1} steps; there are no more")
        start, self.step = self.step, self.step + steps
        if stops and steps <= MOST_STOPS:
            return self._turn(start, self.step)
        passing = self._pass(start, self.step)
        if loop.spark not in loop.submobjects:
            return passing
        loop.remove(loop.spark)
        card = change(loop.cards[-1]).light_up(0.0).build()
        return AnimationGroup(AnimationGroup(vanish(loop.spark), card, run_time=RESTS), passing)

    @cue(seconds=1.0, requires="{text} fits 13.22 × 1.2 at 0.42")
    def write(self, text: Text) -> Animation:
        """A sentence appears below the picture, in place of what was there."""
        if self.classifier is not None:
            return super().write(text)
        before, self.written = self.written, VGroup(sentence(text, self._words, theme.SIZES.body))
        return in_place_of(before, appear(self.written))

    def _move_spark(self, start: float, end: float) -> Animation:
        """The spark moves along the loop, `start` and `end` in turns; cards are highlighted as it passes."""
        loop = self._drawn()
        reached = loop.cards[: len(self.values)]

        def show(_: Mobject, share: float) -> None:
            self._show_spark(start + (end - start) * ease_travel(share), reached)

        return UpdateFromAlphaFunc(VGroup(loop.spark, *reached), show, rate_func=linear)

    def _show_spark(self, turns: float, cards: Sequence[CycleCard]) -> None:
        """The spark is on the loop after so many turns, and highlights the one of these first cards there."""
        loop = self._drawn()
        loop.spark.move_to(loop.place(turns))
        for number, card in enumerate(cards):
            card.light_up(_nearness(turns, number / len(loop.cards)))

    def _turn(self, start: int, end: int) -> Animation:
        """The spark goes around the loop once for each step from `start` to `end`, and rests at each card,
        whose numbers change as it comes there; the curve moves with it to the card with the loss."""
        loop = self._drawn()
        count, first = len(loop.cards), self.turns
        self.turns += end - start
        places = [number / count for number in range(count)]

        def turns_at(share: float) -> float:
            way = min(1.0, share / COUNTED) * (end - start) * count
            whole = math.floor(way + NEARLY)
            return first + (whole + smoothstep(max(0.0, way - whole) / MOVING)) / count

        def step_at(place: float, share: float) -> float:
            """The step of the run that is reached at a place of the loop."""
            way = turns_at(share) - first + places[-1] - place
            whole = math.floor(way + NEARLY)
            on_way = max(0.0, count * (way - whole - places[-1]))
            return start + whole + min(1.0, on_way / MOVING)

        def move_spark(share: float) -> None:
            self._show_spark(turns_at(share), loop.cards)

        of_cards = [partial(step_at, place) for place in places]
        objective = self.experiment.objective
        has_it = [step for step, names in zip(of_cards, self.values, strict=True) if objective in names]
        follow = [move_spark, *self._follow(of_cards, (has_it or of_cards)[0], in_leaps=True)]
        return self._change(follow, loop.spark, *loop.cards)

    def _pass(self, start: int, end: int) -> Animation:
        """The numbers of all cards, and the curve, pass from one step to another: of a few steps together,
        with a rest at each, of more without a stop."""

        def step_at(share: float) -> float:
            reached = min(1.0, share / COUNTED)
            if end - start > MOST_STOPS:
                return start + (end - start) * ease_travel(reached)
            way = (end - start) * reached
            whole = math.floor(way + NEARLY)
            return start + whole + smoothstep(max(0.0, way - whole) / MOVING)

        in_leaps = end - start <= MOST_STOPS
        return self._change(self._follow([step_at] * len(self.contents), step_at, in_leaps))

    def _follow(
        self, of_cards: Sequence[StepAt], of_curve: StepAt, in_leaps: bool
    ) -> list[Callable[[float], None]]:
        """Functions that show, at alpha (0 to 1), the numbers of each card and the curve at these steps."""
        follow = [self._change_numbers(number, step_at, in_leaps) for number, step_at in enumerate(of_cards)]
        return follow if self.plot is None else [*follow, self.plot.follow(of_curve)]

    def _change(self, follow: Sequence[Callable[[float], None]], *parts: VMobject) -> Animation:
        """The contents of all cards, the curve and `parts` change by these functions of alpha."""

        def show(_: Mobject, share: float) -> None:
            for update in follow:
                update(share)

        curve = self.plot.moving if self.plot is not None else ()
        return UpdateFromAlphaFunc(VGroup(*parts, *self.contents, *curve), show, rate_func=linear)

    def _change_numbers(self, number: int, step_at: StepAt, in_leaps: bool) -> Callable[[float], None]:
        """A function that shows, at alpha (0 to 1), a card's numbers: between two whole steps what is between
        theirs, as the curve does, or `in_leaps` those of the last one."""

        @cache
        def numbers(step: int) -> list[LessonNumber]:
            return self._numbers(self.values[number], step)

        def now(share: float) -> list[LessonNumber]:
            whole = math.floor(step_at(share) + NEARLY)
            between = step_at(share) - whole
            if in_leaps or between < NEARLY:
                return numbers(whole)
            return [
                replace(before, value=before.value + between * (after.value - before.value))
                for before, after in zip(numbers(whole), numbers(whole + 1), strict=True)
            ]

        show = self.contents[number].follow([now(share) for share in sample_alphas().tolist()])
        return lambda share: show(share, now(share))

    def _numbers(self, names: Sequence[str], step: int) -> list[LessonNumber]:
        """The numbers `names` after `step` steps of the run."""
        numbers = [lesson_number(self.experiment, name) for name in names]
        return [number_after(self.experiment, number, step) for number in numbers] if step else numbers


def _spec(value: float) -> str:
    """The format in which a number changes."""
    decimals = decimals_for(value, DIGITS)
    is_plain = decimals <= MOST_DECIMALS and abs(value) < HIGHEST_PLAIN
    return f".{decimals}f" if is_plain else f".{DIGITS - 1}e"


def _nearness(turns: float, place: float) -> float:
    """How close the spark is to a card, from 0 to 1."""
    away = abs((turns - place + 0.5) % 1 - 0.5)
    return max(0.0, 1 - away / FLASH)
