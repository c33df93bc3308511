"""A network whose weights can be changed; neurons, connections, bars, cost or loss, and knobs follow."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from manim import VGroup

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.engine.network import Network
from storyreel.graphics.layout import Area, Frame
from storyreel.graphics.network_layout import ROOM_FOR_TARGETS
from storyreel.graphics.networks.knob_bank import KnobBank
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.output_bars import OutputBars
from storyreel.graphics.parts.meter import Meter

ROOM_FOR_BARS, BARS_SHARE = 4.2, 0.36
"""The width of the bars beside the outputs in Manim units, and at most as a share of the area."""
ROOM_FOR_METER = 1.5
GAP = 0.35


def area_above_knobs(frame: Frame) -> Area:
    """The area of a network with room for words and for knobs below it."""
    whole = frame.whole
    return replace(frame.stage, name="network", bottom=whole.bottom + 0.39 * whole.height)


class AdjustableNetwork:
    """The network of an experiment in `area`, with room for bars beside its outputs and for its cost,
    or its loss where it has no data.

    It has a `diagram` and `bars` from the start; `add_meter` and `add_knobs` make the other parts. Scenes put
    the parts on stage. `parameters` are those shown, in the network's order. With `has_targets` the outlines
    of the targets are shown; with `has_gradients` every knob has an arrow against its gradient.
    """

    def __init__(self, experiment: Experiment, area: Area, pixels: bool = False) -> None:
        self.experiment, self.area, trace = experiment, area, experiment.trace
        self.parameters = experiment.network.parameters
        self.right = area.right - ROOM_FOR_METER
        left = self.right - min(ROOM_FOR_BARS, BARS_SHARE * area.width)
        place = replace(area, right=left + ROOM_FOR_TARGETS - GAP)
        self.diagram = NetworkDiagram(trace, place, pixels=pixels)
        self.outputs = outputs = self.diagram.layout.drawn(len(self.diagram.columns) - 1)
        self.bars = OutputBars(
            [float(self.diagram.nodes[name].circle.get_y()) for name in self.diagram.columns[-1]],
            trace.forward.prediction[0, outputs].tolist(),
            trace.targets[0, outputs].tolist(),
            replace(area, left=left, right=self.right),
            self._write_output if self._has_own_digits else None,
        )
        self.meter: Meter | None = None
        self.bank: KnobBank | None = None
        self.has_targets = self.has_gradients = False

    @property
    def _has_own_digits(self) -> bool:
        """True where the storyboard gives the outputs digits, which are then those of the bars' numbers."""
        notation, outputs = self.experiment.notation, self.experiment.network.names.activations[-1]
        return notation.digits is not None or any(name in notation.more_digits for name in outputs)

    def _write_output(self, place: int, value: float) -> str:
        return self.experiment.notation.text(self.experiment.network.names.activations[-1][place], value)

    def add_meter(self, text: str, decimals: int | None = None) -> Meter:
        """Make what training lowers a bar named `text`, at the right edge of the area, whose number has
        `decimals`, or as many as fit it."""
        loss = self._objective(self.experiment.network.with_parameters(self.parameters))
        area = replace(self.area, left=self.right + GAP)
        name = "" if self.experiment.cost is None else self.experiment.objective
        self.meter = Meter(text, "loss", loss, area, name, decimals)
        return self.meter

    def _objective(self, network: Network) -> float:
        return network.cost_of(*self.experiment.examples)

    def add_knobs(self, names: Sequence[str], area: Area) -> KnobBank:
        """Make knobs in `area` for weights and biases; raises StoryreelError for a name that is neither."""
        for name in names:
            if name not in self.experiment.network.names.parameters:
                raise StoryreelError(f"{name!r} is no weight and no bias of this network")
        self.bank = KnobBank(self.experiment.trace, names, area)
        return self.bank

    @property
    def shapes(self) -> VGroup:
        """Everything that `show` changes."""
        bars = [self.bars.zero, self.bars.bars, self.bars.numbers]
        bars += [self.bars.target_outlines] if self.has_targets else []
        added = (part for part in (self.meter, self.bank) if part is not None)
        return VGroup(*self.diagram.edges.values(), *self.diagram.nodes.values(), *bars, *added)

    def show(self, parameters: Array, spec: str = "", glow: Mapping[str, float] | None = None) -> None:
        """Show the network with these parameters: activations, outputs, loss and knobs.

        `spec` is the format of numbers, as for `shown`; `glow` highlights knobs and connections, 0 to 1.
        """
        self.parameters, glow = parameters, glow or {}
        network, diagram = self.experiment.network.with_parameters(parameters), self.diagram
        forward = network.forward(self.experiment.inputs)
        for layer, (column, values) in enumerate(zip(diagram.columns, forward.activations, strict=True)):
            for name, value in zip(column, values[0, diagram.layout.drawn(layer)], strict=True):
                diagram.nodes[name].shine(abs(value) / diagram.largest)
        self.bars.set_values(forward.prediction[0, self.outputs].tolist(), spec)
        if self.meter is not None:
            self.meter.set_value(self._objective(network), spec)
        named = dict(zip(network.names.parameters, map(float, parameters), strict=True))
        for name in diagram.edges:
            diagram.show_weight(name, named[name], glow.get(name, 0.0))
        if self.bank is not None:
            self.bank.turn(named, self.arrows(network) if self.has_gradients else {}, spec, glow)

    def arrows(self, network: Network) -> dict[str, float]:
        """The arrow of each knob, -1 to 1: its negative gradient relative to the largest one at the start."""
        gradient, at_start = (
            each.cost_gradient(*self.experiment.examples) for each in (network, self.experiment.network)
        )
        steepest = max(abs(at_start)) or 1.0
        shares = np.clip(-gradient / steepest, -1.0, 1.0)
        return dict(zip(network.names.parameters, map(float, shares), strict=True))
