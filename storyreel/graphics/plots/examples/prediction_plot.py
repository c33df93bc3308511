"""What a network predicts, as a surface over its two inputs, with the examples as points above the floor."""

from collections.abc import Sequence

import numpy as np
from manim import LEFT, UL, UP, UR, Dot, Line, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.curves import around
from storyreel.engine.experiment import Experiment
from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame
from storyreel.graphics.parts.surface_mesh import SurfaceMesh
from storyreel.graphics.parts.surface_scale import SurfaceScale
from storyreel.graphics.parts.surface_view import turned_view
from storyreel.graphics.plots.axes import TICK_HEIGHT, TICK_WIDTH, most_ticks
from storyreel.graphics.plots.examples.runs_plot import STEP, Curve, CurveLine, RunsPlot
from storyreel.graphics.plots.ticks import ticks
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.typeset import words

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
ROOM_LEFT, ROOM_BELOW, ROOM_ABOVE, TO_NAME = 1.0, 0.55, 0.75, 0.12
"""Units beside the space for the names and numbers of its axes, and between numbers and names."""


class Prediction(CurveLine):
    """The surface of a prediction in a space, and for each example a post, a point at its target, and a line
    from there to the surface."""

    def __init__(self, space: "Space", experiment: Experiment) -> None:
        inputs, targets = experiment.examples
        self.space, self.inputs, self.targets = space, inputs, targets[:, 0]
        self.mesh = space.surface(experiment.network)
        self.mesh.set_opacity(OPAQUE)
        rows = range(len(inputs))
        thin, muted = theme.SPACING.thin_stroke, theme.colour("muted")
        self.posts = VGroup(
            *(VMobject(stroke_color=muted, stroke_width=thin, stroke_opacity=POST) for _ in rows)
        )
        self.gaps = VGroup(
            *(VMobject(stroke_color=theme.colour("loss"), stroke_width=GAP).set_z_index(2) for _ in rows)
        )
        self.feet = VGroup(*(Dot(radius=FOOT, color=theme.colour("activation")).set_z_index(3) for _ in rows))
        places = space.places(inputs, self.targets)
        self.points_of_targets = VGroup(
            *(
                Dot(spot, radius=POINT, color=theme.colour("target")).set_z_index(3)
                for spot in space.view.surface(places)
            )
        )
        for post, ends in zip(
            self.posts, np.stack([space.view.floor(places), space.view.surface(places)], axis=1), strict=True
        ):
            post.points = polyline(ends)
        VGroup.__init__(self, self.posts, self.mesh, self.gaps, self.feet, self.points_of_targets)

    def show_network(self, network: Network) -> None:
        """The surface of a network's predictions, and the gaps to it."""
        for shape, new in zip(self.mesh, self.space.surface(network), strict=True):
            shape.points, shape.fill_rgbas, shape.z_index = new.points, new.fill_rgbas, new.z_index
        predicted = network.forward(self.inputs).prediction[:, 0]
        spots = self.space.view.surface(self.space.places(self.inputs, predicted))
        ends = zip(self.gaps, self.feet, self.points_of_targets, spots, strict=True)
        for gap, foot, point, spot in ends:
            gap.points = polyline(np.stack([point.get_center(), spot]))
            foot.move_to(spot)


