"""Updates: each weight takes a step against its gradient, the network runs again, and training goes on."""

from itertools import chain
from typing import Literal

from manim import (
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
from storyreel.engine.operation import GRADIENT
from storyreel.engine.trace import Trace
from storyreel.graphics import layout, theme
from storyreel.graphics.maths.equation import kind_of
from storyreel.graphics.motion.verbs import appear, change, ease_run, fly, pop, run_spark, vanish
from storyreel.graphics.network_layout import width_for_gradient
from storyreel.graphics.networks.diagram_motion import sparks_into
from storyreel.graphics.networks.label_places import box_of, is_clear
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.network_move import move_network
from storyreel.graphics.networks.training_picture import TrainingPicture
from storyreel.graphics.networks.weight_relabel import relabel
from storyreel.graphics.parts.number_table import NumberTable
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.struck_out import StruckOut
from storyreel.graphics.text.symbol import NEXT
from storyreel.stage.equation_stage import LEAVING
from storyreel.stage.network_stage import NetworkStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Count, ExampleName, OutputName, ParameterName, Steps, Text, Value, cue


class Update(NetworkStage):
    """Each weight takes a step against its gradient, the network runs again, and training goes on."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.renewed: set[str] = set()
        self.struck: dict[str, StruckOut] = {}
        self.rate: Tag | None = None
        self.table: NumberTable | None = None
        self.picture: TrainingPicture | None = None
        self.step = 0

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
        """
        diagram = self.network
        if of is None:
            layers = self.trace.network.names.weights[1:]
            shown = [
                self._layer_gradients([name for name in chain(*layer) if name in diagram.edges])
                for layer in layers
            ]
            return AnimationGroup(*chain(*shown))
        moves = []
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

    def _layer_gradients(self, weights: list[str]) -> list[Animation]:
        """The gradients of a layer appear on badges, or in the widths of the connections where some cover
        something."""
        before = dict(self.gradients)
        for name in weights:
            badge = self.gradients.get(name) or (
                self.gradient_badge(name) if name in self.network.labels else None
            )
            if badge is None:
                self.gradients = before
                return [self._as_gradient(name) for name in weights if name not in before]
            self.gradients[name] = badge
        return [
            self.point_out(Value(GRADIENT + name)) if name in before else pop(self.gradients[name])
            for name in weights
        ]

    def _as_gradient(self, weight: str) -> Animation:
        """A connection takes the colour of gradients, and a width by its gradient."""
        if label := self.network.labels.get(weight):
            label.set_z_index(1)  # Manim draws what changes above what does not
        gradients = self.trace.gradients.weights
        steepest = max(float(abs(layer).max()) for layer in gradients) or 1.0
        width = width_for_gradient(abs(self.trace.number(GRADIENT + weight)) / steepest)
        move: Animation = (
            change(self.network.edges[weight]).set_stroke(theme.colour("gradient"), width).build()
        )
        return move

    @cue(seconds=0.8, requires=("network", "loss node"))
    def show_learning_rate(self) -> Animation:
        """The learning rate appears in a corner of the picture. The network needs a node for its loss."""
        if "loss" not in self.network.nodes:
            raise StoryreelError("there is room for the learning rate above the loss; draw it, too")
        experiment = self.experiment
        number = experiment.notation.text(LEARNING_RATE, experiment.optimizer.learning_rate)
        rate = Tag(LEARNING_RATE, number, "text")
        rate = layout.STAGE.place(rate, align="right").align_to(layout.at(0, layout.STAGE.top), UP)
        targets = [box_of(tag, theme.SPACING.padding) for tag in self.network.targets.values()]
        if not is_clear(rate, targets):
            room = layout.STAGE.right - max(right for _, _, right, _ in targets)
            rate.scale(max(room / rate.width, theme.SIZES.crowded / theme.SIZES.label))
            rate.align_to(layout.at(layout.STAGE.right, layout.STAGE.top), UR)
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

    def _renew(self, name: str, number: VMobject | None = None) -> list[Animation]:
        """A weight or bias takes its new value, which flies in from `number` or appears."""
        diagram, value = self.network, self.experiment.next.number(name)
        self.renewed.add(name)
        badge = self.gradients.pop(name, None)
        is_bias = self.trace.network.names[name].kind == "bias"
        # A badge may lie across the rim of a neuron, where its number must not be without its plate.
        moves: list[Animation] = [(ShrinkToCenter if is_bias else vanish)(badge)] if badge else []
        if edge := diagram.edges.get(name):
            look = change(edge).set_stroke(theme.colour("line"), diagram.stroke_width_of(name, value))
            moves.append(look.build())
        if before := diagram.labels.get(name):
            label = diagram.labels[name] = diagram.label(name, value, before.is_beside)
            label.set_z_index(before.z_index)
            if label.is_beside:
                self.struck[name] = StruckOut(self.trace.text(name))
            moves += relabel(before, label, number, self.struck.get(name))
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
        diagram.trace = self.experiment.next
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
            kinds = tuple(kind_of(self.trace, name) for name in columns)
            self.table = NumberTable(layout.FORMULA, columns, kinds)
            moves.append(appear(self.table.header))
        traces = {name: self.trace if before else self._now(name) for name in self.table.names}
        texts = [trace.text(name) for name, trace in traces.items()]
        heading, numbers = self.table.add_row(row, texts)
        moves.append(appear(heading))
        for name, number in zip(self.table.names, numbers, strict=True):
            source = self.number_on_stage(name) if traces[name] is self._now(name) else None
            if source is None and name in self.struck:
                source = self.struck[name].number
            moves.append(fly(source, number) if source is not None else appear(number))
        return Succession(*([leaving] if leaving else []), AnimationGroup(*moves))

    def _now(self, name: str) -> Trace:
        """The trace of the current number: weights change one by one, other numbers when the network runs."""
        return self.experiment.next if name in self.renewed else self.network.trace

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
        """The network moves aside for two plots of its training: the loss, and an output with its target.

        `steps`: the length of the plots. `output`: by default the last one. `scale`: that of the loss.
        """
        before = self.network
        outputs = self.trace.network.names.activations[-1]
        # A run on data does not begin with the update on the lesson's example.
        trains_on_example = self.experiment.data_inputs is None
        self.step = 1 if trains_on_example and before.trace is self.experiment.next else 0
        self.picture = picture = TrainingPicture(
            self.experiment, steps, output or outputs[-1], scale == "log"
        )
        self.diagram = diagram = picture.diagram
        for name, node in diagram.nodes.items():
            node.value = diagram.value(name)
        picture.show_step(self.step)
        return Succession(
            *self._leftovers_vanish(),
            *move_network(before, diagram, self.get_mobject_family_members()),
            AnimationGroup(*(appear(plot) for plot in picture.plots)),
            AnimationGroup(*(pop(part) for plot in picture.plots for part in plot.moving)),
        )

    def _leftovers_vanish(self) -> list[Animation]:
        """Everything around the network fades out."""
        below = self._equation_vanishes()
        parts = (*self.struck.values(), *self.gradients.values(), *self.remarks, self.rate)
        self.struck, self.gradients, self.remarks, self.rate = {}, {}, [], None
        leaving = [*([below] if below else []), *(vanish(part) for part in parts if part is not None)]
        return [AnimationGroup(*leaving, run_time=LEAVING)] if leaving else []

    @cue(seconds=5.0, requires=("plots", "step of plots {until}"), shows="step")
    def train(self, until: Count | None = None) -> Animation:
        """Weights, values and curves change step by step, to step `until` or to the end."""
        picture = needed(self.picture, "there are no plots yet; put `plot_training` before `train`")
        start, last = self.step, len(picture.training.loss) - 1
        end = last if until is None else until
        if not start < end <= last:
            raise StoryreelError(f"the run stands at step {start} of {last} and cannot go to step {end}")
        self.step = end

        show = picture.follow(lambda share: start + (end - start) * ease_run(share))
        return UpdateFromAlphaFunc(picture.moving, lambda _, alpha: show(alpha), rate_func=linear)
