"""The stage of chapters that show the cost or the loss over two weights, as a map or in three dimensions."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    GrowFromCenter,
    Succession,
    Transform,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.engine.optimizers import GradientDescent as Descent
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.trail import Trail
from storyreel.graphics.motion.verbs import (
    appear,
    ease_out,
    one_after_another,
    slide,
    vanish,
)
from storyreel.graphics.parts.map_tags import MapTags
from storyreel.graphics.plots.adjustable.adjustable_loss_curve import AdjustableLossCurve
from storyreel.graphics.plots.adjustable.curve_tags import SHORT
from storyreel.graphics.plots.descent_layout import DescentLayout
from storyreel.graphics.plots.loss_bowl import LossBowl
from storyreel.graphics.plots.loss_curve import LossCurve, Range
from storyreel.graphics.plots.maps.loss_map import LossMap
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import NetworkName, ParameterName, Steps, cue

SAMPLED = 41
"""The values of each weight at which the highest loss of a surface is looked for."""
SECOND = {"weight": "v", "bias": "c"}
"""What the second of two plotted weights, or of two biases, is called, if names are short."""
FLAT = 3.0
"""How many times as high the slice over one of two weights is where that over the other counts as flat."""


class SurfaceStage(Stage):
    """A stage with a plot of what training lowers over two weights, into which a curve over one can turn."""

    curve: AdjustableLossCurve | None = None
    surface: LossMap | LossBowl | None = None
    trails: list[Trail]
    across = ""
    """The first weight of the map, as its author named them."""
    trained: tuple[Experiment, int] | None = None
    """The network that a surface is about, and after how many steps of its training, if it is not that of the
    chapter before training."""
    has_ways = False
    """True where there is room for the learning rates of ways beside a surface."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.curve = None
        self.surface = None
        self.beside = VGroup()  # tags and key
        self.trails = []
        self.trained = None
        self.has_ways = False
        self.fills = False
        """True where the plot of a curve fills a wide frame."""

    @property
    def layout(self) -> DescentLayout:
        """The areas of the picture."""
        return DescentLayout(self.frame, self.has_ways, self.fills)

    def landscape(self, *names: str) -> LossLandscape:
        """What training lowers over these weights."""
        experiment, step = self.trained or (self.experiment, 0)
        landscape = LossLandscape.of(experiment, names)
        return replace(landscape, network=experiment.run(step).network_at(step)) if step else landscape

    @abstractmethod
    def on_picture(self) -> list[VMobject]:
        """All that is on stage but the surface, what is beside it, and trails."""

    def take_down(self, *kept: VMobject) -> list[Animation]:
        """Everything on stage fades out, except `kept`; nothing is known of it from then on."""
        gone: list[VMobject] = [*self.on_picture(), *self.trails, *self.beside]
        if self.surface is not None:
            gone.append(self.surface)
        self.setup()
        return [vanish(shape) for shape in gone if shape not in kept]

    @cue(
        seconds=3.4,
        requires=("a network", "two weights {across, up}"),
        hides=("output curve", "curve", "map"),
        shows="map",
    )
    def plot_surface(self, across: ParameterName, up: ParameterName, short: bool = False) -> Animation:
        """The cost or loss over two weights or biases appears as a contour map, the lower the darker, with a
        dot for the network.

        A curve on stage becomes the line of the map that it was the cross-section of. The surface of
        `plot_bowl` over the same two, `across` first, turns until it is seen from above, with its axes, their
        ranges and the dot where it is; but not one that is drawn with the second growing towards the viewer.

        `short`: as no others are on stage, the two are called just w and v; biases b and c.
        """
        bowl = self.surface
        self.across = across
        if isinstance(bowl, LossBowl) and bowl.landscape.names == (across, up) and not bowl.is_mirrored:
            return self._seen_from_above(bowl)
        landscape, before = self._over_two(across, up, short), self.curve
        loss_map = LossMap(self.layout.map, landscape)
        marker = loss_map.marker
        here: Animation = GrowFromCenter(marker, rate_func=ease_out)
        cut = VGroup()
        if before is not None and before.weight in (across, up):
            before.point.remove(before.marker)  # else there would be two dots while the point fades out
            here = slide(before.marker, marker)
            # The graph is on stage and leaves after the bands; a new shape would appear at once.
            cut.add(before.parts["graph"])
            leaving = self.take_down(cut[0])
            leaving.append(Transform(cut[0], loss_map.cut(before.weight), rate_func=ease_out))
        else:
            leaving = self.take_down()
        tags = self._take(loss_map, self.layout.map_tags)
        self.beside.add(key := loss_map.key(self.layout.key))
        bands = one_after_another([appear(band) for band in loss_map.bands], overlap=0.7)
        return Succession(
            AnimationGroup(*leaving, here, run_time=0.7),
            AnimationGroup(*map(appear, (loss_map.background, loss_map.frame, loss_map.axes)), run_time=0.6),
            AnimationGroup(bands, *map(vanish, cut), run_time=1.6),
            AnimationGroup(appear(tags), appear(key), run_time=0.8),
        )

    @cue(
        seconds=4.0,
        requires=(
            "a network",
            "two weights {across, up}",
            "learning rate {learning_rate}",
            "trail {steps}",
            "same layers {network}",
            "finite run of {network, trained_for}",
        ),
        hides=("output curve", "curve", "map"),
        shows=("map", "map in three dimensions", "room for ways on map if `learning_rate`"),
    )
    def plot_bowl(
        self,
        across: ParameterName,
        up: ParameterName,
        learning_rate: float | None = None,
        steps: Steps = 1,
        network: NetworkName | None = None,
        trained_for: Steps | None = None,
        reach: float | None = None,
        short: bool = False,
    ) -> Animation:
        """The cost or loss over two weights or biases appears as a surface in three dimensions, with a
        dot for the network and its shadow on the floor.

        A curve over one of them that is on stage is seen to be a slice of the surface: the view turns to the
        side, and the surface grows from it. Without one, that is the slice over `across`, or over `up` where
        the other is flat beside it.

        With a learning rate, it is wide enough for so many `steps` of gradient descent from the network, and
        beside it is room for the learning rates of ways that `descend` shows.

        `trained_for`: around where so many steps of training, of all weights and biases, have led to.
        `network`: that of another network with the same layers. `reach`: as far as this from there, for both
        weights, and from a cost or loss of 0 on, so that flat ground is seen to be flat.
        `short`: as no others are on stage, the two are called just w and v; biases b and c.
        """
        self.across = across
        experiment = self.performance.experiments[network] if network else self.experiment
        if _form(experiment) != _form(self.experiment):
            raise StoryreelError(f"`{network}` has other layers")
        is_other, before = bool(network or trained_for or reach), self.curve
        self.trained = trained = (experiment, trained_for or 0) if is_other else None
        is_over_it = before is not None and before.weight in (across, up)
        over = before.weight if before is not None and is_over_it else self._steeper(across, up)
        landscape = self._over_two(over, up if over == across else across, short)
        ranges = [None, None] if reach is None else _ranges_within(reach, landscape)
        axes, others = (
            LossCurve(self.layout.plot, self.landscape(name), ranges=its)
            for name, its in zip(landscape.names, ranges, strict=True)
        )
        continued = before is not None and over == before.weight and before.is_of_network and not is_other
        kept = (before.parts["graph"], before.marker) if before is not None and continued else ()
        layout = DescentLayout(self.frame, has_ways=learning_rate is not None)
        path = None if learning_rate is None else landscape.path(descent(learning_rate), steps)
        curve, marker = kept or (None, None)
        bowl = LossBowl(axes, others, layout.surface, landscape, curve, marker, path)
        if before is not None and continued:
            before.point.remove(before.marker)
        leaving = self.take_down(*kept)
        self.trained, self.has_ways = trained, layout.has_ways
        turning = UpdateFromAlphaFunc(
            bowl, lambda _, alpha: bowl.turn(alpha), rate_func=linear, introducer=True, run_time=3.2
        )
        if continued:
            begun: Animation = AnimationGroup(AnimationGroup(*leaving, run_time=0.5), turning)
        else:
            begun = Succession(AnimationGroup(*leaving, appear(bowl), run_time=0.6), turning)
        return Succession(begun, appear(self._take(bowl, self.layout.surface_tags)))

    @cue(
        seconds=4.0,
        requires=("map in three dimensions", "slice {over}"),
        hides="map",
        shows="curve over {over}",
    )
    def slice_bowl(self, over: ParameterName) -> Animation:
        """The view turns until the slice of the surface over one of its weights is seen from the front, as a
        curve like that of `plot_loss`; the dot returns to the network.

        Where that curve has to be drawn at quite another scale, the surface fades out and the curve in.
        """
        bowl = self.surface
        if not isinstance(bowl, LossBowl):
            raise StoryreelError("there is no surface on stage; begin with `plot_bowl`")
        if over not in bowl.landscape.names:
            raise StoryreelError(f"the surface is not over {over!r}, so it has no slice over it")
        start, is_first = self.place, over == bowl.landscape.names[0]

        leaving = [vanish(shape) for shape in (*self.trails, *self.beside)]
        self.setup()
        self.curve = curve = AdjustableLossCurve(self.layout, self.landscape(over))
        if not (bowl.can_turn_back if is_first else bowl.can_turn_on):
            shapes = [*curve.parts.values()]
            fading = AnimationGroup(*leaving, vanish(bowl), run_time=0.8)
            return Succession(fading, AnimationGroup(appear(curve.axes), *map(appear, shapes), run_time=0.8))
        line = curve.take(bowl.slice if is_first else bowl.other_slice, bowl.marker)

        def show(_: object, alpha: float) -> None:
            if is_first:
                bowl.place = bowl.landscape.start + (start - bowl.landscape.start) * (1 - alpha)
                bowl.turn(1 - alpha)
            else:
                bowl.turn_on(alpha, start)
            line.set_z_index(1 if alpha < 1 else 0)

        turning = UpdateFromAlphaFunc(bowl, show, rate_func=linear, run_time=3.0)
        gone = [part for part in bowl if part not in (line, bowl.marker)]
        lines, _ = curve.point
        coming = [curve.axes, lines, *curve.tags.values()]
        swapped = AnimationGroup(*map(vanish, gone), *map(appear, coming), run_time=0.8)
        return Succession(AnimationGroup(AnimationGroup(*leaving, run_time=0.5), turning), swapped)

    def _steeper(self, across: str, up: str) -> str:
        """`across`, or `up` where the slice over that is so much higher that the other's scale is too small
        for the surface."""
        heights = [np.ptp(LossCurve(self.layout.plot, self.landscape(name)).y_range) for name in (across, up)]
        return up if heights[1] > FLAT * heights[0] else across

    def _over_two(self, across: str, up: str, short: bool) -> LossLandscape:
        if across == up:
            raise StoryreelError("a map is over two different weights")
        landscape = self.landscape(across, up)
        first, second = (landscape.kind(name) for name in landscape.names)
        called = SHORT[first], SHORT[second] if first != second else SECOND[second]
        return replace(landscape, called=called) if short else landscape

    def _seen_from_above(self, bowl: LossBowl) -> Animation:
        """The view turns from a surface on stage to its map, with the dot where it is."""
        place, trails, before = self.place, self.trails, self.tags
        loss_map = LossMap(self.layout.map, bowl.landscape, (bowl.x_range, bowl.into_range))
        loss_map.stand_at(place)
        axes = loss_map.axes
        above = bowl.view_from_above(axes.left, axes.bottom, axes.right, axes.top)
        self.setup()
        tags = self._take(loss_map, self.layout.map_tags, place)
        self.beside.add(key := loss_map.key(self.layout.key))
        turning = UpdateFromAlphaFunc(bowl, lambda _, alpha: bowl.turn_over(alpha, above), rate_func=linear)
        leaving, moving, coming = [*map(vanish, trails)], list[Animation](), [appear(key)]
        if self.frame.is_wide:  # where tags stay in a column; else they would cross one another
            moving = [slide(tag, its) for tag, its in zip(before, tags, strict=True)]
        else:
            leaving.append(vanish(before))
            coming.append(appear(tags))
        shapes = (loss_map.background, loss_map.bands, loss_map.frame, axes)
        gone = [part for part in bowl if part is not bowl.marker]
        return Succession(
            *([AnimationGroup(*leaving, run_time=0.3)] if leaving else []),
            AnimationGroup(*moving, turning, run_time=2.0),
            AnimationGroup(*map(appear, shapes), slide(bowl.marker, loss_map.marker), run_time=0.5),
            AnimationGroup(*map(vanish, gone), *coming, run_time=0.9),
        )

    def _take(
        self, surface: LossMap | LossBowl, areas: Sequence[Area], place: Array | None = None
    ) -> MapTags:
        self.surface = surface
        self.place = surface.landscape.start if place is None else place
        self.tags = MapTags(surface.landscape, self.place, areas, self.layout.tag_em)
        self.beside = VGroup(self.tags)
        return self.tags


def _form(experiment: Experiment) -> list[tuple[tuple[int, ...], bool, str]]:
    """What networks with the same weights and biases have in common: the layers, but for their numbers."""
    layers = experiment.network.layers
    return [(layer.weights.shape, layer.bias is not None, layer.activation.name) for layer in layers]


def _ranges_within(reach: float, landscape: LossLandscape) -> list[tuple[Range, Range]]:
    """The ranges of both weights as far as `reach` from where the network is, each with that of the loss."""
    if not 0 < reach < np.inf:
        raise StoryreelError("a surface reaches as far as a number above 0")
    sides = [(float(value - reach), float(value + reach)) for value in landscape.start]
    losses = landscape.grid(*(np.linspace(*side, SAMPLED) for side in sides))
    return [(side, (0.0, float(losses.max()))) for side in sides]


def descent(learning_rate: float) -> Descent:
    """Gradient descent; raises StoryreelError where the learning rate is not above 0."""
    try:
        return Descent(learning_rate)
    except ValueError as error:
        raise StoryreelError(str(error)) from error
