"""A race of two ways to all gradients: a nudged run of the network for each weight, and one pass back."""

import numpy as np
from manim import LEFT, RIGHT, Line, ManimColor, VGroup, VMobject

from storyreel.engine.operation import GRADIENT
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import ease_run
from storyreel.graphics.network_layout import ROOM_FOR_TARGETS, width_for_gradient
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.typeset import DESCENDERS, Typeset, maths, words

WAITING, FAINTEST = 0.3, 0.25
"""The opacity of connections whose gradient is not known yet, and of those with a gradient of 0."""
FIRST, OTHERS = (0.0, 0.65), (0.68, 1.0)
"""The shares of a layer's time in which the gradient of one neuron goes to the weights before it, so that one
sees it branch, and those of the others do."""
LIGHTING, LIT = 0.35, 0.9
"""The share of its time in which a neuron's gradient is found, before it goes to the weights; and the opacity
of the colour of gradients on the neuron from then on."""
RAY = 6.0
"""The stroke width of the light that goes to a weight."""
ROOM_FOR_COUNT, COUNT, TO_WORDS, BESIDE = 1.3, 1.0, 0.25, 0.2
"""Units below a network for the count of passes, its font size, the units from it to its words, and what is
free beside both."""
LINE = 0.75
"""Units from the baseline of words below the count to that of the count."""
FORWARD = 0.2
"""The share of the time of `pass_back` in which the network runs forward first."""
FRONT = 0.8
"""The opacity of the line that shows how far a pass is."""


class RunningNetwork(VGroup):
    """A network through which passes run; a connection takes the look of its gradient once this is known.

    Its parts are `edges` by the weights' names, the neurons, `lit` in the colour of gradients where theirs is
    known, the `front`, a line at which a run forward is, and below them `count`, the number of passes
    so far, with the one of `texts` for one pass or the one for other counts.
    """

    def __init__(self, trace: Trace, area: Area, texts: tuple[str, str], kind: str) -> None:
        # There are no targets, and so no room for them.
        right = area.right + ROOM_FOR_TARGETS
        self.kind = kind
        self.texts = [words(text, em=theme.SIZES.label, colour=theme.colour("muted")) for text in texts]
        self.weights = [name for layer in trace.network.names.weights for row in layer for name in row]
        widest = self._count(int("7" * len(str(len(self.weights))))).width  # a 7 is wider than other digits
        self._place_words(area, widest)
        bottom = area.bottom + ROOM_FOR_COUNT + (LINE if self.is_stacked else 0.0)
        above = Area("network", area.left, bottom, right, area.top)
        self.diagram = diagram = NetworkDiagram(trace, above)
        self.edges, self.trace = diagram.edges, trace
        slopes = {name: trace.number(GRADIENT + name) for name in self.weights}
        steepest = max(map(abs, slopes.values())) or 1.0
        self.gradients = {name: slope / steepest for name, slope in slopes.items()}
        line = ManimColor(theme.colour("line"))
        self.looks = {
            name: (edge.get_stroke_color() or line, edge.get_stroke_width())
            for name, edge in self.edges.items()
        }
        for name, node in diagram.nodes.items():
            node.shine(diagram.brightness(name))
        nodes = VGroup(*diagram.nodes.values())
        low, high = nodes.get_bottom()[1] - 0.15, nodes.get_top()[1] + 0.15
        self.ends = float(nodes.get_left()[0]), float(nodes.get_right()[0])
        self.front = Line(
            at(0, low),
            at(0, high),
            stroke_color=theme.colour("activation"),
            stroke_width=theme.SPACING.stroke,
        )
        self.front.set_stroke(opacity=0)
        self.count, self.text = VGroup(), VGroup()
        self.passes = -1
        self.turns = self._turns()
        self.rays = {name: self._ray(edge) for name, edge in self.edges.items()}
        self.lit = {name: self._lit(name) for name in self.turns}
        parts = (*self.edges.values(), *self.rays.values(), nodes, *self.lit.values())
        super().__init__(*parts, self.front, self.count, self.text)
        self.known = dict.fromkeys(self.edges, -1.0)
        for name in self.edges:
            self.learn(name, 0.0)
        self.show_count(0)

    def learn(self, weight: str, share: float) -> None:
        """Let a connection have the look of its gradient, at a share of 1, or wait for it, at 0."""
        if weight not in self.edges or self.known[weight] == share:
            return
        self.known[weight] = share
        edge, (colour, width) = self.edges[weight], self.looks[weight]
        if share:
            slope = self.gradients[weight]
            opacity = FAINTEST + (1 - FAINTEST) * abs(slope)
            edge.show_gradient(slope, width_for_gradient(abs(slope)), opacity)
        else:
            edge.set_stroke(colour, width, WAITING)

    def nudge(self, weight: str) -> None:
        """Let the connection of a weight that is nudged stand out."""
        if weight in self.edges and self.known[weight] != 0.5:
            self.known[weight] = 0.5
            self.edges[weight].set_stroke(theme.colour("weight"), self.looks[weight][1] + 3.0, 1.0)

    def show_front(self, share: float, opacity: float) -> None:
        """Put the front at a share of the way from the inputs to the outputs."""
        left, right = self.ends
        self.front.set_x(left + share * (right - left))
        self.front.set_stroke(opacity=opacity)

    def _turns(self) -> dict[str, tuple[tuple[str, ...], float, float]]:
        """For each neuron after the inputs the weights before it, and the shares of a pass back at which its
        gradient begins and ends to go to them: layer by layer, in each first the one with the largest."""
        names, turns = self.trace.network.names, dict[str, tuple[tuple[str, ...], float, float]]()
        layers = list(zip(names.activations[1:], names.weights[1:], strict=True))
        for number, (neurons, rows) in enumerate(reversed(layers)):
            steepest = [max(abs(self.gradients[weight]) for weight in row) for row in rows]
            for place, (neuron, row) in enumerate(zip(neurons, rows, strict=True)):
                start, end = FIRST if place == int(np.argmax(steepest)) else OTHERS
                turns[neuron] = row, (number + start) / len(layers), (number + end) / len(layers)
        return turns

    def _ray(self, edge: Edge) -> Line:
        ray = Line(edge.get_end(), edge.get_start(), stroke_color=theme.colour("gradient"), stroke_width=RAY)
        return ray.set_stroke(opacity=0)

    def _lit(self, neuron: str) -> VMobject:
        circle = self.diagram.nodes[neuron].circle.copy().set_stroke(opacity=0)
        return circle.set_fill(theme.colour("gradient"), opacity=0)

    def pass_back(self, share: float) -> None:
        """Show a share, 0 to 1, of a pass back: each neuron gets its gradient, which then goes to all weights
        before it."""
        for neuron, (weights, start, end) in self.turns.items():
            turn = float(np.clip((share - start) / (end - start), 0, 1))
            if neuron in self.lit:
                self.lit[neuron].set_fill(opacity=LIT * min(1.0, turn / LIGHTING))
            way = ease_run(max(0.0, (turn - LIGHTING) / (1 - LIGHTING)))
            for weight in weights:
                self._send(weight, way)

    def _send(self, weight: str, way: float) -> None:
        """Let light from the neuron after it have gone a share of the way along a weight's connection."""
        if weight not in self.edges:
            return
        edge, ray = self.edges[weight], self.rays[weight]
        end, start = edge.get_end(), edge.get_start()
        ray.set_stroke(opacity=1.0 if 0 < way < 1 else 0.0)
        if 0 < way < 1:
            ray.put_start_and_end_on(end, end + way * (start - end))
        self.learn(weight, 1.0 if way >= 1 else 0.0)

    def _place_words(self, area: Area, widest: float) -> None:
        """Put the words where they and the `widest` count are in the middle below the network: side by side,
        or the words below the count if they would be too wide."""
        longest = max(text.width for text in self.texts)
        baseline = area.bottom + DESCENDERS * theme.SIZES.label
        left, room = widest + TO_WORDS, area.width - 2 * BESIDE
        self.is_stacked = left + longest > room
        if self.is_stacked:
            self.count_end, self.baseline = area.centre[0] + widest / 2, baseline + LINE
            for text in self.texts:
                text.scale(min(1.0, room / longest)).set_x(area.centre[0]).on_baseline(baseline)
            return
        start = area.centre[0] + (left - longest) / 2
        self.count_end, self.baseline = start - TO_WORDS, baseline
        for text in self.texts:
            text.align_to(at(start, 0), LEFT).on_baseline(baseline)

    def _count(self, passes: int) -> Typeset:
        return maths(str(passes), plain=str(passes), em=COUNT, colour=theme.colour(self.kind))

    def show_count(self, passes: int) -> None:
        """Write the number of passes so far."""
        if passes == self.passes:
            return
        self.passes = passes
        number = self._count(passes)
        number.align_to(at(self.count_end, 0), RIGHT)
        copy_outlines(self.count, number.on_baseline(self.baseline))
        copy_outlines(self.text, self.texts[passes != 1])


