"""Updates: each weight takes a step against its gradient, the network runs again, and training goes on.

A step is one of training: on the cost C where the network has data, else on the loss L of its example.
"""

from itertools import chain
from typing import Literal

import numpy as np
from manim import (
    DL,
    DR,
    UP,
    UR,
    Animation,
    AnimationGroup,
    ShrinkToCenter,
    Succession,
    UpdateFromAlphaFunc,
    VMobject,
    linear,
)

from storyreel.core.errors import StoryreelError
from storyreel.core.symbol_parts import LEARNING_RATE
from storyreel.engine.operation import COST_GRADIENT, GRADIENT
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.maths.equation import Equation
from storyreel.graphics.motion.verbs import appear, ease_run, pop, run_spark, vanish
from storyreel.graphics.networks.diagram_motion import sparks_into
from storyreel.graphics.networks.label_places import box_of, is_clear, put_clear
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.network_move import move_network
from storyreel.graphics.networks.training_picture import TrainingPicture
from storyreel.graphics.networks.weight_relabel import relabel
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.number_table import NumberTable
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.struck_out import StruckOut
from storyreel.graphics.text.symbol import NEXT, symbol
from storyreel.graphics.text.typeset import Typeset, maths
from storyreel.stage.equation_stage import LEAVING
from storyreel.stage.example_stage import ExampleStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Count, ExampleName, OutputName, ParameterName, Steps, Text, Value, cue
from storyreel.storyboard.lesson_number import lesson_number

ROOM_FOR_RATE = 0.9
"""Units at the upper right for the tag of the learning rate."""


