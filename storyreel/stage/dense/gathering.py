"""What is on stage while gradients add up to that of a hidden neuron."""

from dataclasses import dataclass

from manim import VGroup, VMobject

from storyreel.engine.equations.neuron_sum import NeuronSum
from storyreel.graphics.networks.dense.sum_arrows import SumArrows
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.gradient_products import GradientProducts
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.parts.badge import Badge


@dataclass
class Gathering:
    """What is on stage of a hidden neuron's gradient: the numbers, and their pictures so far.

    `node` is where the neuron has moved to, `labelled` its circle with what is written at it; `parts` are its
    copy, its connections, and the gradients that go back. `arrows` add these up, `own` is the badge of the
    neuron's gradient, `gate` has the slope, and `weighed` is the gradient of a weight before the neuron.
    """

    neuron: str
    following: tuple[str, ...]
    node: Neuron
    labelled: VGroup
    numbers: NeuronSum
    products: GradientProducts
    parts: list[VMobject]
    arrows: SumArrows | None = None
    own: Badge | None = None
    gate: Gate | None = None
    weighed: VGroup | None = None

    @property
    def sums(self) -> list[VMobject]:
        """The arrows and the gate, as far as they are on stage."""
        arrows = [self.arrows, self.arrows.factor, self.arrows.product] if self.arrows is not None else []
        return [*arrows, *filter(None, [self.gate])]
