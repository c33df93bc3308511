"""What a network predicts, as a surface over its two inputs, with the examples as points above the floor."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import DL, DOWN, LEFT, RIGHT, UL, UP, UR, Circle, Dot, Line, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.curves import around
from storyreel.engine.experiment import Experiment
from storyreel.engine.network import Network
from storyreel.engine.trace import Trace
from storyreel.engine.training_run import TrainingRun
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame
from storyreel.graphics.parts.surface_mesh import SurfaceMesh
from storyreel.graphics.parts.surface_scale import SurfaceScale
from storyreel.graphics.parts.surface_view import turned_view
from storyreel.graphics.plots.axes import TICK_HEIGHT, TICK_WIDTH, most_ticks
from storyreel.graphics.plots.examples.runs_plot import (
    BETWEEN_RUNS,
    DECIMALS,
    SAMPLE,
    STEP,
    Curve,
    CurveLine,
    RunsPlot,
)
from storyreel.graphics.plots.ticks import ticks
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.named_number import named_number
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, in_line, slot, words

CELLS = 14
"""The rows, and the columns, of polygons of the surface."""
WIDE, HIGH = 4.0, 7.0
"""The sides of the floor and the height of the space, before the view scales them."""
MARGIN = 0.12
"""The floor that is free at each side of the examples, as a share of the range of their inputs."""
STEPS_SEEN = 200
"""Of a longer run, about so many steps are looked at for the range of its predictions."""
OPAQUE, POST = 0.72, 0.8
"""The opacities of the surface, through which points below it are seen, and of the posts of the examples."""
POINT, FOOT, GAP = 0.13, 0.09, 7.0
"""The radii of the points of the targets and of the predictions, in Manim units, and the width of the lines
between the two, in 1/100 unit."""
AZIMUTH, LEAST_AZIMUTH, MOST_AZIMUTH = 22.0, 15.0, 65.0
"""How far the view is turned about the vertical at first, and the least and the most that it turns: between
these the same edges are in front. In degrees."""
NEW_POINT, NEW_RING = 0.12, 5.0
"""The radius of the ring at the target of an example that is not trained on, and the width of its stroke."""
FROM_NUMBER, LOW = 0.4, 2.0
"""Units between two numbers side by side in the key, and the width of its room from which on it has few rows,
in heights."""
ABOVE_GAP = 0.25
"""Units between the word for a run and the equation of a gap below it."""
SMALL = 4.0
"""The height of an area, in Manim units, below which the names of the axes are set small."""
ROOM_LEFT, ROOM_BELOW, ROOM_ABOVE, TO_NAME = 1.0, 0.55, 0.75, 0.12
"""Units beside the space for the names and numbers of its axes, and between numbers and names."""


class Prediction(CurveLine):
    """The surface of a prediction in a space, and for each example a post, a point at its target, and a line
    from there to the surface.

    `new` are the same of the network's own example, with a ring at its target, which are not among its parts.
    """

    def __init__(self, space: "Space", experiment: Experiment) -> None:
        inputs, targets = experiment.examples
        self.space = space
        self.inputs = np.vstack([inputs, experiment.inputs])
        self.targets = np.append(targets[:, 0], experiment.targets[0])
        self.mesh = space.surface(experiment.network)
        rows = range(len(inputs))
        posts, gaps, feet = zip(*(self._of_example() for _ in (*rows, "new")), strict=True)
        self.posts, self.gaps, self.feet = (VGroup(*each[:-1]) for each in (posts, gaps, feet))
        target = theme.colour("target")
        self.points_of_targets = VGroup(*(Dot(radius=POINT, color=target).set_z_index(3) for _ in rows))
        ring = Circle(radius=NEW_POINT, color=target, stroke_width=NEW_RING).set_z_index(4)
        ring.set_fill(theme.colour("background"), 1)
        self.new = VGroup(posts[-1], gaps[-1], feet[-1].set_z_index(4), ring)
        self.show_network(experiment.network)
        VGroup.__init__(self, self.posts, self.mesh, self.gaps, self.feet, self.points_of_targets)

    @staticmethod
    def _of_example() -> tuple[VMobject, VMobject, Dot]:
        """The post of an example, the line of its gap, and the point of its prediction."""
        post = VMobject(stroke_color=theme.colour("muted"), stroke_width=theme.SPACING.thin_stroke)
        gap = VMobject(stroke_color=theme.colour("loss"), stroke_width=GAP).set_z_index(2)
        foot = Dot(radius=FOOT, color=theme.colour("activation")).set_z_index(3)
        return post.set_stroke(opacity=POST), gap, foot

    def show_network(self, network: Network) -> None:
        """The surface of a network's predictions, and the gaps to it, in the view of now."""
        self.network_shown = network
        for shape, new in zip(self.mesh, self.space.surface(network), strict=True):
            shape.points, shape.fill_rgbas, shape.z_index = new.points, new.fill_rgbas, new.z_index
        predicted = network.forward(self.inputs).prediction[:, 0]
        view, places = self.space.view, self.space.places(self.inputs, self.targets)
        feet = view.surface(self.space.places(self.inputs, predicted))
        groups = [
            *zip(self.posts, self.gaps, self.feet, self.points_of_targets, strict=True),
            tuple(self.new),
        ]
        ends = zip(groups, view.floor(places), view.surface(places), feet, strict=True)
        for (post, gap, foot, point), floor, target, spot in ends:
            post.points = polyline(np.stack([floor, target]))
            gap.points = polyline(np.stack([target, spot]))
            foot.move_to(spot)
            point.move_to(target)


