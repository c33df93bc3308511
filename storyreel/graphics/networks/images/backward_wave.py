"""What runs back through a network with an image: arrows of neurons add up, and leave those of weights."""

import numpy as np
from manim import Animation, UpdateFromAlphaFunc, VGroup
from manim.utils.rate_functions import linear

from storyreel.core.arrays import Array
from storyreel.engine.trace import Trace
from storyreel.graphics.motion.verbs import ease_out, ease_travel
from storyreel.graphics.networks.images.edge_bundle import LENGTH, SILENT, EdgeBundle
from storyreel.graphics.networks.images.gradient_key import KINDS
from storyreel.graphics.networks.images.image_network import TO_CLASS, ImageNetwork
from storyreel.graphics.networks.images.level_arrow import LevelArrow

LONGEST, CLEAR = 0.9, 0.04
"""The length of the longest arrow of a neuron, and what is free between it and the class of an output, in
Manim units."""
HEAD = 1.5
"""The height of an arrow's head, in radii of a neuron."""
OVERLAP = 6
"""How many neurons of a layer have light on its way at the same time."""


class NeuronArrows(VGroup):
    """An arrow on each neuron of a layer of `diagram`, with its middle there, as long as minus the gradient
    of the neuron's weighted sum: to the right where it should grow. 1 is `unit` Manim units long."""

    def __init__(self, diagram: ImageNetwork, layer: int, unit: float) -> None:
        self.layer, self.unit = layer, unit
        self.head = HEAD * diagram.layout.radius
        self.places = diagram.places[layer]
        slopes = diagram.trace.gradients.pre_activations[layer - 1][0]
        self.values: Array = -slopes[diagram.drawn(layer)]
        super().__init__(
            *(self._arrow(each, value) for each, value in zip(self.places, self.values, strict=True))
        )
        self.set_z_index(3)

    def _arrow(self, place: Array, value: float) -> LevelArrow:
        length = max(abs(value) * self.unit, 1e-3)
        half = length / 2 * (np.sign(value) or 1.0)
        return LevelArrow(place[0] - half, place[0] + half, float(place[1]), min(self.head, length))

    def reach(self, values: Array) -> None:
        """Let the arrows be as long as these numbers, while they add up."""
        for arrow, place, value in zip(self, self.places, values.tolist(), strict=True):
            arrow.points = self._arrow(place, value).points


class LayerFans:
    """What runs back from each neuron of a layer of `diagram`: light, as bright as what arrives, and behind
    it the `gradients` of the weights into this neuron, a bundle of lines for each; `largest` is the gradient
    of all layers with the widest line."""

    def __init__(self, diagram: ImageNetwork, layer: int, largest: float) -> None:
        trace, ends = diagram.trace, diagram.drawn(layer)
        slopes = trace.gradients.weights[layer - 1]
        lines, numbers = diagram.lines(layer), diagram.matrix(layer, slopes)
        self.arriving = self._arriving(trace, diagram, layer) if layer > 1 else -numbers
        """What arrives at each neuron before (columns) from each neuron of the layer (rows)."""
        light = np.abs(self.arriving) / (float(np.abs(self.arriving).max()) or 1.0)
        self.gradients, self.lights = list[EdgeBundle](), list[EdgeBundle | None]()
        for row in range(len(ends)):
            bundle = EdgeBundle(lines[row], KINDS, is_measured=True)
            self.gradients.append(bundle.show_numbers(numbers[row], largest))
            seen = light[row] >= SILENT
            pulse = EdgeBundle(lines[row][seen], ("gradient",)) if seen.any() else None
            self.lights.append(pulse and pulse.show_numbers(light[row][seen], 1.0))

    @staticmethod
    def _arriving(trace: Trace, diagram: ImageNetwork, layer: int) -> Array:
        """The arrow of each neuron of a layer times each weight behind it, times the slope of the neuron
        where this begins: so a column adds up to that neuron's arrow."""
        gradients, weights = trace.gradients, trace.network.layers[layer - 1].weights
        down = -gradients.pre_activations[layer - 1][0]
        before, own = gradients.activations[layer - 1], gradients.pre_activations[layer - 2]
        assert before is not None
        total = before[0]
        slope = np.divide(own[0], total, out=np.zeros_like(total), where=total != 0)
        return diagram.matrix(layer, down[:, None] * weights * slope)

    def runs(self, arrows: NeuronArrows | None) -> Animation:
        """Neuron by neuron, from the top, light runs back; `arrows` of the layer before follow what has
        arrived."""
        count = len(self.gradients)
        parts = VGroup(*self.gradients, *filter(None, self.lights), *([] if arrows is None else [arrows]))
        for bundle in (*self.gradients, *filter(None, self.lights)):
            bundle.reach(0.0, 0.0)
        if arrows is not None:
            arrows.reach(np.zeros(len(arrows)))

        def run(_: object, alpha: float) -> None:
            times = np.clip((alpha * (count - 1 + OVERLAP) - np.arange(count)) / OVERLAP, 0, 1)
            arrived = np.zeros(self.arriving.shape[1])
            for row, time in enumerate(times.tolist()):
                head = ease_travel(time) * (1 + LENGTH)
                low, high = max(0.0, head - LENGTH), min(1.0, head)
                self.gradients[row].reach(1 - high, 1.0)
                if (light := self.lights[row]) is not None:
                    light.reach(*((1 - high, 1 - low) if 0 < time < 1 else (0.0, 0.0)))
                arrived += ease_out(max(0.0, (time - 0.6) / 0.4)) * self.arriving[row]
            if arrows is not None:
                arrows.reach(arrows.values if alpha == 1 else arrived)

        return UpdateFromAlphaFunc(parts, run, introducer=True, rate_func=linear)


def arrows_of(diagram: ImageNetwork) -> list[NeuronArrows]:
    """The arrows of all neurons, layer by layer, on one scale on which the longest has room on its neuron."""
    largest = max(float(np.abs(each).max()) for each in diagram.trace.gradients.pre_activations)
    radius, columns = diagram.layout.radius, diagram.layout.columns
    room = min(LONGEST, 2 * (radius + TO_CLASS - CLEAR), 0.8 * (columns[-1] - columns[-2]))
    return [NeuronArrows(diagram, layer, room / (largest or 1.0)) for layer in range(1, len(diagram.columns))]
