"""The stage of chapters in which the weights of a network are turned by hand, with a knob for each."""

from dataclasses import replace

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    FadeIn,
    GrowFromPoint,
    Line,
    Mobject,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_out,
    ease_travel,
    in_place_of,
    one_after_another,
)
from storyreel.graphics.networks.knob import Knob, knob_shapes
from storyreel.graphics.parts.meter import Meter
from storyreel.graphics.text.copy_outlines import drop_empty_shapes
from storyreel.graphics.text.sentence import sentence
from storyreel.stage.stage import needed
from storyreel.stage.training_stage import TrainingStage
from storyreel.storyboard.cue import ParameterName, Text, cue

ROOM_FOR_WORDS, GAP = 0.85, 0.3
"""The height of the words below the knobs, and the gap above and below these, in Manim units."""
SHARE_OF_EDGE, SMALLEST, LARGEST = 0.42, 0.35, 1.4
"""The radius of a knob: at most as a share of the distance of two layers, and its limits in Manim units."""
FROM_CHAIN = 2.2
"""Manim units from a chain that runs down to the middles of the knobs beside it."""
METER_BESIDE, METER_WIDTH = 1.1, 1.6
"""Manim units from a chain that runs down to the bar of its loss, and the width of the room for one."""


class KnobStage(TrainingStage):
    """A stage on which a knob is tied to each weight of a chain, and its numbers follow the knobs."""

    knobs: dict[str, Knob]
    meter: Meter | None
    turned: dict[str, float]
    """The weights that are shown, by name."""
    words: VGroup
    """The sentence below the knobs."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.knobs, self.meter, self.turned = {}, None, {}
        self.words = VGroup()

    @property
    def _knobs_area(self) -> Area:
        """The room below the network and above the words."""
        whole = self.frame.whole
        lowest = min(float(part.get_bottom()[1]) for part in self.parts_of_picture())
        return replace(whole, name="knobs", bottom=whole.bottom + ROOM_FOR_WORDS + GAP, top=lowest - GAP)

    @cue(
        seconds=1.6,
        requires=("network", "one neuron a layer", "no plots", "loss node if `loss`"),
        shows="knob * on network",
    )
    def show_knobs(self, loss: Text | None = None) -> Animation:
        """A knob appears for every weight of a chain, tied to its connection: below it, or beside it where
        the chain runs down. With a name for it, the `loss` appears as an upright bar at its node, too."""
        if self.picture is not None:
            raise StoryreelError("there is no room for knobs below a network with plots of its training")
        diagram, edges = self.network, self.network.edges
        self.turned = {name: self.trace.number(name) for name in edges}
        unit = max(map(abs, self.turned.values())) / 2 or 1.0
        radius, area = SHARE_OF_EDGE * diagram.layout.pitch, self._knobs_area
        if not diagram.runs_down:
            radius = min(radius, area.height / 2)
        radius = float(np.clip(radius, SMALLEST, LARGEST))
        moves: list[Animation] = []
        for name, edge in edges.items():
            x, y, _ = edge.get_center()
            place = at(x - FROM_CHAIN, y) if diagram.runs_down else at(x, area.top - radius)
            towards = at(x - FROM_CHAIN + radius, y) if diagram.runs_down else at(x, area.top)
            knob = self.knobs[name] = Knob(name, "weight", self.turned[name], unit, radius).shift(place)
            tie = Line(at(x, y), towards, stroke_color=theme.colour("weight"))
            tie.set_stroke(width=theme.SPACING.thin_stroke, opacity=0.6).set_z_index(-1)
            arrival = FadeIn(knob, target_position=edge.get_center(), scale=0.4, rate_func=ease_out)
            moves.append(AnimationGroup(draw(tie), arrival))
        if loss is not None:
            moves.append(self._loss_appears(loss, area))
        return one_after_another(moves, overlap=0.6)

    def _loss_appears(self, text: str, area: Area) -> Animation:
        """The bar of the loss appears below its node in an area, or beside it where the chain runs down."""
        diagram = self.network
        x, y, _ = diagram.node("loss").get_center()
        if diagram.runs_down:
            radius = diagram.node("loss").radius
            left = x + METER_BESIDE
            area = Area("loss", left, y - radius, left + METER_WIDTH, y + 2 * radius)
        else:
            area = replace(area, left=x - METER_WIDTH / 2, right=x + METER_WIDTH / 2)
        self.meter = meter = Meter(text, "loss", self.trace.loss, area)
        grown = GrowFromPoint(meter.bar, meter.base.get_center(), rate_func=ease_out)
        return AnimationGroup(draw(meter.base), grown, appear(meter.title), appear(meter.number))

    @cue(seconds=2.0, requires="knob {weight}")
    def turn(self, weight: ParameterName, to: float | None = None) -> Animation:
        """One knob is turned to a number, and the numbers of the network and its loss follow; without `to`,
        to its first value."""
        if weight not in self.knobs:
            raise StoryreelError(f"{weight!r} has no knob on stage; bring the knobs with `show_knobs`")
        start, end = self.turned[weight], self.trace.number(weight) if to is None else to
        before, self.turned = self.turned, {**self.turned, weight: end}
        first, last = self._trace_of(before), self._trace_of(self.turned)
        shown = (*self.network.labels, *self.network.nodes)
        steady = [name for name in shown if first.number(name) == last.number(name)]

        def follow(_: Mobject, share: float) -> None:
            here = {**before, weight: start + ease_travel(share) * (end - start)}
            self._show_weights(here, steady, share in (0, 1))
            knob, glow = self.knobs[weight], min(1.0, 5 * share, 5 * (1 - share))
            knob.turn(knob_shapes([here[weight]], [0.0], knob.unit, knob.radius)[0], glow=glow)
            if share == 1:
                for number in self._changing_numbers():
                    drop_empty_shapes(number)

        return UpdateFromAlphaFunc(VGroup(*self._parts_of_network()), follow, rate_func=linear)

    def _parts_of_network(self) -> list[VMobject]:
        nodes = self.network.nodes.values()
        values = (node.value for node in nodes if node.value is not None)
        labels, meter = self.network.labels.values(), filter(None, [self.meter])
        return [*self.network.edges.values(), *nodes, *values, *labels, *self.knobs.values(), *meter]

    def _changing_numbers(self) -> list[VGroup]:
        values = (node.value for node in self.network.nodes.values() if node.value is not None)
        meters = [self.meter.number] if self.meter is not None else []
        return [*self.network.labels.values(), *values, *meters]

    def _trace_of(self, weights: dict[str, float]) -> Trace:
        """The trace of the network with these weights, by name."""
        network = self.trace.network
        names = network.names.parameters
        changed = network.with_parameters(
            np.array([weights.get(name, self.trace.number(name)) for name in names])
        )
        return Trace(changed, self.trace.inputs, self.trace.targets, self.experiment.notation)

    def _show_weights(self, weights: dict[str, float], steady: list[str], is_at_rest: bool) -> None:
        """Show the network with these weights; the numbers that are `steady` do not change in this turn."""
        trace = self._trace_of(weights)
        self.network.show_trace(trace, is_at_rest, steady)
        if self.meter is not None:
            self.meter.set_value(trace.loss, "" if is_at_rest else ".2f")

    @cue(seconds=1.0, requires=("network", "knob", "{text} fits 13.22 × 1.53 at 0.54"))
    def write(self, text: Text) -> Animation:
        """A sentence appears below the knobs, in place of the one before."""
        needed(next(iter(self.knobs.values()), None), "there are no knobs on stage; bring `show_knobs` first")
        whole, before = self.frame.whole, self.words
        room = replace(whole, name="words", top=whole.bottom + ROOM_FOR_WORDS)
        self.words = VGroup(sentence(text, room, theme.SIZES.label))
        return in_place_of(before, appear(self.words))
