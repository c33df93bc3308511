"""The bullseye: examples as arrows that land as far from the target as the outputs are off."""

from dataclasses import replace

import numpy as np
from manim import Animation, AnimationGroup, Line, Mobject, Succession, UpdateFromAlphaFunc, VGroup, linear

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import rolling
from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.analogies.bullseye import FEATHERS, SHAFT, BoardArrow, BullseyeBoard
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_run,
    in_place_of,
    one_after_another,
    pop,
    vanish,
)
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.rolling_number import sample_alphas
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import Example, Steps, cue

SHARE, SHARE_IN_OTHERS, GAP = 0.7, 0.78, 0.4
"""The part of a wide frame that the board has, that of others, and the units between it and the numbers."""
FROM, NEAR = 1.4, 1.6
"""From where an arrow comes, in lengths of its shaft, and how many times as large it is there."""
HALF_TAG = 0.8
"""Half of the height of the room for a number, in Manim units."""
SEEN = 0.12
"""The share of its flight after which an arrow is seen whole."""


class Bullseye(Stage):
    """The outputs of a network as arrows on a board: the middle is the target, and on each ring the loss is
    the same."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.board: BullseyeBoard | None = None
        self.arrows: dict[int, BoardArrow] = {}
        self.gap: Line | None = None
        self.tags: dict[str, Tag] = {}

    @property
    def _areas(self) -> tuple[Area, Area]:
        """The area of the board, and that of the numbers beside it."""
        share = SHARE if self.frame.is_wide else SHARE_IN_OTHERS
        return self.frame.halves(self.frame.whole, share, GAP, stacked=not self.frame.is_wide)

    def _gaps(self, network: Network) -> Array:
        """How far the outputs are from their targets: (examples, outputs)."""
        inputs, targets = self.experiment.examples
        return network.forward(inputs).prediction - targets

    @cue(
        seconds=2.0,
        requires=("a network", "squared loss", "at most two outputs", "finite run {steps}"),
        hides=("board", "arrow"),
        shows="board",
    )
    def draw_board(self, steps: Steps | None = None) -> Animation:
        """A board appears: its middle is the target, and on each ring, with its number, the loss is the same.
        The first output's difference from its target is across, the second one's is up.

        `steps`: of the training that `train` shows later, so that there is room for all arrows.
        """
        before = VGroup(*self._everything())
        experiment, names = self.experiment, self.experiment.network.names
        network, targets = experiment.network, experiment.examples[1][:1]
        run = experiment.run(steps or 0)
        gaps = np.concatenate([self._gaps(each) for each in run.networks])

        def loss_of(distance: float) -> float:
            off = np.zeros_like(targets)
            off[0, 0] = distance
            return float(network.loss.value(targets + off, targets)[0])

        self.setup()
        pairs = list(zip(names.activations[-1], names.targets, strict=True))
        self.board = board = BullseyeBoard(self._areas[0], gaps, pairs, loss_of)
        rings = one_after_another([pop(ring) for ring in board.rings], overlap=0.7)
        marks = AnimationGroup(
            *map(draw, board.axes), pop(board.centre), appear(board.losses), appear(board.names)
        )
        return in_place_of(before, Succession(rings, marks))

    def _everything(self) -> list[Mobject]:
        """Everything on stage."""
        gap = [self.gap] if self.gap else []
        return [*filter(None, [self.board]), *gap, *self.arrows.values(), *self.tags.values()]

    @cue(seconds=1.8, requires=("board", "data for {example}"), shows="arrow")
    def shoot(self, example: Example | None = None) -> Animation:
        """An arrow lands where the outputs of an example are, counted from 0, and a line shows how far that
        is from the target; its loss is written beside the board. Without `example`, it is the one in focus.
        """
        if example is not None:
            self.bring_into_focus(example)
        board, trace = self._board, self.experiment.trace
        spot = board.place_of(trace.forward.prediction[0] - self.experiment.targets[0])
        number, steps = self._number(), self._gap_vanishes()
        if number not in self.arrows:
            self.arrows[number] = arrow = BoardArrow(spot)
            steps.append(self._flight(arrow, spot))
        self.gap = gap = self._line_to(spot)
        landing = AnimationGroup(draw(gap), *self._written("loss"))
        return Succession(AnimationGroup(*steps), landing) if steps else landing

    def _number(self) -> int:
        """The number of the example in focus among all examples."""
        inputs, targets = self.experiment.examples
        alike = (inputs == self.experiment.inputs).all(axis=1) & (targets == self.experiment.targets).all(
            axis=1
        )
        return int(alike.argmax()) if alike.any() else -1

    @property
    def _board(self) -> BullseyeBoard:
        return needed(self.board, "there is no board on stage; begin with `draw_board`")

    @property
    def _highest(self) -> float:
        """The y coordinate above which the tip of an arrow on its way is not."""
        return self.frame.whole.top - NEAR * (SHAFT + FEATHERS[0])[1]

    def _line_to(self, spot: np.ndarray) -> Line:
        return Line(
            self._board.middle,
            spot,
            stroke_color=theme.colour("loss"),
            stroke_width=theme.SPACING.bold_stroke,
        )

    def _flight(self, arrow: BoardArrow, spot: np.ndarray) -> Animation:
        """An arrow comes from the side of its shaft, becomes smaller, and lands."""
        start = np.minimum(FROM * SHAFT, np.array(at(np.inf, self._highest - spot[1])))
        outlines = [(part, part.points - spot) for part in arrow.family_members_with_points()]

        def fly(_: Mobject, alpha: float) -> None:
            left = (1 - alpha) ** 2
            for part, outline in outlines:
                part.points = spot + left * start + (1 + (NEAR - 1) * left) * outline
            arrow.set_opacity(min(1.0, alpha / SEEN))

        return UpdateFromAlphaFunc(arrow, fly, rate_func=linear, introducer=True)

    @cue(seconds=3.0, requires="board", shows="arrow")
    def shoot_all(self) -> Animation:
        """An arrow lands for each other example of the data, and the cost is written beside the board."""
        board, gaps = self._board, self._gaps(self.experiment.network)
        gone = [*self._gap_vanishes(), *self._vanishes("loss")]
        flights = []
        for number, gap in enumerate(gaps):
            if number not in self.arrows:
                spot = board.place_of(gap)
                self.arrows[number] = arrow = BoardArrow(spot)
                flights.append(self._flight(arrow, spot))
        steps = [AnimationGroup(*gone)] if gone else []
        steps += [one_after_another(flights, overlap=0.6)] if flights else []
        return Succession(*steps, AnimationGroup(*self._written(self.experiment.objective)))

    @cue(seconds=5.0, requires=("board", "arrow", "finite run {steps}"))
    def train(self, steps: Steps) -> Animation:
        """The network is trained for so many steps: the arrows move as its outputs do, and the cost, or the
        loss of one example, with them."""
        board, run, objective = self._board, self.experiment.run(steps), self.experiment.objective
        if not np.isfinite(run.objective).all():
            raise StoryreelError(f"this network diverges within {steps} steps; lower its learning rate")
        if objective not in self.tags:
            raise StoryreelError("let an arrow land first, with `shoot` or `shoot_all`")
        tag, area = self.tags[objective], self._tag_area
        places = [ease_run(alpha) * steps for alpha in sample_alphas()]
        losses = np.interp(places, range(steps + 1), run.objective).tolist()
        texts = [self.experiment.text(objective), self.experiment.notation.text(objective, losses[-1])]
        change = tag.rolling_number(texts[0], [*map(rolling, losses)], texts[1])

        def show(_: Mobject, alpha: float) -> None:
            step = ease_run(alpha) * steps
            gaps = self._gaps(run.network_at(step))
            for number, arrow in self.arrows.items():
                arrow.stand_at(board.place_of(gaps[max(number, 0)]))
            loss = float(np.interp(step, range(steps + 1), run.objective))
            tag.set_state_in(area, change.at(alpha, rolling(loss)))

        leaving = self._gap_vanishes()
        moving = VGroup(*self.arrows.values(), tag)
        run_on = UpdateFromAlphaFunc(moving, show, rate_func=linear)
        return (
            Succession(AnimationGroup(*leaving, run_time=0.4), run_on.set_run_time(4.6))
            if leaving
            else run_on
        )

    @property
    def _tag_area(self) -> Area:
        """The room for a number beside the board, in its middle, or below it."""
        area, board = self._areas[1], self._board
        middle = area.centre[1]
        left = float(board.get_right()[0]) + GAP if self.frame.is_wide else board.middle[0] - HALF_TAG
        return replace(area, left=left, bottom=middle - HALF_TAG, top=middle + HALF_TAG)

    def _written(self, name: str) -> list[Animation]:
        """A number of the lesson appears beside the board, in place of the one before."""
        leaving = [move for other in list(self.tags) for move in self._vanishes(other)]
        self.tags[name] = tag = Tag(name, self.experiment.text(name), "loss", theme.SIZES.number)
        tag.set_state_in(self._tag_area, tag.initial_state)
        return [*leaving, appear(tag)]

    def _gap_vanishes(self) -> list[Animation]:
        gap, self.gap = self.gap, None
        return [vanish(gap)] if gap else []

    def _vanishes(self, name: str) -> list[Animation]:
        tag = self.tags.pop(name, None)
        return [vanish(tag)] if tag else []
