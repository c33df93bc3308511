"""The summary: the steps of training as a loop, with the lesson's numbers; then an image, recognised."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from manim import Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear, smoothstep

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import HIGHEST_PLAIN, MOST_DECIMALS, decimals_for
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_travel,
    in_place_of,
    one_after_another,
    pop,
)
from storyreel.graphics.parts.card_numbers import CardNumbers
from storyreel.graphics.parts.cycle_diagram import WIDEST_OUTLINE, CycleDiagram
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.graphics.text.rolling_number import sample_alphas
from storyreel.graphics.text.sentence import sentence
from storyreel.graphics.text.symbol import NEXT
from storyreel.stage.image_stage import ImageStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Steps, Text, Value, cue
from storyreel.storyboard.lesson_number import LessonNumber, lesson_number

ROOM_FOR_WORDS, GAP = 0.85, 0.15
"""The height of the words below the loop, and the gap above them, in Manim units."""
MOST_TURNS = 3
"""The most turns of the loop in one animation; for a longer run, a turn is several steps."""
DIGITS = 2
NEARLY = 1e-6
LEAVING, BEFORE = 0.6, 0.5
"""The part of the way to the first card in which all numbers are dimmed, and their opacity then."""
ARRIVING = 0.06
"""The turns in which the numbers of a card fade out before the spark arrives, and then the new ones in."""
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
        self.steps = [0]
        self.written = VGroup()

    @property
    def _words(self) -> Area:
        """The area of a sentence below the loop or the network on stage."""
        if self.classifier is not None:
            return self.classifier.below
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
    )
    def draw_cycle(self, steps: list[Text]) -> Animation:
        """A loop with two, three or four steps is drawn, clockwise from the upper left, in place of one on
        stage; `next_step` brings the card of each step."""
        gone = VGroup(*super().clear_stage(), *self._forget_loop())
        self.loop = CycleDiagram(steps, self._loop_area)
        loop = self.loop
        arrows = one_after_another([pop(tip) for tip in loop.arrows])
        return in_place_of(gone, AnimationGroup(draw(loop.ring), arrows))

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
        """A spark moves to the next step of the loop, whose card appears with these numbers."""
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
        # While the loop turns, changing numbers keep the decimals that these need.
        specs = [_spec(number.value) for number in numbers]
        content = card.numbers(numbers, specs)
        self.contents.append(content)
        paint = theme.colour(numbers[0].kind if numbers else "text")
        card.plate.set_stroke(paint, width=WIDEST_OUTLINE)
        arrival = AnimationGroup(appear(card), appear(content))  # a card that grows would cross its numbers
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
        self.plot = plot = RunPlot(self._drawn().inside, self.experiment.objective, "loss", values)
        plot.show_step(0.0)
        return Succession(appear(plot), AnimationGroup(*(appear(part) for part in plot.moving)))

    def clear_stage(self) -> VGroup:
        """What has to fade out before an image is shown: all that is on stage."""
        return VGroup(*super().clear_stage(), *self._forget_loop(), *self.written)

    @cue(
        seconds=3.6,
        requires=("a network", "loop", "no step to come", "steps of run {steps}"),
        shows="turns {steps} on loop",
    )
    def repeat(self, steps: Steps) -> Animation:
        """The loop turns through the next `steps` steps of the run, with their numbers and the curve.

        It turns once for each step, at most three times. Each card gets the numbers of a turn as the spark
        arrives; those of the turn before are dimmed as it begins.
        """
        loop = self._drawn()
        if len(self.values) < len(loop.cards):
            raise StoryreelError("show every step of the loop with `next_step` before it turns")
        if self.plot is not None and self.steps[-1] + steps >= len(self.plot.values):
            raise StoryreelError(f"`plot_run` is for {len(self.plot.values) - 1} steps; there are no more")
        turns, done = min(steps, MOST_TURNS), self.steps[-1]
        self.steps += [done + round(steps * turn / turns) for turn in range(1, turns + 1)]
        start, self.turns = self.turns, self.turns + turns
        return self._move_spark(start, self.turns)

    def _words_below(self) -> list[VMobject]:
        """Forget the words below the network, the sentence too, and return them to be faded out."""
        written, self.written = self.written, VGroup()
        return [*super()._words_below(), *written]

    @cue(seconds=1.0, requires="{text} fits 13.22 × 1.2 at 0.42")
    def write(self, text: Text) -> Animation:
        """A sentence appears below the picture, in place of what was there."""
        row = [*self._words_below(), *self.classifier.clear_row()] if self.classifier else self.written
        before = VGroup(*row)
        em = theme.SIZES.label if self.classifier else theme.SIZES.body
        self.written = VGroup(sentence(text, self._words, em))
        return in_place_of(before, appear(self.written))

    def _move_spark(self, start: float, end: float) -> Animation:
        """The spark moves along the loop, `start` and `end` in turns; cards and curve follow."""
        loop = self._drawn()
        reached = loop.cards[: len(self.values)]
        places = [number / len(loop.cards) for number in range(len(reached))]

        def turns_at(share: float) -> float:
            return start + (end - start) * ease_travel(share)

        parts: list[VMobject] = [loop.spark, *reached]
        follow: list[Callable[[float], None]] = []
        for number, content in enumerate(self.contents):
            if self._turn(start, number) < self._turn(end, number):
                parts.append(content)
                follow.append(self._change_numbers(number, turns_at))
        if self.plot is not None:
            parts += self.plot.moving
            follow.append(self.plot.follow(lambda share: self._step(turns_at(share))))

        def show(_: Mobject, share: float) -> None:
            turns = turns_at(share)
            loop.spark.move_to(loop.place(turns))
            for card, place in zip(reached, places, strict=True):
                card.light_up(_nearness(turns, place))
            for update in follow:
                update(share)

        return UpdateFromAlphaFunc(VGroup(*parts), show, rate_func=linear)

    def _change_numbers(self, number: int, turns_at: Callable[[float], float]) -> Callable[[float], None]:
        """A function that shows, at alpha (0 to 1), a card's numbers in the turn reached by the spark."""

        @cache
        def numbers(turn: int) -> list[LessonNumber]:
            return self._numbers(self.values[number], self.steps[turn])

        def now(share: float) -> list[LessonNumber]:
            return numbers(self._turn(turns_at(share), number))

        content = self.contents[number]
        show = content.follow([now(share) for share in sample_alphas().tolist()])
        first = self._turn(turns_at(0.0), number)

        def change(share: float) -> None:
            show(share, now(share))
            turns = turns_at(share)
            content.fade_glyphs(self._visible(turns, number, self._turn(turns, number) > first))

        return change

    def _visible(self, turns: float, number: int, is_changed: bool) -> float:
        """The opacity of a card's numbers, 0 to 1: full only in the turn that they are of. `is_changed` if
        they are other ones than before this move of the spark."""
        count = len(self._drawn().cards)
        since = (turns - number / count + 2 * ARRIVING + NEARLY) % 1.0
        arrived = smoothstep(since / ARRIVING) if is_changed else 1.0
        over = since - 2 * ARRIVING - (count - 1 - number) / count
        dimmed = 1 - (1 - BEFORE) * smoothstep(over * count / LEAVING)
        return float(arrived * dimmed * smoothstep((1 - since) / ARRIVING))

    def _turn(self, turns: float, number: int) -> int:
        """Which turn's numbers a card has: they change shortly before the spark arrives."""
        return max(0, math.floor(turns - number / len(self._drawn().cards) + 2 * ARRIVING + NEARLY))

    def _step(self, turns: float) -> float:
        """The step up to which the curve is drawn; it grows between the update and the new loss."""
        count = len(self._drawn().cards)
        updated = max(0.0, turns - (count - 1) / count)
        turn = min(math.floor(updated + NEARLY), len(self.steps) - 1)
        if turn == len(self.steps) - 1:
            return float(self.steps[turn])
        objective = self.experiment.objective
        shown_at = next((k for k, names in enumerate(self.values) if objective in names), 0)
        share = min(1.0, (updated - turn) * count / (1 + shown_at))
        return self.steps[turn] + smoothstep(share) * (self.steps[turn + 1] - self.steps[turn])

    def _numbers(self, names: Sequence[str], step: int) -> list[LessonNumber]:
        """The numbers `names` after `step` steps of the run."""
        numbers = [lesson_number(self.experiment, name) for name in names]
        return [self._after(number, step) for number in numbers] if step else numbers

    def _after(self, number: LessonNumber, step: int) -> LessonNumber:
        """A number after some steps; what no step changes, such as the learning rate, is as it was."""
        name = number.name.removeprefix(f"{self.experiment.name}.")
        own_name, at = name.removeprefix(NEXT), step + name.startswith(NEXT)
        try:
            value, text = self.experiment.number(own_name, at), self.experiment.text(own_name, at)
        except KeyError:
            return number
        return replace(number, value=value, text=text)


def _spec(value: float) -> str:
    """The format in which a number changes."""
    decimals = decimals_for(value, DIGITS)
    is_plain = decimals <= MOST_DECIMALS and abs(value) < HIGHEST_PLAIN
    return f".{decimals}f" if is_plain else f".{DIGITS - 1}e"


def _nearness(turns: float, place: float) -> float:
    """How close the spark is to a card, from 0 to 1."""
    away = abs((turns - place + 0.5) % 1 - 0.5)
    return max(0.0, 1 - away / FLASH)