class GradientRace(VGroup):
    """Two pictures of the network of `trace`, in `areas`: `nudging`, where each weight in turn is nudged and
    the network runs, and `back`, where one run forward and one pass back do. `texts` are the
    words after their counts: after a count of one, and after others.

    `run` and `pass_back` show a share, 0 to 1, of the runs and of the two passes.
    """

    def __init__(
        self, trace: Trace, areas: tuple[Area, Area], texts: tuple[tuple[str, str], tuple[str, str]]
    ) -> None:
        self.nudging = RunningNetwork(trace, areas[0], texts[0], "activation")
        self.back = RunningNetwork(trace, areas[1], texts[1], "gradient")
        super().__init__(self.nudging, self.back)

    def run(self, share: float) -> None:
        """Each run shows how the loss follows one weight, and gives one gradient."""
        network, weights = self.nudging, self.nudging.weights
        runs = len(weights) * ease_run(share)
        done = len(weights) if share >= 1 else int(runs)
        for weight in weights[:done]:
            network.learn(weight, 1.0)
        if done < len(weights):
            network.nudge(weights[done])
        network.show_front(runs - done, FRONT if 0 < share < 1 else 0.0)
        network.show_count(done)

    def pass_back(self, share: float) -> None:
        """The network runs forward; then the pass back goes from the outputs to the inputs, and leaves all
        gradients behind it."""
        forward = share / FORWARD
        self.back.show_front(min(1.0, forward), FRONT if 0 < forward < 1 else 0.0)
        self.back.pass_back(max(0.0, (share - FORWARD) / (1 - FORWARD)))
        self.back.show_count(int(forward >= 1) + int(share >= 1))
