"""The introduction: a network with a knob for each weight; turning knobs changes its outputs."""

from collections.abc import Callable, Set
from dataclasses import replace

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    FadeIn,
    GrowFromPoint,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)
from manim.utils.rate_functions import linear, smooth

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_out,
    ease_travel,
    in_place_of,
    one_after_another,
)
from storyreel.graphics.networks.adjustable_network import AdjustableNetwork, area_above_knobs
from storyreel.graphics.networks.diagram_motion import lights_up, sparks_into
from storyreel.graphics.networks.knob import Knob
from storyreel.graphics.networks.knob_bank import KnobBank
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.parts.question_row import QuestionRow
from storyreel.graphics.text.sentence import sentence
from storyreel.graphics.text.typeset import Typeset, words
from storyreel.stage.diagram_stage import NO_NETWORK, DiagramStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Count, ParameterName, Steps, Text, cue

ROOM_FOR_WORDS, WORDS_ABOVE_KNOBS = 0.8, 0.15
"""The height of the words between the network and its knobs, and the gap below them, in Manim units."""
BELOW_METER = 0.4
"""Units above words of two lines, where the name of the error stands in frames that are not wide."""
ABOVE_TARGETS = 0.3
"""Units from the highest target up to the word for them."""
MOVING = ".2f"
DIMMED = 0.3
"""The opacity of connections without a knob where only some weights have one."""


