"""The stage of chapters that train a network to classify points of the plane."""

from dataclasses import replace

import numpy as np
from manim import (
    UP,
    Animation,
    AnimationGroup,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.core.errors import StoryreelError
from storyreel.engine.network import Network
from storyreel.engine.trace import Trace
from storyreel.engine.training import Batches
from storyreel.engine.training_run import TrainingRun
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    crossing,
    draw,
    one_after_another,
    pop,
    slide,
    vanish,
)
from storyreel.graphics.plots.maps.class_names import ClassKey, names_on_map
from storyreel.graphics.plots.maps.decision_map import DecisionMap
from storyreel.graphics.plots.maps.map_point import MapPoint
from storyreel.graphics.plots.maps.map_training import MapTraining
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.stage.stage import Stage, few_words, needed
from storyreel.storyboard.cue import Count, Steps, Text, cue

MAP_SHARE, GAP = 0.52, 0.5
"""The part of the picture that the map has, and the units between it and the curve beside it."""
MAP_SHARE_IN_SQUARE = 0.6
"""That part in a square frame, in which the curve is below the map."""
LONGEST_NAME = 2.6
"""The largest width of a region's name, in letters of body size."""
ROOM_FOR_NAME = 0.7
"""Units above the curve for its name."""


class PlaneStage(Stage):
    """A stage with a map of the plane of two inputs that shows training."""

    plane: DecisionMap | None = None
    map_point: MapPoint | None = None
    training: MapTraining | None = None
    class_names: VGroup | None = None
    """The names of the classes on stage."""
    is_beside = False
    """True for a map beside a network."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.shown: list[VMobject] = []

    def keep(self, *shapes: VMobject) -> None:
        """Keep track of shapes on stage, for `clear_stage`."""
        self.shown += shapes

    def take_away(self, *shapes: VMobject) -> list[Animation]:
        """These shapes fade out and are no longer tracked."""
        self.shown = [shape for shape in self.shown if shape not in shapes]
        return [vanish(shape) for shape in shapes]

    def clear_stage(self) -> VGroup:
        """Forget everything on stage, and return it to be faded out."""
        before, self.shown, plane = self.shown, [], self.plane
        self.plane = self.map_point = self.training = self.class_names = None
        if plane is not None and id(plane.regions) not in set(map(id, self.get_mobject_family_members())):
            plane.remove(plane.regions)  # they would be seen for a moment as the map fades out
        return VGroup(*before)

    @property
    def _areas(self) -> tuple[Area, Area]:
        """The areas of the map and of the curve beside it."""
        is_square = not (self.frame.is_wide or self.frame.is_tall)
        share = MAP_SHARE_IN_SQUARE if is_square else MAP_SHARE
        area, beside = self.frame.halves(self.frame.whole, share, GAP, stacked=not self.frame.is_wide)
        return area, replace(beside, bottom=beside.bottom + 0.3, top=beside.top - ROOM_FOR_NAME)

    @property
    def _map(self) -> DecisionMap:
        return needed(self.plane, "there is no map of the plane on stage; begin with `show_data`")

    def map_area(self, beside: bool) -> Area:
        """The area of a map that is alone, or `beside` a network."""
        area = self._areas[0]
        return area if beside else area.shifted(float(self.frame.whole.centre[0] - area.centre[0]))

    def clear_for_map(self, beside: bool) -> VGroup:
        """What fades out before a map is drawn, alone or `beside` a network."""
        return self.clear_stage()

    def drop_map(self) -> list[VMobject]:
        """Forget the map, and return it to be faded out."""
        plane, self.plane, self.map_point = self.plane, None, None
        if plane is None:
            return []
        plane.remove(plane.regions)
        return [plane]

    @cue(
        seconds=1.8,
        requires=("a network", "data", "plane of inputs"),
        hides=(
            "network if no `beside`",
            "matrices",
            "map",
            "side map",
            "example gradients",
            "costs of batches",
            "two passes",
        ),
        shows=("map if no `beside`", "side map if `beside`"),
        opens=True,
    )
    def show_data(self, beside: bool = False) -> Animation:
        """The examples that the network is trained on appear as points of the plane of its two inputs.

        `beside`: where a network has room beside the map; one that is on stage stays, and one that is drawn
        next does not take the map's place.
        """
        inputs, targets = self.experiment.data_inputs, self.experiment.data_targets
        if inputs is None or targets is None:
            raise StoryreelError("the network has nothing to train on; give it `data`")
        old = self.plane
        before = self.clear_for_map(beside)
        area = self.map_area(beside)
        self.plane = plane = DecisionMap(self.experiment.network, inputs, targets, area)
        self.is_beside = beside
        plane.move_to(area.centre)
        plane.examples.set_z_index(1)
        self.keep(plane)
        if old is not None and old in before.submobjects:
            return self._map_moves(old, before)
        setting = AnimationGroup(appear(plane.frame), appear(plane.names))
        points = one_after_another([pop(point) for point in plane.examples], overlap=0.8)
        return Succession(crossing(before, setting).set_run_time(0.3), points.set_run_time(1.5))

    def _map_moves(self, old: DecisionMap, before: VGroup) -> Animation:
        """A map that was on stage becomes the new one, in its place, while all else fades out."""
        before.remove(old)
        plane = self._map
        parts = [(old.frame, plane.frame), *zip(old.names, plane.names, strict=True)]
        points = zip(old.examples, plane.examples, strict=True)
        rest = [part for part in old if part not in (old.frame, old.names, old.examples)]
        gone = [*before, *rest]
        leaving = [AnimationGroup(*map(vanish, gone)).set_run_time(0.5)] if gone else []
        moving = AnimationGroup(*(slide(*pair) for pair in (*parts, *points)))
        return Succession(*leaving, moving.set_run_time(1.3))

    @cue(
        seconds=1.8,
        requires=("map or side map", "example in data", "no ringed example"),
        shows="ringed example",
    )
    def point_out_example(self) -> Animation:
        """The chapter's own example, one of those on the map, gets a ring, and lines lead from it to its two
        coordinates at the edges. Where a network is drawn next, these go into its inputs."""
        plane = self._map
        self.map_point = mark = MapPoint(plane, self.experiment.trace)
        mark.set_z_index(1)
        moved = [(name, way) for name, way in zip(plane.names, mark.asides, strict=True) if way.any()]
        asides = [change(name).shift(way).build() for name, way in moved]
        plane.add(mark)  # with which it moves
        return Succession(
            AnimationGroup(draw(mark.ring), *asides),
            AnimationGroup(*map(draw, mark.lines), *map(appear, mark.numbers)),
        )

    @cue(seconds=1.0, requires="map")
    def colour_plane(self) -> Animation:
        """Each point of the plane takes the colour of the class that the untrained network predicts."""
        return appear(self._map.regions)

    @cue(
        seconds=1.6,
        requires=("map", "text for each class {texts}", "{texts} fits 2.6 at 0.42"),
    )
    def name_classes(self, texts: list[Text]) -> Animation:
        """The name of each class appears: with its marker beside the map, which moves to one side; or, after
        `train`, on the map near the examples of the class.

        `texts` are in the order of the classes. Of targets that say yes or no to two questions, the first is
        for no to both; then come yes to the first, yes to the second, and yes to both.
        """
        plane, (area, beside) = self._map, self._areas
        for text in texts:
            few_words(text, LONGEST_NAME, em=theme.SIZES.body)
        gone = self._class_names_leave()
        if self.training is not None:
            inputs, targets = self.experiment.examples
            classes, own = plane.classes_of(targets), self.experiment.inputs[0]
            self.class_names = names = VGroup(*names_on_map(plane, inputs, classes, texts, own))
            self.keep(names.set_z_index(1))
            return Succession(*gone, one_after_another([*map(appear, names)], overlap=0.4))
        self.class_names = key = ClassKey(texts, beside)
        self.keep(key)
        aside = AnimationGroup(self._map_goes_to(area), *gone)
        rows = [AnimationGroup(pop(marker), appear(name)) for marker, name in key.pairs]
        return Succession(aside, one_after_another(rows, overlap=0.4))

    def _map_goes_to(self, area: Area) -> Animation:
        """The map moves to the middle of an area, without its regions where these are not on stage yet."""
        plane = self._map
        way = area.centre - plane.get_center()
        if id(plane.regions) in set(map(id, self.get_mobject_family_members())):
            moved: VMobject = plane
        else:
            plane.regions.shift(way)
            moved = VGroup(*(part for part in plane if part is not plane.regions))
        goes: Animation = change(moved).shift(way).build()
        return goes

    def _class_names_leave(self) -> list[Animation]:
        """The names of the classes fade out, if they are on stage."""
        names, self.class_names = self.class_names, None
        return [] if names is None else self.take_away(names)

    @cue(seconds=4.8, requires=("map", "finite run {steps}"), shows="curve of cost on map")
    def train(self, steps: Steps) -> Animation:
        """The network is trained for a number of steps; the map and a curve of the cost follow."""
        plane = self._map
        run = self.experiment.run(steps)
        if not np.isfinite(run.objective).all():
            raise StoryreelError("the cost does not stay finite in this training; lower the learning rate")
        area, beside = self._areas
        self.training = training = MapTraining(plane, self._curve(run, beside), run)
        plot, moving = training.plot, training.moving
        aside = AnimationGroup(self._map_goes_to(area), *self._class_names_leave())
        self.keep(plot, moving)

        def move(_: Mobject, alpha: float) -> None:
            training.show(alpha)

        # Else Manim would show the plot's number at once, and not when its turn comes.
        running = UpdateFromAlphaFunc(VGroup(moving, plane.regions), move, rate_func=linear, introducer=True)
        setting = AnimationGroup(appear(plot), appear(moving))
        # The plot would fade in over the map while that is on its way.
        return Succession(aside.set_run_time(0.6), setting.set_run_time(0.5), running.set_run_time(3.7))

    def _curve(self, run: TrainingRun[Network, Trace], area: Area) -> RunPlot:
        """The curve of the cost in a run, at its start."""
        plot = RunPlot(area, self.experiment.objective, "loss", run.objective)
        # Where it does not overlap the curve's number.
        plot.names[1].next_to(at(plot.left, area.top), UP, buff=0.1)
        plot.show_step(0)
        return plot

    @cue(seconds=6.0, requires=("curve of cost", "finite run {steps}"))
    def take_batches(self, batch_size: Count, steps: Steps) -> Animation:
        """The training of `train` goes back to its start; then so many steps follow with mini-batches of
        `batch_size`: before each, its examples swell and the others are dimmed, and after it the curve and
        the colours of the map have those of the new network.
        """
        plane, before = self._map, needed(self.training, "`take_batches` comes after `train`")
        batched = self.experiment.in_batches(batch_size)
        run = batched.run(steps)
        if not np.isfinite(run.objective).all():
            raise StoryreelError("the cost does not stay finite in this training; lower the learning rate")
        rows = len(plane.examples)
        order = Batches(rows, min(batch_size, rows), batched.seed)
        batches = [np.isin(np.arange(rows), next(order)) for _ in range(steps)]
        self.training = training = MapTraining(plane, self._curve(run, self._areas[1]), run, batches)
        leaving = [shape for shape in self.shown if shape in (before.plot, before.moving)]
        self.shown = [shape for shape in self.shown if shape not in leaving]
        self.keep(training.plot, training.moving)

        def go_back(_: Mobject, alpha: float) -> None:
            before.show_regions(1 - alpha)

        def move(_: Mobject, alpha: float) -> None:
            training.take_steps(alpha)

        new = VGroup(training.moving, plane.regions, plane.examples)
        back = UpdateFromAlphaFunc(plane.regions, go_back, rate_func=linear)
        running = UpdateFromAlphaFunc(new, move, rate_func=linear, introducer=True)
        arriving = AnimationGroup(appear(training.plot), appear(training.moving))
        return Succession(
            AnimationGroup(back, *map(vanish, leaving)).set_run_time(1.2),
            arriving.set_run_time(0.6),
            running.set_run_time(4.2),
        )
