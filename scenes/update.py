"""Updates: each weight takes a step against its gradient, the network runs again, and training goes on.

A step is one of training: on the cost C where the network has data, else on the loss L of its example.
"""

from dataclasses import replace
from functools import partial

from manim import (
    Animation,
    AnimationGroup,
    ShrinkToCenter,
    Succession,
    VMobject,
)

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import calculation_of
from storyreel.engine.operation import GRADIENT, NEXT
from storyreel.engine.optimizers import is_state
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.equation import Equation, kind_of
from storyreel.graphics.maths.gradient_factors import GradientFactors
from storyreel.graphics.motion.verbs import (
    appear,
    appear_beside_flight,
    change,
    draw,
    run_spark,
    vanish,
)
from storyreel.graphics.networks.diagram_motion import sparks_into
from storyreel.graphics.networks.label_places import box_of
from storyreel.graphics.networks.weight_relabel import relabel
from storyreel.graphics.parts.number_table import NumberTable
from storyreel.stage.equation_stage import LEAVING
from storyreel.stage.updates.learning_rate_stage import LearningRateStage
from storyreel.storyboard.cue import ExampleName, ParameterName, Text, Value, WeightName, cue
from storyreel.storyboard.lesson_number import lesson_number

BEFORE_RUN = 0.4
"""The time in which old gradients fade out, relative to that of a spark on its way."""
PART_GAP = 0.2
"""Manim units that stay free on each side of one of several products."""


