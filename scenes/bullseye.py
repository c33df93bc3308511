"""The bullseye: examples as arrows that land as far from the target as the outputs are off."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    Line,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import rolling, shown
from storyreel.engine.losses import SQUARED
from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.analogies.bullseye import FEATHERS, SHAFT, BoardArrow, BullseyeBoard, squares_of
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_run,
    in_place_of,
    one_after_another,
    pop,
    vanish,
    write,
)
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.graphics.text.rolling_number import sample_alphas
from storyreel.graphics.text.typeset import maths
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import Example, OutputName, Steps, cue

SHARE, SHARE_IN_OTHERS, GAP = 0.62, 0.78, 0.4
"""The part of a wide frame that the board has, that of others, and the units between it and the numbers."""
BESIDE_RUN, ABOVE_RUN = 0.5, 0.6
"""The same parts where there is to be room for the plot of a run."""
MOST_INPUTS = 3
"""Up to so many inputs of an example are written beside the board."""
FROM, NEAR = 1.4, 1.6
"""From where an arrow comes, in lengths of its shaft, and how many times as large it is there."""
HALF_TAG, BETWEEN, IN_ROW = 0.8, 0.12, 2
"""Half of the height of the room for a number and the least gap between two rows, in Manim units, and the
most of them in a row below the board in a frame that is not wide."""
SEEN = 0.12
"""The share of its flight after which an arrow is seen whole."""


class Bullseye(Stage):
    """The outputs of a network as arrows on a board: the middle is the target, and on each ring the loss is
    the same."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.board: BullseyeBoard | None = None
        self.arrows: dict[int, BoardArrow] = {}
        self.gap: VGroup | None = None
        self.gap_numbers = VGroup()
        self.step = 0
        self.tags: dict[str, Tag] = {}
        self.tag_areas: dict[str, Area] = {}
        self.steps: int | None = None
        self.plot: RunPlot | None = None
        self.new = list[BoardArrow]()
        """The arrows of examples with which the network was not trained."""

    @property
    def _areas(self) -> tuple[Area, Area]:
        """The area of the board, and that of the numbers or of the plot beside it."""
        alone, with_run = (SHARE, BESIDE_RUN) if self.frame.is_wide else (SHARE_IN_OTHERS, ABOVE_RUN)
        share = alone if self.steps is None else with_run
        return self.frame.halves(self.frame.whole, share, GAP, stacked=not self.frame.is_wide)

    def _gaps(self, network: Network) -> Array:
        """How far the outputs are from their targets: (examples, outputs)."""
        inputs, targets = self.experiment.examples
        return network.forward(inputs).prediction - targets

    @cue(
        seconds=2.0,
        requires=("a network", "squared loss", "at most two outputs", "finite run {steps}"),
        hides=("board", "arrow", "room", "run", "step"),
        shows=("board", "room for a run {steps}"),
        opens=True,
    )
    def draw_board(self, steps: Steps | None = None) -> Animation:
        """A board appears: its middle is the target, and on each ring the loss is the same, which is written
        at the outermost one.
        The first output's difference from its target is across, the second one's is up.

        `steps`: of the training that `train` shows later, so that there is room for all arrows, and beside
        the board for `plot_run`.
        """
        before = VGroup(*self._everything())
        experiment, names = self.experiment, self.experiment.network.names
        network = experiment.network
        if network.loss.name not in SQUARED:
            raise StoryreelError(f"the loss {network.loss.name} squares nothing")
        run = experiment.run(steps or 0)
        gaps = np.concatenate([self._gaps(each) for each in run.networks])
        if experiment.test is not None:  # for which `shoot_new` needs room
            inputs, targets = experiment.test
            tested = [each.forward(inputs).prediction - targets for each in run.networks]
            gaps = np.concatenate([gaps, *tested])

        self.setup()
        self.steps = steps
        pairs = list(zip(names.activations[-1], names.targets, strict=True))
        self.board = board = BullseyeBoard(self._areas[0], gaps, pairs, self._loss_of)
        rings = one_after_another([pop(ring) for ring in board.rings], overlap=0.7)
        marks = AnimationGroup(
            *map(draw, board.axes), pop(board.centre), appear(board.loss), appear(board.names)
        )
        return in_place_of(before, Succession(rings, marks))

    def _everything(self) -> list[Mobject]:
        """Everything on stage."""
        gap = [self.gap] if self.gap else []
        plot = [self.plot, *self.plot.moving] if self.plot else []
        return [
            *filter(None, [self.board]),
            *gap,
            *self.gap_numbers,
            *self.arrows.values(),
            *self.new,
            *self.tags.values(),
            *plot,
        ]

    @cue(
        seconds=1.4,
        requires=("a network", "board", "room for a run", "finite run {steps}"),
        hides=("run", "arrow in focus"),
        shows="run {steps} on board",
    )
    def plot_run(self, steps: Steps) -> Animation:
        """Axes for the cost, or the loss without data, over this many training steps appear beside the board,
        with the first point, in place of what was there; `train` draws the curve."""
        needed(self.steps, "there is no room for a run beside the board; give `draw_board` its `steps`")
        area, objective = self._areas[1], self.experiment.objective
        gone = [*self._gap_vanishes(), *self._all_vanish()]
        self.plot = plot = RunPlot(area, objective, "loss", self.experiment.run(steps).objective)
        plot.show_step(0.0)
        leaving = [AnimationGroup(*gone)] if gone else []
        return Succession(*leaving, appear(plot), AnimationGroup(*map(appear, plot.moving)))

    @cue(
        seconds=1.8,
        requires=("board", "no run", "data for {example}"),
        hides="arrow in focus",
        shows=("arrow", "arrow in focus"),
    )
    def shoot(self, example: Example | None = None) -> Animation:
        """An arrow lands where the outputs of an example are, counted from 0, and a line shows how far that
        is from the target. Its inputs, if these are few, and its loss are written beside the board. Without
        `example`, it is the one in focus."""
        if example is not None:
            self.bring_into_focus(example)
        board = self._board
        spot = board.place_of(self._off())
        number, steps = self._number(), [*self._gap_vanishes(), *self._all_vanish()]
        if number not in self.arrows:
            self.arrows[number] = arrow = BoardArrow(spot)
            steps.append(self._flight(arrow, spot))
        line = self._line(self._board.middle, spot)
        self.gap = VGroup(line)
        inputs = self.experiment.network.input_names
        told = inputs if len(inputs) <= MOST_INPUTS else ()
        landing = AnimationGroup(draw(line), *self._written(*told, "loss"))
        return Succession(AnimationGroup(*steps), landing) if steps else landing

    @cue(seconds=2.0, requires=("several outputs", "arrow in focus"))
    def split_gap(self, of: OutputName | None = None) -> Animation:
        """The line to the arrow that landed last is split: how far the first output is off, across, and how
        far the second one, up, each with its number. Without `of`, one after the other."""
        gap = needed(self.gap, "no arrow has landed; put `shoot` first")
        middle, spot = self._board.middle, gap[0].get_end()
        corner = np.array(at(spot[0], middle[1]))
        trace = self.experiment.trace
        outputs, off = list(trace.network.names.activations[-1]), self._off()
        away = np.sign(spot - middle)  # numbers are on the sides that are away from the line
        sides = np.array([0.0, -away[1] or -1.0, 0.0]), np.array([away[0] or 1.0, 0.0, 0.0])
        moves = []
        for number, ends in enumerate(((middle, corner), (corner, spot))):
            if of is None or of == outputs[number]:
                line = self._line(*ends, "activation")
                text = shown(float(off[number]))
                written = maths(text, plain=text, em=theme.SIZES.label, colour=theme.colour("text"))
                written.next_to(line, sides[number], buff=theme.SPACING.padding)
                gap.add(line)
                self.gap_numbers.add(written)
                moves += [draw(line), appear(written)]
        return Succession(*moves)

    @cue(seconds=4.0, requires=("a network", "test", "board", "arrow"), hides=("run", "arrow in focus"))
    def shoot_new(self) -> Animation:
        """An arrow lands for each example of the network's `test`, with which it was never trained: where the
        outputs are after the steps of `train` so far. The other arrows are dimmed. Of a single example with
        few inputs, these and then the outputs are written beside the board, in place of the run."""
        inputs, targets = needed(self.experiment.test, "there are no examples to test with")
        network = self.experiment.run(self.step).network_at(self.step)
        outputs = network.forward(inputs).prediction
        plot, self.plot = self.plot, None
        gone = [*self._gap_vanishes(), *self._all_vanish()]
        gone += [vanish(VGroup(plot, *plot.moving))] if plot else []
        gone += [change(arrow).set_opacity(theme.DIMMED).build() for arrow in self.arrows.values()]
        spots = [self._board.place_of(gap) for gap in outputs - targets]
        new = [BoardArrow(spot) for spot in spots]
        self.new += new
        flights = one_after_another([self._flight(*pair) for pair in zip(new, spots, strict=True)])
        steps = [AnimationGroup(*gone, run_time=0.5), flights.set_run_time(1.1)]
        if len(inputs) == 1 and len(inputs[0]) <= MOST_INPUTS:
            names = *network.input_names, *network.names.activations[-1]
            numbers = inputs[0].tolist() + outputs[0].tolist()
            written = self._all_written(names, numbers)
            told, found = written[: len(inputs[0])], written[len(inputs[0]) :]
            steps.insert(1, one_after_another(told).set_run_time(0.8))
            steps.append(AnimationGroup(*found, run_time=0.6))
        return Succession(*steps)

    def _all_written(self, names: Sequence[str], numbers: Sequence[float]) -> list[Animation]:
        """Numbers of an example that is not in focus appear beside the board."""
        written = []
        for name, number, area in zip(names, numbers, self._tag_areas(len(names)), strict=True):
            text = self.experiment.notation.text(name, number)
            self.tags[name] = tag = Tag(name, text, "activation", theme.SIZES.number)
            self.tag_areas[name] = area
            tag.set_state_in(area, tag.initial_state)
            written.append(appear(tag))
        return written

    def _loss_of(self, distance: float) -> float:
        """The loss of an example whose first output is as far from its target, and whose others are right."""
        targets = self.experiment.examples[1][:1]
        off = np.zeros_like(targets)
        off[0, 0] = distance
        return float(self.experiment.network.loss.value(targets + off, targets)[0])

    @cue(seconds=4.0, requires=("board", "arrow in focus"))
    def write_loss(self) -> Animation:
        """How the loss of the arrow that landed last comes of its gaps, squared, is written beside the board,
        in place of its inputs."""
        needed(self.gap, "no arrow has landed; put `shoot` first")
        gone, gaps, loss = self._all_vanish(), self._off().tolist(), self.experiment.trace.loss
        area = self._areas[1]
        if self.frame.is_wide:
            area = replace(area, left=float(self._board.get_right()[0]) + GAP)
        written = squares_of(gaps, self._loss_of(1.0), loss, area)
        self.gap_numbers.add(written)
        return Succession(*([AnimationGroup(*gone)] if gone else []), write(written))

    def _off(self) -> Array:
        """How far the outputs of the example in focus are from their targets: (outputs,)."""
        off: Array = self.experiment.trace.forward.prediction[0] - self.experiment.targets[0]
        return off

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

    def _line(self, start: np.ndarray, end: np.ndarray, kind: str = "loss") -> Line:
        paint, width = theme.colour(kind), theme.SPACING.bold_stroke
        return Line(start, end, stroke_color=paint, stroke_width=width)

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

    @cue(seconds=3.0, requires="board", hides="arrow in focus", shows="arrow")
    def shoot_all(self) -> Animation:
        """An arrow lands for each other example of the data, and the cost is written beside the board."""
        board, gaps = self._board, self._gaps(self.experiment.network)
        gone = [*self._gap_vanishes(), *self._all_vanish()]
        flights = []
        for number, gap in enumerate(gaps):
            if number not in self.arrows:
                spot = board.place_of(gap)
                self.arrows[number] = arrow = BoardArrow(spot)
                flights.append(self._flight(arrow, spot))
        steps = [AnimationGroup(*gone)] if gone else []
        steps += [one_after_another(flights, overlap=0.6)] if flights else []
        written = self._written(self.experiment.objective)
        return Succession(*steps, *([AnimationGroup(*written)] if written else []))

    @cue(
        seconds=5.0,
        requires=("board", "arrow", "finite run {until}", "later step {until}"),
        hides=("step", "arrow in focus"),
        shows="step {until} on board",
    )
    def train(self, until: Steps) -> Animation:
        """The network is trained up to this step: the arrows move as its outputs do, and the cost, or the
        loss of one example, with them."""
        board, run, objective = self._board, self.experiment.run(until), self.experiment.objective
        if not self.arrows:
            raise StoryreelError("let an arrow land first, with `shoot` or `shoot_all`")
        if not np.isfinite(run.objective).all():
            raise StoryreelError(f"this network diverges within {until} steps; lower its learning rate")
        if until <= self.step:
            raise StoryreelError(f"the run stands at step {self.step} and cannot go to step {until}")
        start, self.step = self.step, until

        def step_at(alpha: float) -> float:
            return start + ease_run(alpha) * (until - start)

        follow, followed = self._follow(objective, run.objective, step_at)

        def show(_: Mobject, alpha: float) -> None:
            gaps = self._gaps(run.network_at(step_at(alpha)))
            for number, arrow in self.arrows.items():
                arrow.stand_at(board.place_of(gaps[max(number, 0)]))
            follow(alpha)

        leaving = self._gap_vanishes()
        moving = VGroup(*self.arrows.values(), *followed)
        run_on = UpdateFromAlphaFunc(moving, show, rate_func=linear)
        return (
            Succession(AnimationGroup(*leaving, run_time=0.4), run_on.set_run_time(4.6))
            if leaving
            else run_on
        )

    def _follow(
        self, objective: str, losses: Array, step_at: Callable[[float], float]
    ) -> tuple[Callable[[float], None], Sequence[VMobject]]:
        """A function that shows the cost or loss on its way through a run, 0 to 1, and what it changes: the
        curve on stage, or the number beside the board."""
        if self.plot is not None:
            return self.plot.follow(step_at), self.plot.moving
        if objective not in self.tags:
            raise StoryreelError("let an arrow land first, with `shoot` or `shoot_all`")
        tag, area = self.tags[objective], self.tag_areas[objective]

        def loss_at(alpha: float) -> float:
            return float(np.interp(step_at(alpha), range(len(losses)), losses))

        texts = [self.experiment.notation.text(objective, loss_at(end)) for end in (0.0, 1.0)]
        change = tag.rolling_number(
            texts[0], [rolling(loss_at(alpha)) for alpha in sample_alphas().tolist()], texts[1]
        )
        return lambda alpha: tag.set_state_in(area, change.at(alpha, rolling(loss_at(alpha)))), [tag]

    def _tag_areas(self, count: int) -> list[Area]:
        """The room for so many numbers, one below the other beside the board, or side by side below it, in
        two rows where they are many."""
        area, board = self._areas[1], self._board
        middle = area.centre[1]
        if not self.frame.is_wide:
            rows = 1 if count <= IN_ROW else 2
            half = min(HALF_TAG, area.height / (2 * rows))
            low, high = middle - half + BETWEEN / 2, middle + half - BETWEEN / 2
            if count == 1:
                return [replace(area, left=board.middle[0] - HALF_TAG, bottom=low, top=high)]
            in_row = math.ceil(count / rows)
            width, places = area.width / in_row, [divmod(number, in_row) for number in range(count)]
            return [
                replace(
                    area,
                    left=area.left + width * column,
                    right=area.left + width * (column + 1) - GAP,
                    bottom=low + half * (rows - 1 - 2 * row),
                    top=high + half * (rows - 1 - 2 * row),
                )
                for row, column in places
            ]
        left, top = float(board.get_right()[0]) + GAP, middle + HALF_TAG * count
        tops = [top - 2 * HALF_TAG * number for number in range(count)]
        return [replace(area, left=left, bottom=each - 2 * HALF_TAG, top=each) for each in tops]

    def _written(self, *names: str) -> list[Animation]:
        """Numbers of the lesson appear beside the board, in place of those before; none where there is the
        plot of a run, which has the cost."""
        if self.plot is not None:
            return []
        leaving, arriving = self._all_vanish(), []
        for name, area in zip(names, self._tag_areas(len(names)), strict=True):
            kind = self.experiment.trace[name].kind if name in self.experiment.trace else "loss"
            self.tags[name] = tag = Tag(name, self.experiment.text(name), kind, theme.SIZES.number)
            self.tag_areas[name] = area
            tag.set_state_in(area, tag.initial_state)
            arriving.append(appear(tag))
        return [*leaving, *arriving]

    def _gap_vanishes(self) -> list[Animation]:
        gone, self.gap, self.gap_numbers = [*(self.gap or ()), *self.gap_numbers], None, VGroup()
        return [vanish(VGroup(*gone))] if gone else []

    def _all_vanish(self) -> list[Animation]:
        """The numbers beside the board fade out."""
        gone, self.tags = [*self.tags.values()], {}
        return [*map(vanish, gone)]