class Space(VGroup):
    """The floor of two inputs and the axis of the output above it, with ticks and names, seen from above and
    one side. `view` turns points in space, which `places` gives, into points of the frame; `turn` turns it
    about the vertical."""

    def __init__(
        self, area: Area, ranges: Sequence[tuple[float, float]], labels: Sequence[str], kinds: Sequence[str]
    ) -> None:
        self.ranges, self.area = tuple(ranges), area
        half = WIDE / 2
        room = Area(
            area.name, area.left + ROOM_LEFT, area.bottom + ROOM_BELOW, area.right, area.top - ROOM_ABOVE
        )
        space = np.array([[-half, -half, 0.0], [half, half, HIGH]])
        self.view = turned_view(space, room, True)
        line, thin = theme.colour("line"), theme.SPACING.thin_stroke
        self.corners = np.array(
            [[x, y, 0.0] for x, y in ((-half, -half), (half, -half), (half, half), (-half, half))]
        )
        edges = zip(self._edges(), (TICK_WIDTH, TICK_WIDTH, TICK_HEIGHT), strict=True)
        values = [
            ticks(*ends, most_ticks(float(np.linalg.norm(end - start)), need))
            for ends, ((start, end), need) in zip(ranges, edges, strict=True)
        ]
        axis = self.corners[3] + np.outer([0.0, HIGH], [0, 0, 1])
        self.lines = [self.corners[[0, 1, 2, 3, 0]], axis]
        for number, side in ((0, 1), (1, 0)):
            for value in values[number]:
                across = np.zeros((2, 3))
                across[:, number] = self._along(number, np.array(value))
                across[:, side] = -half, half
                self.lines.append(across)
        self.grid = VGroup(*(VMobject(stroke_color=line, stroke_width=thin) for _ in self.lines))
        self.grid[2:].set_stroke(opacity=0.5)
        self.scales = [SurfaceScale(each) for each in values]
        self.names = [
            words(
                label,
                em=theme.SIZES.small if area.height < SMALL else theme.SIZES.body,
                colour=theme.colour(kind),
            )
            for label, kind in zip(labels, kinds, strict=True)
        ]
        # However it is turned, the names have room below the numbers.
        below = max(map(self._names_below, (LEAST_AZIMUTH, AZIMUTH, MOST_AZIMUTH)))
        self.view = turned_view(space, replace(room, bottom=room.bottom + below), True)
        self.azimuth = AZIMUTH
        self.turn(AZIMUTH)
        super().__init__(*self.grid, *self.scales, *self.names)

    def _edges(self) -> list[tuple[Array, Array]]:
        """The ends of the edges with the scales of both inputs and of the output, in the frame."""
        near, right, _, left = self.view.floor(self.corners)
        foot, head = self.view.surface(self.corners[3] + np.outer([0.0, HIGH], [0, 0, 1]))
        return [(near, right), (near, left), (foot, head)]

    def _names_below(self, azimuth: float) -> float:
        """How far the names of the inputs reach below the area in the view turned so far, in units."""
        self._place(azimuth)
        return max(0.0, self.area.bottom - min(float(name.get_bottom()[1]) for name in self.names[:2]))

    def turn(self, azimuth: float) -> None:
        """The view is turned so far about the vertical, in degrees."""
        self._place(azimuth)
        for name in self.names[:2]:
            name.shift(max(0.0, self.area.bottom - float(name.get_bottom()[1])) * UP)

    def _place(self, azimuth: float) -> None:
        """Place everything in the view turned so far; names may reach below the area."""
        self.azimuth, self.view = azimuth, replace(self.view, azimuth=math.radians(azimuth))
        for shape, line in zip(self.grid, self.lines, strict=True):
            shape.points = polyline(self.view.surface(line))
        for number, (start, end) in enumerate(self._edges()):
            scale, name = self.scales[number], self.names[number]
            is_upright = number == len("xy")
            along = (end - start) / np.linalg.norm(end - start)
            away = LEFT if is_upright else np.array([-along[1], along[0], 0.0])
            if not is_upright and away[1] > 0:
                away = -away
            scale.place(start, end, self.ranges[number], away)
            if is_upright:
                name.next_to(end, UP, buff=0.2)
                name.shift(max(0.0, self.area.left - float(name.get_left()[0])) * -LEFT)
            else:
                spot = (start + end) / 2 + away * (scale.reach(away) + TO_NAME)
                name.move_to(spot, aligned_edge=UL if away[0] > 0 else UR)
                beyond = max(0.0, float(name.get_right()[0]) - self.area.right)
                name.shift(-along * beyond / along[0])  # along the edge, as far from its numbers as before

    def _along(self, axis: int, values: Array) -> Array:
        low, high = self.ranges[axis]
        return np.asarray((values - low) / (high - low) * WIDE - WIDE / 2)

    def places(self, inputs: Array, outputs: Array) -> Array:
        """Points in space for inputs, (…, 2), and outputs, (…); these are clamped to the space."""
        low, high = self.ranges[2]
        heights = np.clip((outputs - low) / (high - low), 0.0, 1.0) * HIGH
        return np.stack([self._along(0, inputs[..., 0]), self._along(1, inputs[..., 1]), heights], axis=-1)

    def surface(self, network: Network) -> SurfaceMesh:
        """The surface of what a network predicts."""
        across, into = (np.linspace(*ends, CELLS + 1) for ends in self.ranges[:2])
        inputs = np.stack(np.meshgrid(across, into), axis=-1)
        outputs = network.forward(inputs.reshape(-1, 2)).prediction[:, 0].reshape(inputs.shape[:2])
        places = self.places(inputs, outputs)
        mesh = SurfaceMesh(places[0, :, 0], places[:, 0, 1], places[..., 2], HIGH, "activation")
        mesh.draw_in(self.view, np.full(len(mesh), OPAQUE))
        return mesh