class Update(ExampleStage):
    """Each weight takes a step against its gradient, the network runs again, and training goes on. The
    gradients are those of the cost C where the network has data, else of the loss L."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.renewed: set[str] = set()
        self.struck: dict[str, StruckOut] = {}
        self.rate: Tag | None = None
        self.key: Typeset | None = None
        self.table: NumberTable | None = None
        self.picture: TrainingPicture | None = None
        self.step = 0
        self.has_run = False

    @property
    def trace(self) -> Trace:
        """The trace of the example in focus, after the update once the network has run again."""
        return self.experiment.next if self.has_run else self.experiment.trace

    @property
    def network(self) -> NetworkDiagram:
        """The diagram on stage; raises StoryreelError where there is none."""
        if not isinstance(self.drawing, NetworkDiagram):
            raise StoryreelError("weights are updated in a network; draw one with `draw_network`")
        return self.drawing

    @cue(seconds=1.2, requires="network", shows=("grad.{of}", "grad.weight if no `of`"))
    def show_gradients(self, of: list[ParameterName] | None = None) -> Animation:
        """The gradients of these weights and biases appear beside them, by default of all weights; those on
        stage are pointed out. Where numbers do not fit, the connections take the colour of gradients
        instead: the larger the gradient, the wider.

        With data they are those of the cost, as ∂C/∂w in a corner says; gradients of the loss that are
        on stage fade out.
        """
        diagram, moves = self.network, self._cost_is_named()
        if of is None:
            steepest = max(abs(self._gradient(name)) for name in diagram.edges) or 1.0
            layers = self.trace.network.names.weights[1:]
            shown = [
                self._layer_gradients([name for name in chain(*layer) if name in diagram.edges], steepest)
                for layer in layers
            ]
            return AnimationGroup(*moves, *chain(*shown))
        for name in of:
            badge = None if name in self.gradients else self.gradient_badge(name)
            if badge is not None:
                self.gradients[name] = badge
                moves.append(pop(badge))
            elif name in self.gradients:
                moves.append(self.point_out(Value(GRADIENT + name)))
            else:
                message = f"there is no room for the gradient of {name!r} beside the numbers on stage"
                raise StoryreelError(message)
        return AnimationGroup(*moves)

    def _layer_gradients(self, weights: list[str], steepest: float) -> list[Animation]:
        """The gradients of a layer appear on badges, or in the widths of the connections where some cover
        something.

        `steepest` is the size of the largest gradient, for which a connection is the widest.
        """
        before = dict(self.gradients)
        for name in weights:
            badge = self.gradients.get(name) or (
                self.gradient_badge(name) if name in self.network.labels else None
            )
            if badge is None:
                self.gradients = before
                return [self._as_gradient(name, steepest) for name in weights if name not in before]
            self.gradients[name] = badge
        return [
            self.point_out(Value(GRADIENT + name)) if name in before else pop(self.gradients[name])
            for name in weights
        ]

    def _as_gradient(self, weight: str, steepest: float) -> Animation:
        """A connection takes the colour of gradients, and a width by its gradient."""
        if label := self.network.labels.get(weight):
            label.set_z_index(1)  # Manim draws what changes above what does not
        return self.network.as_gradient(weight, self._gradient(weight), steepest)

    def gradient_number(self, name: str) -> tuple[str, float]:
        """The name and the value of the gradient on a badge: of the cost once the key is on stage."""
        if self.key is None:
            return super().gradient_number(name)
        return self.experiment.objective_gradient + name, self._gradient(name)

    def _gradient(self, parameter: str) -> float:
        """The derivative, with respect to a weight or bias, of what a step lowers."""
        return self.experiment.number(self.experiment.objective_gradient + parameter, int(self.has_run))

    def _cost_is_named(self) -> list[Animation]:
        """With data, the key ∂C/∂w appears, and gradients of the loss fade out."""
        if self.key is not None or self.experiment.cost is None:
            return []
        above, below = (symbol(name) for name in ("cost", "w"))
        self.key = maths(
            f"partial {above} \\/ partial {below}", plain="cost.grad.w", colour=theme.colour("gradient")
        )
        stage, diagram = self.frame.stage, self.network
        half = at(self.key.width / 2, self.key.height / 2)
        below_rate = stage.top - ROOM_FOR_RATE
        corners = [
            np.array(at(x, y))
            for x, y in (
                (stage.right - half[0], below_rate - half[1]),
                (stage.left + half[0], below_rate - half[1]),
                (stage.left + half[0], stage.top - half[1]),
                (stage.left + half[0], stage.bottom + half[1]),
                (stage.right - half[0], stage.bottom + half[1]),
            )
        ]
        blocked = [*map(box_of, diagram.nodes.values()), *diagram.boxes("loss"), *self.taken()]
        put_clear(self.key, corners, blocked, [1.0, 0.85, 0.7])
        leaving, self.gradients = [*map(vanish, self.gradients.values())], {}
        return [*leaving, appear(self.key)]

    @cue(seconds=0.8, requires=("network", "loss node"))
    def show_learning_rate(self) -> Animation:
        """The learning rate appears in a corner of the picture. The network needs a node for its loss."""
        if "loss" not in self.network.nodes:
            raise StoryreelError("there is room for the learning rate above the loss; draw it, too")
        experiment = self.experiment
        number = experiment.notation.text(LEARNING_RATE, experiment.optimizer.learning_rate)
        rate = Tag(LEARNING_RATE, number, "text")
        rate = self.frame.stage.place(rate, align="right").align_to(at(0, self.frame.stage.top), UP)
        targets = [box_of(tag, theme.SPACING.padding) for tag in self.network.targets.values()]
        nodes = [box_of(node, theme.SPACING.padding) for node in self.network.nodes.values()]
        if not is_clear(rate, nodes):
            rate.align_to(at(self.frame.stage.left, self.frame.stage.bottom), DL)
            if not is_clear(rate, [*nodes, *map(box_of, self.network.names.values())]):
                rate.align_to(at(self.frame.stage.right, self.frame.stage.bottom), DR)
        elif not is_clear(rate, targets):
            room = self.frame.stage.right - max(right for _, _, right, _ in targets)
            rate.scale(max(room / rate.width, theme.SIZES.crowded / theme.SIZES.label))
            rate.align_to(at(self.frame.stage.right, self.frame.stage.top), UR)
        self.rate = rate
        return appear(self.rate, from_above=0.2)

    @cue(
        seconds=4.5,
        equation="next.{weight}",
        requires="network",
        hides=("table", "grad.weight if no `weight`", "grad.bias if no `weight`"),
        shows=("next.{weight}", "next.* if no `weight`"),
    )
    def update(self, weight: ParameterName | None = None) -> Animation | None:
        """A weight or bias takes a step against its gradient: the equation appears with its numbers, and the
        result replaces the old number. Without `weight`, all that are left change at once.

        `write_rule: next.w1` shows the equation in symbols first.
        """
        if weight is not None:
            return self.calculate(Value(NEXT + weight))
        left = [name for name in self.network.trace.network.names.parameters if name not in self.renewed]
        leaving = self._equation_vanishes()
        moves = [move for name in left for move in self._renew(name)]
        if leaving:
            moves.append(leaving)
        return AnimationGroup(*moves) if moves else None

    def equation_of(self, name: str) -> Equation:
        """The equation of a number; StoryreelError if it would be of weights that have been replaced."""
        if self.renewed and not name.startswith(NEXT):
            raise StoryreelError(
                f"{name!r} would be of the weights before the update; put this before `update`"
            )
        return super().equation_of(name)

    def take_result(self, name: str, number: VMobject) -> Animation | None:
        """A new weight replaces the old one; other results are handled as on any network stage."""
        if name.startswith(NEXT):
            if name.removeprefix(NEXT) in self.renewed:
                return None  # it stays in its equation; the number in the picture is new already
            moves = self._renew(name.removeprefix(NEXT), number)
            return AnimationGroup(*moves) if moves else None
        return super().take_result(name, number)

    def number_on_stage(self, name: str) -> VMobject | None:
        """The number `name` in the picture, or None where it is not shown."""
        if name == LEARNING_RATE:
            return self.rate.number if self.rate else None
        return super().number_on_stage(name)

    def badge_on_stage(self, name: str) -> Badge | None:
        """The badge of a gradient, of the cost once the key ∂C/∂w is on stage, else of the loss."""
        if self.key is None:
            return super().badge_on_stage(name)
        return self.gradients.get(name.removeprefix(COST_GRADIENT)) if COST_GRADIENT in name else None

    def take_gradient(self, name: str, number: VMobject) -> Animation | None:
        """A calculated gradient of the loss becomes a badge, unless the badges on stage are of the cost."""
        return super().take_gradient(name, number) if self.key is None else None

    def examples_badges(self) -> list[Badge]:
        """The badges of gradients of the loss, which another example changes."""
        return super().examples_badges() if self.key is None else []

    def bring_into_focus(self, example: int) -> None:
        """Bring an example of the data into focus; StoryreelError once plots of another one are on stage."""
        if self.picture is not None:
            raise StoryreelError("the plots are of the example before; take another before `plot_training`")
        super().bring_into_focus(example)

    def _renew(self, name: str, number: VMobject | None = None) -> list[Animation]:
        """A weight or bias takes its new value, which flies in from `number` or appears."""
        diagram, value = self.network, self.experiment.next.number(name)
        self.renewed.add(name)
        badge = self.gradients.pop(name, None)
        is_bias = self.trace.network.names[name].kind == "bias"
        # Where a badge lies across the rim of a neuron its number must not be without its plate.
        is_across = badge is not None and any(node.meets(box_of(badge)) for node in diagram.nodes.values())
        moves: list[Animation] = [(ShrinkToCenter if is_across else vanish)(badge)] if badge else []
        if name in diagram.edges:
            moves.append(diagram.reweigh(name, value))
        if before := diagram.labels.get(name):
            label = diagram.labels[name] = diagram.label(name, value, before.is_beside)
            label.set_z_index(before.z_index)
            if label.is_beside:
                self.struck[name] = StruckOut(self.trace.text(name))
            arrival = self.fly((number, label.number)) if number is not None else None
            moves += relabel(before, label, arrival, self.struck.get(name))
        if self.key is not None and len(self.renewed) == len(self.trace.network.names.parameters):
            moves.append(vanish(self.key))  # no gradient is left on stage
            self.key = None
        if is_bias:
            moves += [run_spark(path, "bias") for path in diagram.backward_paths(name)]
        return moves

    @cue(seconds=4.0, requires=("network", "all updated"))
    def run_forward(self) -> Animation:
        """The network runs again with its new weights: sparks run forward, and numbers change."""
        diagram = self.network
        if left := [name for name in self.trace.network.names.parameters if name not in self.renewed]:
            raise StoryreelError(
                f"{left[0]!r} is still the old one; an `update` without a weight updates all that are left"
            )
        diagram.trace, self.has_run = self.experiment.next, True
        steps: list[Animation] = []
        for column in (*diagram.columns[1:], *([("loss",)] if "loss" in diagram.nodes else [])):
            steps += sparks_into(diagram, column)
            steps.append(AnimationGroup(*map(self._refill, column)))
        return Succession(*steps)

    @cue(
        seconds=1.5, requires=("network", "table or `values`", "no row 2"), shows=("table", "row # on table")
    )
    def write_down(
        self, row: Text, values: list[ExampleName] | None = None, before: bool = False
    ) -> Animation:
        """A table row named `row` with numbers appears below the picture: the current ones or, with `before`,
        those from before the update.

        The first row needs the names of its `values`; the second has the same.
        """
        leaving = super()._equation_vanishes()
        moves: list[Animation] = []
        if self.table is None:
            if not values:
                raise StoryreelError("the first row of the table needs `values`, the names of its columns")
            columns = tuple(dict.fromkeys(values))
            kinds = tuple(lesson_number(self.experiment, name).kind for name in columns)
            self.table = NumberTable(self.formula_area, columns, kinds)
            moves.append(appear(self.table.header))
        steps = {name: 0 if before else self._updates(name) for name in self.table.names}
        texts = [self.experiment.text(name, step) for name, step in steps.items()]
        flights: list[tuple[VMobject, VMobject]] = []
        heading, numbers = self.table.add_row(row, texts)
        moves.append(appear(heading))
        for name, number in zip(self.table.names, numbers, strict=True):
            source = self.number_on_stage(name) if steps[name] == self._updates(name) else None
            if source is None and name in self.struck:
                source = self.struck[name].number
            if source is None:
                moves.append(appear(number))
            else:
                flights.append((source, number))
        moves += [self.fly(*flights)] if flights else []
        return Succession(*([leaving] if leaving else []), AnimationGroup(*moves))

    def _updates(self, name: str) -> int:
        """The updates behind the current number: weights change one by one, others when the network runs."""
        return int(self.has_run or name in self.renewed)

    def _equation_vanishes(self) -> Animation | None:
        """The equation or the table below the picture fades out."""
        table, self.table = self.table, None
        return vanish(table) if table else super()._equation_vanishes()

    @cue(
        seconds=2.0,
        requires=("network", "finite run {steps}"),
        hides=("loss node", "grad.*", "table", "plots", "step"),
        shows="plots {steps}",
    )
    def plot_training(
        self, steps: Steps, output: OutputName | None = None, scale: Literal["linear", "log"] = "linear"
    ) -> Animation:
        """The network moves aside for two plots of its training: the loss, or the cost C of a network with
        data, and an output with its target.

        `steps`: the length of the plots. `output`: by default the last one. `scale`: that of the loss.
        """
        before = self.network
        outputs = self.trace.network.names.activations[-1]
        self.step = int(self.has_run)
        self.picture = picture = TrainingPicture(
            self.experiment, steps, output or outputs[-1], scale == "log", self.frame
        )
        self.diagram = diagram = picture.diagram
        picture.start_at(self.step)
        return Succession(
            *self._leftovers_vanish(),
            *move_network(before, diagram, self.get_mobject_family_members()),
            AnimationGroup(*(appear(plot) for plot in picture.plots)),
            AnimationGroup(*(pop(part) for plot in picture.plots for part in plot.moving)),
        )

    def _leftovers_vanish(self) -> list[Animation]:
        """Everything around the network fades out."""
        below = self._equation_vanishes()
        parts = (*self.struck.values(), *self.gradients.values(), *self.remarks, self.rate, self.key)
        self.struck, self.gradients, self.remarks, self.rate, self.key = {}, {}, [], None, None
        leaving = [*([below] if below else []), *(vanish(part) for part in parts if part is not None)]
        return [AnimationGroup(*leaving, run_time=LEAVING)] if leaving else []

    @cue(seconds=5.0, requires=("plots", "step of plots {until}"), shows="step")
    def train(self, until: Count | None = None) -> Animation:
        """Weights, values and curves change step by step, to step `until` or to the end."""
        picture = needed(self.picture, "there are no plots yet; put `plot_training` before `train`")
        start, last = self.step, len(picture.training.objective) - 1
        end = last if until is None else until
        if not start < end <= last:
            raise StoryreelError(f"the run stands at step {start} of {last} and cannot go to step {end}")
        self.step = end

        show = picture.follow(lambda share: start + (end - start) * ease_run(share))
        return UpdateFromAlphaFunc(picture.moving, lambda _, alpha: show(alpha), rate_func=linear)