class Intro(DiagramStage):
    """A network with a knob for each weight; turning knobs changes what it predicts."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.network: AdjustableNetwork | None = None
        self.questions = QuestionRow()
        self.answered: Typeset | None = None
        self.step = 0

    @property
    def _words(self) -> Area:
        """The area of words below the network."""
        top = area_above_knobs(self.frame).bottom - (0.1 if self.frame.is_wide else BELOW_METER)
        return replace(self.frame.whole, name="words", bottom=top - ROOM_FOR_WORDS, top=top)

    @property
    def _knobs_area(self) -> Area:
        """The area of the knobs, below the words."""
        return replace(self.frame.whole, name="knobs", top=self._words.bottom - WORDS_ABOVE_KNOBS)

    def _drawn(self) -> AdjustableNetwork:
        return needed(self.network, NO_NETWORK)

    def _knobs(self) -> KnobBank:
        return needed(self._drawn().bank, "there are no knobs on stage yet; bring them with `show_knobs`")

    @property
    def drawing(self) -> NetworkDiagram:
        """The diagram on stage; raises StoryreelError where there is none."""
        return self._drawn().diagram

    def place_network(self, with_loss: bool, pixels: bool) -> NetworkDiagram:
        """Lay out the network with room for its knobs below it."""
        self.network = AdjustableNetwork(self.experiment, area_above_knobs(self.frame), pixels)
        return self.network.diagram

    def fill_network(self) -> list[Animation]:
        """Neurons light up, and a bar grows beside each output."""
        diagram = self._drawn().diagram
        return [*(lights_up(diagram, name) for name in diagram.nodes), self._bars_grow()]

    @cue(seconds=2.4, requires="network")
    def predict(self) -> Animation:
        """Values flow through the network, neurons light up, and a bar grows beside each output."""
        diagram = self._drawn().diagram
        steps: list[Animation] = []
        for column in diagram.columns:
            steps += sparks_into(diagram, column)
            steps.append(AnimationGroup(*(lights_up(diagram, name) for name in column)))
        return Succession(*steps, self._bars_grow())

    def _bars_grow(self) -> Animation:
        bars = self._drawn().bars
        grown = (_grow(bar, bars.zero) for bar in bars.bars)
        return AnimationGroup(draw(bars.zero), *grown, appear(bars.numbers))

    @cue(
        seconds=2.0,
        requires="network",
        hides="knob",
        shows=("knob {weights} on network", "knob * on network if no `weights`"),
    )
    def show_knobs(self, weights: list[ParameterName] | None = None) -> Animation:
        """A knob appears from the connection of every weight, and from the neuron of every bias, in place of
        knobs on stage.

        `weights` are the weights and biases that get a knob, if not all; the connections of other weights are
        dimmed then.
        """
        network, all_names = self._drawn(), self.experiment.network.names.parameters
        before, network.has_gradients = network.bank, False
        bank = network.add_knobs(all_names if weights is None else weights, self._knobs_area)
        bank.turn(dict(zip(all_names, map(float, network.parameters), strict=True)), {})
        knobs = bank.knobs
        moves = [
            FadeIn(knob.dial, target_position=self._place_of(name), scale=0.4, rate_func=ease_out)
            if before is None and (weights is None or self._is_clear_to(name, knob))
            else appear(knob.dial)
            for name, knob in knobs.items()
        ]
        labels = [appear(knob.label) for knob in knobs.values() if knob.label is not None]
        arrival = one_after_another(moves, overlap=1 - 2 / (len(moves) + 2))
        steps = Succession(arrival, AnimationGroup(*labels)) if labels else arrival
        if before is not None:
            steps = in_place_of(VGroup(*before.knobs.values()), steps)
        return AnimationGroup(steps, *self._lines_dimmed(knobs.keys()))

    def _lines_dimmed(self, knobs: Set[str]) -> list[Animation]:
        """Connections without a knob are dimmed, and others bright again."""
        edges = self.drawing.edges
        opacities = {name: 1.0 if name in knobs or knobs.isdisjoint(edges) else DIMMED for name in edges}
        return [
            change(edges[name]).set_stroke(opacity=opacity).build()
            for name, opacity in opacities.items()
            if edges[name].get_stroke_opacity() != opacity
        ]

    def _is_clear_to(self, name: str, knob: Knob) -> bool:
        """True if the way from a weight or a bias to its knob passes through no neuron."""
        start = self._place_of(name)
        way = knob.dial.get_center() - start
        for node in self.drawing.nodes.values():
            to_node = node.circle.get_center() - start
            share = np.clip(to_node @ way / (way @ way), 0.0, 1.0)
            if np.linalg.norm(to_node - share * way) < node.radius + knob.dial.width / 2:
                return False
        return True

    def _place_of(self, name: str) -> np.ndarray:
        """The place of a weight or a bias in the network."""
        diagram, address = self._drawn().diagram, self.experiment.network.names[name]
        if address.kind == "weight":
            return np.array(diagram.edge(name).get_center())
        return np.array(diagram.node(diagram.neuron_of(name)).get_center())

    @cue(seconds=2.0, requires=("knob {weight}", "learning rate {learning_rate}"))
    def turn(
        self, weight: ParameterName, to: float | None = None, learning_rate: float | None = None
    ) -> Animation:
        """One knob is turned to a number, and the network follows; without `to`, to its first value. With a
        learning rate, it is turned from there by that times the gradient at the start, against it: as far as
        the arrow of `show_gradients` tells."""
        if weight not in self._knobs().knobs:
            raise StoryreelError(f"{weight!r} has no knob on stage; name it in `show_knobs`")
        network = self.experiment.network
        number = network.names.parameters.index(weight)
        start, end = self._drawn().parameters, self._drawn().parameters.copy()
        end[number] = network.parameters[number] if to is None else to
        if learning_rate is not None:
            end[number] -= learning_rate * network.cost_gradient(*self.experiment.examples)[number]
        return self._follow(lambda share: np.asarray(start + share * (end - start)), lit=weight)

    @cue(seconds=1.0, requires="network")
    def show_targets(self, text: Text) -> Animation:
        """The outline of its target appears around each output's bar, with a word for them (`text`) above."""
        bars = self._drawn().bars
        self._drawn().has_targets = True
        name = words(text, em=theme.SIZES.small, colour=theme.colour("target"))
        bottom = float(bars.target_outlines.get_top()[1]) + ABOVE_TARGETS
        highest = self.frame.whole.top - name.height / 2 - 0.15
        name.move_to(at(bars.area.centre[0], min(highest, bottom + name.height / 2)))
        return AnimationGroup(
            *(draw(outline) for outline in bars.target_outlines), appear(name, from_above=0.15)
        )

    @cue(seconds=1.0, requires="network")
    def show_loss(self, text: Text, decimals: Count | None = None) -> Animation:
        """The loss, or the cost C of a network with data, appears as an upright bar beside the outputs, named
        `text`. Its number has as many `decimals` as are given, so that small changes are seen."""
        meter = self._drawn().add_meter(text, decimals)
        return AnimationGroup(
            draw(meter.base), _grow(meter.bar, meter.base), appear(meter.title), appear(meter.number)
        )

    @cue(seconds=0.8)
    def ask(self, text: Text) -> Animation:
        """A short question appears below the network, to the right of those before it."""
        return self.questions.ask(text, self._words)

    @cue(seconds=1.0, requires="{text} fits 13.22 × 1.2 at 0.42")
    def answer(self, text: Text) -> Animation:
        """A sentence appears in place of the questions, or of the sentence before."""
        before = [*self.questions.written, *([self.answered] if self.answered is not None else [])]
        self.answered = written = sentence(text, self._words)
        self.questions = QuestionRow()
        return in_place_of(VGroup(*before), appear(written, from_above=0.2))

    @cue(seconds=1.2, requires=("network", "knob"))
    def show_gradients(self) -> Animation:
        """An arrow grows around every knob, against its gradient, with data that of the cost: which way to
        turn it, and how far."""
        network, bank = self._drawn(), self._knobs()
        network.has_gradients = True
        arrows = network.arrows(self.experiment.network.with_parameters(network.parameters))

        values = {name: knob.value for name, knob in bank.knobs.items()}

        def grow(_: Mobject, share: float) -> None:
            bank.turn(values, {name: share * arrow for name, arrow in arrows.items()})

        return UpdateFromAlphaFunc(bank, grow, rate_func=ease_out)

    @cue(seconds=4.0, requires=("network", "finite run {steps}"))
    def learn(self, steps: Steps) -> Animation:
        """All knobs turn as in the next `steps` steps of training, and the prediction improves."""
        networks = self.experiment.run(self.step + steps).networks[self.step :]
        path = np.array([network.parameters for network in networks])
        turned = self._drawn().parameters - path[0]
        self.step += steps
        if not np.isfinite(path).all():
            raise StoryreelError(f"this network diverges within {self.step} steps; lower its learning rate")

        def at_share(share: float) -> Array:
            before = min(int(share * steps), steps - 1)
            learned = path[before] + (share * steps - before) * (path[before + 1] - path[before])
            return np.asarray(learned + turned * (1 - smooth(share)))  # knobs that were turned return

        return self._follow(at_share)

    def _follow(self, parameters_at: Callable[[float], Array], lit: str | None = None) -> Animation:
        """The network follows `parameters_at` from 0 to 1; the knob of the weight `lit` is highlighted."""
        network = self._drawn()
        network.parameters = parameters_at(1.0)

        def follow(_: Mobject, share: float) -> None:
            glow = {lit: min(1.0, 5 * share, 5 * (1 - share))} if lit else {}
            network.show(parameters_at(ease_travel(share)), "" if share in (0, 1) else MOVING, glow)

        return UpdateFromAlphaFunc(network.shapes, follow, rate_func=linear)


def _grow(bar: VMobject, base: VMobject) -> Animation:
    """A bar grows from its base line."""
    return GrowFromPoint(bar, base.get_center(), rate_func=ease_out)