class Space(VGroup):
    """The floor of two inputs and the axis of the output above it, with ticks and names, seen from above and
    one side. `view` turns points in space, which `places` gives, into points of the frame."""

    def __init__(
        self, area: Area, ranges: Sequence[tuple[float, float]], labels: Sequence[str], kinds: Sequence[str]
    ) -> None:
        self.ranges = tuple(ranges)
        half = WIDE / 2
        room = Area(
            area.name, area.left + ROOM_LEFT, area.bottom + ROOM_BELOW, area.right, area.top - ROOM_ABOVE
        )
        self.view = turned_view(np.array([[-half, -half, 0.0], [half, half, HIGH]]), room, True)
        line, thin = theme.colour("line"), theme.SPACING.thin_stroke
        corners = np.array(
            [[x, y, 0.0] for x, y in ((-half, -half), (half, -half), (half, half), (-half, half))]
        )
        near, right, _, left = self.view.floor(corners)
        foot, head = self.view.surface(corners[3] + np.outer([0.0, HIGH], [0, 0, 1]))
        edges = ((near, right, TICK_WIDTH), (near, left, TICK_WIDTH), (foot, head, TICK_HEIGHT))
        values = [
            ticks(*ends, most_ticks(float(np.linalg.norm(end - start)), need))
            for ends, (start, end, need) in zip(ranges, edges, strict=True)
        ]
        grid = [VMobject(stroke_color=line, stroke_width=thin) for _ in range(len(values[0] + values[1]) + 2)]
        lines = [corners[[0, 1, 2, 3, 0]], corners[3] + np.outer([0.0, HIGH], [0, 0, 1])]
        for axis, side in ((0, 1), (1, 0)):
            for value in values[axis]:
                across = np.zeros((2, 3))
                across[:, axis] = self._along(axis, np.array(value))
                across[:, side] = -half, half
                lines.append(across)
        for shape, line_ends in zip(grid, lines, strict=True):
            shape.points = polyline(self.view.surface(line_ends))
        VGroup(*grid[2:]).set_stroke(opacity=0.5)
        super().__init__(*grid)
        for (start, end, _), ends, each, label, kind in zip(
            edges, ranges, values, labels, kinds, strict=True
        ):
            scale = SurfaceScale(each)
            along = (end - start) / np.linalg.norm(end - start)
            away = LEFT if start is foot else np.array([-along[1], along[0], 0.0])
            if start is near and away[1] > 0:
                away = -away
            scale.place(start, end, ends, away)
            name = words(label, em=theme.SIZES.body, colour=theme.colour(kind))
            if start is foot:
                name.next_to(head, UP, buff=0.2)
                name.shift(max(0.0, area.left - float(name.get_left()[0])) * -LEFT)
            else:
                spot = (start + end) / 2 + away * (scale.reach(away) + TO_NAME)
                name.move_to(spot, aligned_edge=UL if away[0] > 0 else UR)
            self.add(scale, name)

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
    has room for the runs of `others`, too, which have the same data. All else is as in a `RunsPlot`.
    """

    axes: Space  # type: ignore[assignment]

    def __init__(
        self,
        experiment: Experiment,
        steps: int,
        text: str,
        labels: Sequence[str],
        frame: Frame,
        others: Sequence[Experiment] = (),
    ) -> None:
        self.experiment, self.labels = experiment, tuple(labels)
        self.run = experiment.run(steps)
        self._runs = [self.run, *(other.run(steps) for other in others)]
        if not np.isfinite(self.run.objective).all():
            raise StoryreelError("the run diverges; lower the learning rate of its network")
        curve = Curve(experiment.objective, "loss", self.run.objective, 0, 0)
        counted = Curve(STEP, "muted", np.arange(float(len(self.run.objective))), 0, 1)
        super().__init__([curve, counted], [text], frame, False, ())

    def _axes(self, area: Area, levels: Sequence[float]) -> Space:  # type: ignore[override]
        inputs, targets = self.experiment.examples
        last = len(self.run.objective) - 1
        seen = {*range(0, last + 1, max(1, last // STEPS_SEEN)), last}
        floor = [around(values.tolist(), MARGIN) for values in inputs.T]
        corners = np.array([[x, y] for x in floor[0] for y in floor[1]])
        outputs = [
            run.networks[step].forward(inputs).prediction[:, 0] for run in self._runs for step in sorted(seen)
        ]
        ends = [
            run.networks[step].forward(corners).prediction[:, 0] for run in self._runs for step in (0, last)
        ]
        heights = np.concatenate([targets[:, 0], *outputs, *ends])
        ranges = [*floor, (float(heights.min()), float(heights.max()))]
        return Space(area, ranges, self.labels, ("input", "input", "target"))

    def _lines(self) -> list[CurveLine]:
        return [Prediction(self.axes, self.experiment)]

    def _block(self, number: int, text: str) -> VGroup:
        """The word for the run, in the colour of its surface, and the line of its objective."""
        block = super()._block(number, text)
        name = words(text, em=theme.SIZES.body, colour=theme.colour("activation"))
        return VGroup(name.align_to(block[0], LEFT).on_baseline(0.0), *block[1:])

    def _sample(self, curve: Curve) -> VMobject:
        """A gap, which is what the objective measures; the room of one beside the count of steps."""
        if curve.name == STEP:
            return Line(np.zeros(3), 0.55 * -LEFT, stroke_width=0)
        return Line(np.zeros(3), 0.55 * -LEFT, stroke_color=curve.colour, stroke_width=GAP)

    def show_step(self, step: float) -> None:
        """The surface after `step` steps, which may be between two steps."""
        for line in self.lines:
            assert isinstance(line, Prediction)
            line.show_network(self.run.network_at(step))
