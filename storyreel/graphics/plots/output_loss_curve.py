"""The loss as a curve over one output of the network, the others left as they are."""

import numpy as np

from storyreel.core.errors import StoryreelError
from storyreel.engine.trace import Trace
from storyreel.graphics.layout import Area
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.plot_marker import PlotMarker
from storyreel.graphics.text.symbol import symbol

REACH = 1.7
"""How far the curve reaches to both sides of the target, in distances of the output from it."""


class OutputLossCurve(Axes):
    """Axes in an area with the loss over the output called `output`, its target in their middle.

    `graph` is the curve, `value` what the network makes of the output, `target` its target's name.
    Raises StoryreelError where there is no such output.
    """

    def __init__(self, area: Area, trace: Trace, output: str) -> None:
        outputs = trace.network.names.activations[-1]
        if output not in outputs:
            raise StoryreelError(f"{output!r} is not an output of the network")
        # What is drawn is copied when it moves, so it holds numbers and not the trace.
        self.number, self.loss = outputs.index(output), trace.network.loss
        self.outputs, self.wanted = trace.forward.prediction, trace.targets
        self.value, target = trace[output].value, float(trace.targets[0, self.number])
        reach = REACH * abs(self.value - target) or 1.0
        x_range = target - reach, target + reach
        highest = max(self.loss_at(x) for x in np.linspace(*x_range, 41))
        super().__init__(area, x_range, (0.0, highest), (symbol(output), "L"), ("activation", "loss"))
        self.graph = self.curve(self.loss_at, "loss")

    def loss_at(self, value: float) -> float:
        """The loss if the output were `value`."""
        outputs = self.outputs.copy()
        outputs[0, self.number] = value
        return float(self.loss.value(outputs, self.wanted)[0])

    def standing(self, value: float) -> PlotMarker:
        """Where the output is `value`: dashed lines to both axes, a point, and a tag with the loss."""
        return self.reading("loss", value, self.loss_at(value))
