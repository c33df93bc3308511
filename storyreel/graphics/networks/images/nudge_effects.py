"""How far equal nudges of weights into one neuron move the loss, as arrows of one scale."""

from collections.abc import Mapping

from manim import LEFT, RIGHT, VGroup

from storyreel.core.number_format import in_full, rounded
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.networks.images.level_arrow import LevelArrow
from storyreel.graphics.networks.images.neuron_ways import NeuronWays
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.typeset import CAPITALS, Typeset, maths

DECIMALS = 3
HIGHEST, ROWS = 1.7, 2
"""The largest height of a nudge with its effect, in Manim units: a row for each of the two."""
RADIUS, EM, HEAD = 0.22, 0.62, 0.4
"""The largest radius of a neuron; the font size of its texts and the height of an arrow's head, in heights
of a row."""
GAP, APART = 0.2, 0.5
"""The units between two parts of a row, and between two nudges side by side."""


class NudgeEffect(VGroup):
    """A nudge of the weight `name` behind a neuron, and below it the change of the loss, in `area`.

    The neuron has the brightness of its activation; `label` is the nudge, `text` the change, and `arrow`,
    which leads to the left for a loss that falls, is as long as the change: `unit` Manim units for 1.
    """

    def __init__(self, before: Trace, after: Trace, nudge: float, activation: float, area: Area) -> None:
        self.change, self.area = after.loss - before.loss, area
        height = area.height / ROWS
        self.em = min(theme.SIZES.number, EM * height)
        top, self.y = area.top - height / 2, area.bottom + height / 2
        self.neuron = Neuron("activation", min(RADIUS, 0.4 * height)).shine(abs(activation))
        self.neuron.move_to(at(area.left + self.neuron.radius, top))
        step, paint = in_full(nudge), theme.colour("weight")
        self.label = maths(f"Delta w = {step}", plain=f"Δw = {step}", em=self.em, colour=paint)
        left = float(self.neuron.get_right()[0]) + GAP
        self.label.align_to(at(left, 0), LEFT).on_baseline(top - CAPITALS * self.em / 2)
        written = rounded(self.change, DECIMALS)
        paint = theme.colour("loss")
        self.text: Typeset = maths(
            f"Delta L approx {written}", plain=f"ΔL ≈ {written}", em=self.em, colour=paint
        )
        self.text.align_to(at(area.right, 0), RIGHT).on_baseline(self.y - CAPITALS * self.em / 2)
        self.head = HEAD * height
        super().__init__(self.neuron, self.label)

    @property
    def room(self) -> float:
        """The room for the arrow, in Manim units."""
        return float(self.text.get_left()[0]) - GAP - self.area.left

    def scale_to(self, unit: float) -> None:
        """Make the arrow, from the left end of its room to the right, or from the right end to the left."""
        end = self.area.left + self.room
        foot = self.area.left if self.change >= 0 else end
        self.arrow = LevelArrow(foot, foot + unit * self.change, self.y, self.head, "loss")


class NudgeEffects(VGroup):
    """The effects of a nudge of some weights into the output of `ways`, in `area`, by the weights' names.

    `nudged` has for each name the trace in which it is larger by `nudge`. All arrows have one scale, on which
    1 is `unit` Manim units long.
    """

    def __init__(self, ways: NeuronWays, nudged: Mapping[str, Trace], nudge: float, area: Area) -> None:
        self.nudged, count = nudged, len(nudged)
        names = ways.trace.network.names.weights[-1][ways.place]
        wide = area.width > area.height * count
        width = (area.width - APART * (count - 1)) / count if wide else area.width
        height = min(HIGHEST, area.height / (1 if wide else count))
        top = area.top if wide else area.centre[1] + count * height / 2
        self.effects: dict[str, NudgeEffect] = {}
        for number, (name, after) in enumerate(nudged.items()):
            left = area.left + (number * (width + APART) if wide else 0.0)
            up = top - (0 if wide else number * height)
            place = Area("nudge", left, up - height, left + width, up)
            activation = float(ways.activations[names.index(name)])
            self.effects[name] = NudgeEffect(ways.trace, after, nudge, activation, place)
        room = min(effect.room for effect in self.effects.values())
        self.unit = room / (max(abs(effect.change) for effect in self.effects.values()) or 1.0)
        for effect in self.effects.values():
            effect.scale_to(self.unit)
        super().__init__(*self.effects.values())