class PredictionPlot(RunsPlot):
    """The prediction of a network with two inputs and one output as a surface over them, during a run of
    training, with the examples as points at their targets; beside or below it a key with the objective.

    `text` is the word for the run, and `labels` those for both inputs and the output. The axis of the output
    has room for the runs of `others`, too, each with its steps, which have the same data. With `rooms`, these
    are the areas of the surface and of the key. If it `is_trained`, it has room for the ends of runs only.
    All else is as in a `RunsPlot`.
    """

    axes: Space  # type: ignore[assignment]

    def __init__(
        self,
        experiment: Experiment,
        steps: int,
        text: str,
        labels: Sequence[str],
        frame: Frame,
        others: Sequence[tuple[Experiment, int]] = (),
        rooms: tuple[Area, Area] | None = None,
        is_trained: bool = False,
    ) -> None:
        self.experiment, self.labels, self._given_rooms = experiment, tuple(labels), rooms
        self.is_trained, self.first_step = is_trained, steps if is_trained else 0
        self.run = experiment.run(steps)
        self._runs = [self.run, *(other.run(its) for other, its in others)]
        if not np.isfinite(self.run.objective).all():
            raise StoryreelError("the run diverges; lower the learning rate of its network")
        curve = Curve(experiment.objective, "loss", self.run.objective, 0, 0)
        counted = Curve(STEP, "muted", np.arange(float(len(self.run.objective))), 0, 1)
        super().__init__([curve, counted], [text], frame, False, ())

    @property
    def _is_low(self) -> bool:
        """True where the key is below its surface, in few rows."""
        return (
            self._given_rooms is not None and self._given_rooms[1].width > LOW * self._given_rooms[1].height
        )

    def _rooms(self, frame: Frame) -> tuple[Area, Area]:
        return self._given_rooms or super()._rooms(frame)

    def _axes(self, area: Area, levels: Sequence[float]) -> Space:  # type: ignore[override]
        inputs, targets = self.experiment.examples
        floor = [around(values.tolist(), MARGIN) for values in inputs.T]
        corners = np.array([[x, y] for x in floor[0] for y in floor[1]])
        outputs = [
            run.networks[step].forward(inputs).prediction[:, 0]
            for run in self._runs
            for step in self._seen(run)
        ]
        ends = [
            run.networks[step].forward(corners).prediction[:, 0]
            for run in self._runs
            for step in (self._seen(run)[0], len(run.objective) - 1)
        ]
        heights = np.concatenate([targets[:, 0], *outputs, *ends])
        ranges = [*floor, (float(heights.min()), float(heights.max()))]
        return Space(area, ranges, self.labels, ("input", "input", "target"))

    def _lines(self) -> list[CurveLine]:
        return [Prediction(self.axes, self.experiment)]

    def _room_for_level(self, blocks: VGroup) -> Line:
        if not self._is_low:
            return super()._room_for_level(blocks)
        return Line(blocks.get_corner(DL), blocks.get_corner(DL) + 0.1 * RIGHT)

    def _block(self, number: int, text: str) -> VGroup:
        """The word for the run, in the colour of its surface, and the line of its objective."""
        block = super()._block(number, text)
        name = words(text, em=theme.SIZES.body, colour=theme.colour("activation"))
        name.align_to(block[0], LEFT).on_baseline(0.0)
        if self._is_low:
            right = max(name.get_right()[0], self.numbers[0].get_right()[0]) + BETWEEN_RUNS
            self.numbers[1].align_to(np.array([right, 0, 0]), LEFT).on_baseline(0.0)
            last = named_number(STEP, self.curves[1].text(-1), "muted", theme.SIZES.label)
            room = Line(self.numbers[1].get_left(), self.numbers[1].get_left() + last.width * RIGHT)
            return VGroup(name, block[1], room.set_stroke(width=0))
        return VGroup(name, *block[1:])

    def _sample(self, curve: Curve) -> VMobject:
        """A gap, which is what the objective measures; the room of one beside the count of steps."""
        if curve.name == STEP:
            return Line(np.zeros(3), SAMPLE * RIGHT, stroke_width=0)
        return Line(np.zeros(3), SAMPLE * RIGHT, stroke_color=curve.colour, stroke_width=GAP)

    def show_step(self, step: float) -> None:
        """The surface after `step` steps, which may be between two steps."""
        for line in self.lines:
            assert isinstance(line, Prediction)
            line.show_network(self.run.network_at(step))

    @property
    def azimuth(self) -> float:
        """How far the view is turned about the vertical, in degrees."""
        return self.axes.azimuth

    def new_examples(self, step: int) -> list[VGroup]:
        """The network's own example in the picture, and its prediction and its target in the key, after some
        steps of training."""
        (line,) = self.lines
        assert isinstance(line, Prediction)
        trace = self.run.trace(step)
        names, em = self.experiment.network.names, theme.SIZES.label * self.key_scale
        numbers = [
            named_number(name, in_line(shown(trace.number(name), spec)), kind, em)
            for name, spec, kind in (
                (names.activations[-1][0], f".{DECIMALS}f", "activation"),
                (names.targets[0], "", "target"),
            )
        ]
        ring = Circle(radius=NEW_POINT, color=theme.colour("target"), stroke_width=NEW_RING)
        if self._is_low:
            start = self.numbers[0].get_right() + FROM_NUMBER * self.key_scale * RIGHT
        else:
            start = self._spot
        ring.next_to(start, RIGHT, buff=0)
        before = ring.get_right() + FROM_NUMBER / 2 * self.key_scale * RIGHT
        for number in numbers:
            number.next_to(before, RIGHT, buff=0)
            before = number.get_right() + FROM_NUMBER * self.key_scale * RIGHT
        row = VGroup(ring, *numbers)
        room = self._room - (start[0] - self.key.get_left()[0])
        row.scale(min(1.0, room / row.width), about_point=row.get_left())
        return [line.new, row]

    def clear_numbers(self) -> list[VMobject]:
        """Forget the numbers in the key with what is before them, and return them to be faded out."""
        block = self.key[0]
        gone: list[VMobject] = [*self.numbers, *block[1:]]
        block.remove(*block[1:])
        self.moving.remove(*self.numbers)
        self.numbers.clear()
        return gone

    def gap_of_new(self, step: int) -> Typeset:
        """How far the prediction for the network's own example is off after some steps of training, as an
        equation in the place of all that is in the key below the word for the run."""
        trace, names = self.run.trace(step), self.experiment.network.names
        terms = (names.activations[-1][0], "activation"), (names.targets[0], "target")
        digits = [shown(trace.number(terms[0][0]), f".{DECIMALS}f"), shown(trace.number(terms[1][0]))]
        gap = shown(float(digits[0]) - float(digits[1]), f".{DECIMALS}f")
        parts = [*(symbol(name) for name, _ in terms), *map(in_line, digits), in_line(gap)]
        kinds = [*(kind for _, kind in terms), *(kind for _, kind in terms), "loss"]
        first, second, third, fourth, last = (slot(number, part) for number, part in enumerate(parts))
        equation = Typeset(
            f"${first} - {second} = {third} - {fourth} = {last}$",
            plain=f"{terms[0][0]} - {terms[1][0]} = {digits[0]} - {digits[1]} = {gap}",
            em=theme.SIZES.number,
            colour=theme.colour("text"),
            slots=tuple(kinds),
            colours=tuple(map(theme.colour, kinds)),
        )
        left, name = float(self.key.get_left()[0]), self.key[0][0]
        equation.scale(min(1.0, self._room / equation.width))
        equation.next_to(name, DOWN, buff=ABOVE_GAP).align_to(np.array([left, 0.0, 0.0]), LEFT)
        return equation

    def turn(self, azimuth: float) -> None:
        """The view is turned so far about the vertical, in degrees."""
        self.axes.turn(azimuth)
        for line in self.lines:
            assert isinstance(line, Prediction)
            line.show_network(line.network_shown)

    def _seen(self, run: TrainingRun[Network, Trace]) -> list[int]:
        """The steps of a run that are looked at for the range of its predictions."""
        last = len(run.objective) - 1
        return [last] if self.is_trained else sorted({*range(0, last + 1, max(1, last // STEPS_SEEN)), last})