class Update(LearningRateStage):
    """Each weight takes a step against its gradient, the network runs again, and training goes on. The
    gradients are those of the cost C where the network has data, else of the loss L."""

    formula_em = theme.SIZES.headline

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.renewed: set[str] = set()
        self.stale: set[str] = set()  # the values that are dimmed, as weights before them have changed
        self.factors: dict[str, GradientFactors] = {}
        self.table: NumberTable | None = None

    @property
    def trace(self) -> Trace:
        """The trace of the example in focus, after the update once the network has run again."""
        return self.experiment.next if self.has_run else self.experiment.trace

    @cue(
        seconds=1.5,
        equation="grad.{of}",
        requires=("network", "one neuron a layer", "one example", "of now {of}"),
        hides="table",
    )
    def show_factors(self, of: WeightName) -> Animation:
        """Below the picture appears the product that the gradient of a weight is: what arrives, times the
        local derivative, which comes from the neuron before the weight. Those of other weights stay beside
        it."""
        leaving = None if self.factors else self._equation_vanishes()
        weights = [name for layer in self.trace.network.names.weights for row in layer for name in row]
        calculation = calculation_of(self.experiment, GRADIENT + of)
        kinds, area = partial(kind_of, self.trace), self._part_of_formula(weights.index(of), len(weights))
        factors = GradientFactors(calculation, self.experiment.notation, kinds, area)
        before, self.factors[of] = self.factors.get(of), factors
        flights, moves = list[tuple[VMobject, VMobject]](), [appear(factors.rest)]
        moves += map(appear_beside_flight, factors.signs)
        for operand in factors.operands:
            source, number = self.number_on_stage(operand), factors.number_of(operand)
            if source is None:
                moves.append(appear(number))
            else:
                flights.append((source, number))
        around = [factors.rest, *factors.signs]
        arrival = AnimationGroup(*moves, *([self.fly(*flights, around=around)] if flights else []))
        steps = [leaving, vanish(before) if before is not None else None, arrival]
        return Succession(*(step for step in steps if step is not None))

    def _part_of_formula(self, number: int, count: int) -> Area:
        """One of `count` equal parts, side by side, of the room below the picture."""
        area = self.formula_area
        width = area.width / count
        left = area.left + number * width
        return replace(area, left=left + PART_GAP, right=left + width - PART_GAP)

    @cue(
        seconds=4.5,
        equation="next.{weight}",
        requires="network",
        hides=("table", "grad.weight if no `weight`", "grad.bias if no `weight`"),
        shows=("next.{weight}", "next.* if no `weight`"),
    )
    def update(self, weight: ParameterName | None = None) -> Animation | None:
        """A weight or bias takes a step against its gradient: the equation appears with its numbers, and the
        result replaces the old number. Without `weight`, all that are left change at once, but those that are
        not trained.

        `write_rule: next.w1` shows the equation in symbols first.
        """
        if weight is not None:
            return self.calculate(Value(NEXT + weight))
        leaving = self._equation_vanishes()
        moves = [move for name in self._left for move in self._renew(name)]
        moves += self._gradients_leave()
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
            # A copy of the result would fly over other numbers on its way.
            moves = self._renew(name.removeprefix(NEXT))
            return AnimationGroup(*moves) if moves else None
        return super().take_result(name, number)

    def _renew(self, name: str) -> list[Animation]:
        """A weight or bias takes its new value."""
        diagram, value = self.network, self.experiment.next.number(name)
        self.renewed.add(name)
        is_bias = self.trace.network.names[name].kind == "bias"
        moves = self._badge_leaves(name)
        if name in diagram.edges:
            moves.append(diagram.reweigh(name, value))
        if before := diagram.labels.get(name):
            label = diagram.labels[name] = diagram.label(name, value, before.is_beside)
            label.set_z_index(before.z_index)
            moves.append(relabel(before, label))
        if self.key is not None and not self._left and not self.gradients:
            moves.append(vanish(self.key))  # no gradient is left on stage
            self.key = None
        if is_bias:
            moves += [run_spark(path, "bias") for path in diagram.backward_paths(name)]
        return moves + self._values_go_stale(name)

    def _values_go_stale(self, name: str) -> list[Animation]:
        """The values after a weight or bias, which are those of the old one, are dimmed until the network
        runs again; in a layer only that of its neuron, and all after it."""
        nodes_on_stage, names_of = self.network.nodes, self.trace.network.names
        layer, index = names_of[name].layer or 0, names_of[name].index
        after = [each for column in names_of.activations[layer + 1 :] for each in column]
        names = [names_of.activations[layer][index[0]], *after, "loss"]
        nodes = [nodes_on_stage[each] for each in names if each in nodes_on_stage and each not in self.stale]
        self.stale |= set(names)
        numbers = [node.value for node in nodes if node.value is not None]
        dims = [change(node).go_stale().build() for node in nodes]
        pale = theme.colour("muted")
        return dims + [change(number.set_z_index(1)).set_fill(pale).build() for number in numbers]

    @property
    def _left(self) -> list[str]:
        """The weights and biases that are trained and have not changed yet."""
        return [name for name in self.trace.network.trained if name not in self.renewed]

    def _badge_leaves(self, name: str) -> list[Animation]:
        """The badge with the gradient of a weight or bias, if there is one, fades out."""
        badge = self.gradients.pop(name, None)
        if badge is None:
            return []
        # Where a badge lies across the rim of a neuron its number must not be without its plate.
        is_across = any(node.meets(box_of(badge)) for node in self.network.nodes.values())
        return [(ShrinkToCenter if is_across else vanish)(badge)]

    def _gradients_leave(self) -> list[Animation]:
        """The gradients of weights and biases that are not trained fade out."""
        diagram, network = self.network, self.trace.network
        fixed = [name for name in network.names.parameters if name not in network.trained]
        moves = [move for name in fixed for move in self._badge_leaves(name)]
        moves += [diagram.reweigh(name, self.trace.number(name)) for name in fixed if name in diagram.edges]
        if self.key is not None:
            moves.append(vanish(self.key))
            self.key = None
        return moves

    @cue(seconds=4.0, requires=("network", "all updated"))
    def run_forward(self) -> Animation:
        """The network runs again with its new weights: the gradients of the last run fade out,
        sparks run forward, and numbers change."""
        diagram = self.network
        if left := self._left:
            raise StoryreelError(
                f"{left[0]!r} is still the old one; an `update` without a weight updates all that are left"
            )
        diagram.trace, self.has_run, self.stale = self.experiment.next, True, set()
        old, self.gradients = list(self.gradients.values()), {}
        steps: list[Animation] = [AnimationGroup(*map(vanish, old), run_time=BEFORE_RUN)] if old else []
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
        leaving = self._equation_vanishes() if self.table is None else None
        moves: list[Animation] = []
        if self.table is None:
            if not values:
                raise StoryreelError("the first row of the table needs `values`, the names of its columns")
            columns = tuple(dict.fromkeys(values))
            kinds = tuple(lesson_number(self.experiment, name).kind for name in columns)
            self.table = NumberTable(self.room_below, columns, kinds)
            moves += [appear(self.table.header), draw(self.table.rule)]
        steps = {name: 0 if before else self._updates(name) for name in self.table.names}
        texts = [self.experiment.text(name, step) for name, step in steps.items()]
        heading, numbers = self.table.add_row(row, texts)
        moves += map(appear, (heading, *numbers))  # copies from the picture would fly over its other numbers
        return Succession(*([leaving] if leaving else []), AnimationGroup(*moves))

    def _updates(self, name: str) -> int:
        """The updates behind the current number: weights change one by one, others when the network runs."""
        parameter = name.partition(".")[2] if is_state(name) else name
        return int(self.has_run or parameter in self.renewed)

    def _equation_vanishes(self) -> Animation | None:
        """The equation, the products or the table below the picture fade out."""
        below = [*self.factors.values(), *([self.table] if self.table else [])]
        self.factors, self.table = {}, None
        return AnimationGroup(*map(vanish, below)) if below else super()._equation_vanishes()

    def leftovers_vanish(self) -> list[Animation]:
        """Everything around the network fades out."""
        below = self._equation_vanishes()
        parts = (
            *self.gradients.values(),
            *self.remarks,
            self.rate,
            self.rate_name,
            self.key,
        )
        self.gradients, self.remarks, self.rate, self.key = {}, [], None, None
        self.rate_name = None
        leaving = [*([below] if below else []), *(vanish(part) for part in parts if part is not None)]
        return [AnimationGroup(*leaving, run_time=LEAVING)] if leaving else []
