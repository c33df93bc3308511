"""The training of a graph on stage: a plot of what a step lowers, and the changing numbers in its nodes."""

from collections.abc import Callable

from manim import VGroup

from storyreel.core.number_format import decimals_for, rounded_briefly
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.operation import COST
from storyreel.graphics.layout import Area, at
from storyreel.graphics.maths.graphs.shown_graph import ShownGraph
from storyreel.graphics.network_layout import VALUE_END
from storyreel.graphics.networks.neuron import CROWDED, Neuron
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.graphics.text.rolling_number import RollingNumber, sample_alphas, set_text
from storyreel.graphics.text.typeset import Typeset, number_source

DIGITS = 2
"""The significant digits that the largest number of a node has while it changes."""
MOST_DECIMALS = 3


class GraphTraining:
    """The first `steps` steps of training, of which a `plot` and the nodes of `shown` show the one at `step`.

    Raises StoryreelError where the run diverges.
    """

    def __init__(
        self, experiment: GraphExperiment, shown: ShownGraph, steps: int, step: int, area: Area
    ) -> None:
        self.experiment, self.shown, self.steps, self.step = experiment, shown, steps, step
        self.run = experiment.run(steps)
        lowered = COST if experiment.has_cost else experiment.graph.output
        self.plot = RunPlot(area, lowered, "loss", self.run.objective)
        self.plot.show_step(step)

    @property
    def moving(self) -> VGroup:
        """All parts that change."""
        return VGroup(*self.plot.moving, *(text for _, text in self._changing().values()))

    def _changing(self) -> dict[str, tuple[Neuron, Typeset]]:
        """The nodes whose single numbers change, with the texts in them."""
        picture, parameters = self.shown.picture, self.experiment.parameters
        return {
            name: (picture.nodes[name].circle, text)
            for name, text in self.shown.values.items()
            if text is not None
            and (picture.nodes[name].drawn.sign or name in parameters)
            and not picture.trace[name].value.shape
        }

    def follow(self, end: int, step_at: Callable[[float], float]) -> Callable[[float], None]:
        """A function that shows the step `step_at(alpha)` at `alpha` (0 to 1) of an animation up to the step
        `end`: numbers are those of the last whole step, the plot is interpolated."""
        picture = self.shown.picture
        in_focus = self.experiment.with_focus_of(picture.experiment)
        show_plot = self.plot.follow(step_at)
        steps = [int(step_at(alpha) + 1e-9) for alpha in sample_alphas().tolist()]
        values = {step: in_focus.stepped(step).trace.values_by_name for step in range(min(steps), end + 1)}
        picture.experiment = in_focus.stepped(end)
        rolls = []
        for name, (circle, text) in self._changing().items():
            rolled = _Roll(circle, text, [float(values[step][name]) for step in steps], picture.value(name))
            rolls.append((name, rolled))
        self.step = end

        def show(alpha: float) -> None:
            show_plot(alpha)
            step = min(end, int(step_at(alpha) + 1e-9))
            for name, roll in rolls:
                roll.show(alpha, float(values[step][name]))

        return show


class _Roll:
    """How the number `text` in a node changes; `numbers` are those at `sample_alphas`, `after` is the last at
    rest."""

    def __init__(self, circle: Neuron, text: Typeset, numbers: list[float], after: Typeset | None) -> None:
        self.text, self.centre = text, circle.get_center()
        most = min(MOST_DECIMALS, decimals_for(max(map(abs, numbers)), DIGITS))
        texts = [
            max((rounded_briefly(number, each) for number in numbers), key=len) for each in range(most + 1)
        ]
        self.decimals = max(
            (each for each in range(most + 1) if circle.value_to_show(texts[each], 0.0, CROWDED) is not None),
            default=0,
        )
        end = after.plain if after is not None else self._rolling(numbers[-1])
        self.rolling = RollingNumber(
            text,
            number_source,
            [text.plain],
            [[self._rolling(number)] for number in numbers],
            [end],
            is_centred=True,
        )
        widths = self.rolling.before.width, self.rolling.after.width
        self.scales = text.width / widths[0], after.width / widths[1] if after is not None else 1.0
        self.room = max(text.width, 2 * (circle.half_width - VALUE_END * circle.radius))

    def _rolling(self, number: float) -> str:
        return rounded_briefly(number, self.decimals, is_at_rest=False)

    def show(self, alpha: float, number: float) -> None:
        """Show the number at `alpha` (0 to 1) of the animation."""
        state = self.rolling.at(alpha, self._rolling(number))
        scale = self.scales[0] + (self.scales[1] - self.scales[0]) * alpha
        set_text(self.text, state, at(*self.centre[:2]), min(scale, self.room / state.width))
