"""The loss as a curve over one output of the network; the other outputs do not change."""

import numpy as np
from manim import LEFT

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import rolling, shown
from storyreel.engine.trace import Trace
from storyreel.graphics.layout import Area, at
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.plot_marker import PlotMarker
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.text_state import TextState

REACH = 1.7
"""How far the curve extends on both sides of the target, in distances of the output from it."""


class OutputLossCurve(Axes):
    """Axes in an area with the loss over the output `output`, whose target is in their middle.

    `graph` is the curve, `value` the network's output. Raises StoryreelError if there is no such output or
    the loss is not finite around the target.
    """

    def __init__(self, area: Area, trace: Trace, output: str) -> None:
        outputs = trace.network.names.activations[-1]
        if output not in outputs:
            raise StoryreelError(f"{output!r} is not an output of the network")
        # Manim copies drawings that it animates, so this one keeps numbers instead of the trace.
        self.notation = trace.notation
        self.output, self.number, self.loss = output, outputs.index(output), trace.network.loss
        self.outputs, self.wanted = trace.forward.prediction, trace.targets
        self.value, target = trace[output].value, float(trace.targets[0, self.number])
        reach = REACH * abs(self.value - target) or 1.0
        x_range = target - reach, target + reach
        losses = [self.loss_at(x) for x in np.linspace(*x_range, 41)]
        if not np.isfinite(losses).all():
            raise StoryreelError(
                f"the loss {self.loss.name} has no curve over {output!r}: it is not finite from"
                f" {shown(x_range[0])} to {shown(x_range[1])}"
            )
        highest = max(losses)
        super().__init__(area, x_range, (0.0, highest), (symbol(output), "L"), ("activation", "loss"))
        # Beside the axis as that of a curve over a weight, into which this one may turn.
        self.names[1].next_to(at(self.left, area.top), LEFT, buff=0.2)
        self.graph = self.curve(self.loss_at, "loss")

    def loss_at(self, value: float) -> float:
        """The loss if the output were `value`."""
        with np.errstate(all="ignore"):
            return float(self.loss.value(self._outputs_at(value), self.wanted)[0])

    def slope_at(self, value: float) -> float:
        """The derivative of the loss with respect to the output, if that were `value`."""
        with np.errstate(all="ignore"):
            return float(self.loss.gradient(self._outputs_at(value), self.wanted)[0, self.number])

    def _outputs_at(self, value: float) -> Array:
        outputs = self.outputs.copy()
        outputs[0, self.number] = value
        return outputs

    def place_marker(self, marker: PlotMarker, x: float, y: float, state: TextState) -> None:
        """Move a marker to (x, y), with its tag above the curve; `state` is the tag's text."""
        low, high = self.x_range

        def highest(left: float, right: float) -> float:
            shares = (np.array([left, right]) - self.left) / (self.right - self.left)
            # The loss is the lower inside of a range, as it has one minimum.
            values = np.clip(low + shares * (high - low), low, high).tolist()
            return float(max(self.point(value, self.loss_at(value))[1] for value in values))

        across = (x - low) / (high - low)
        marker.place(self.point(x, y), self.point(low, self.y_range[0]), across, state, highest)

    def marker_at(self, value: float) -> PlotMarker:
        """A marker at the output's value `value`, with the loss on its tag."""
        return self.marker("loss", value, self.loss_at(value), self.loss_text(value))

    def loss_text(self, value: float, is_rolling: bool = False) -> str:
        """The text of the loss if the output were `value`."""
        loss = self.loss_at(value)
        return rolling(loss) if is_rolling else self.notation.text("loss", loss)
