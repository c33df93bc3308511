"""The stage of chapters in which a dot takes steps of gradient descent over two weights."""

import numpy as np
from manim import Animation, AnimationGroup, Succession, UpdateFromAlphaFunc, VGroup, VMobject, linear

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import in_full
from storyreel.engine.training import Batches
from storyreel.graphics import theme
from storyreel.graphics.motion.trail import Trail, step_at
from storyreel.graphics.motion.verbs import appear, ease_travel, in_place_of, one_after_another, pop, vanish
from storyreel.graphics.parts.step_count import StepCount
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.adjustable.way_row import WayRow
from storyreel.graphics.plots.loss_bowl import LossBowl
from storyreel.graphics.plots.maps.map_arrow import MapArrow
from storyreel.graphics.text.rolling_number import sample_alphas
from storyreel.stage.surface_stage import SurfaceStage, descent
from storyreel.storyboard.cue import Count, Steps, Text, cue

RETURNING = 0.12
"""The share of the time of a descent in which the dot returns to where this one begins."""
NO_MAP = "there is no map on stage; begin with `plot_surface` or `plot_bowl`"
CLASSES_OF_WAYS = (0, 3)
"""The colours of classes that the second way and the third have; the first has that of text."""


class DescentStage(SurfaceStage):
    """A stage on which a dot takes steps down a landscape, on all data or on mini-batches.

    `used` is how many examples the steps of `descend` have used; `left_at` is where they have led to, once
    the dot has gone another way since then. `ways` are the rows beside a surface, one for each way from the
    network, of which `way` is the number of the one that is under way.
    """

    used = 0
    left_at: Array | None = None
    counter: StepCount | None = None

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.used, self.left_at, self.counter = 0, None, None
        self.ways: list[WayRow] = []
        self.way = 0
        self.slopes, self.arrows = VGroup(), VGroup()

    def take_down(self, *kept: VMobject) -> list[Animation]:
        """Everything on stage fades out, except `kept`; nothing is known of it from then on."""
        arrows = [*self.arrows]
        return [*super().take_down(*kept), *map(vanish, arrows)]

    @property
    def _bowl(self) -> LossBowl:
        if not isinstance(self.surface, LossBowl):
            raise StoryreelError("there is no surface on stage; begin with `plot_bowl`")
        return self.surface

    @cue(seconds=1.5, requires="map in three dimensions", shows="fog on map")
    def bring_fog(self) -> Animation:
        """Fog hides the surface but for what is near the dot, which sees no more of it than its slope."""
        return self._fog(1.0)

    @cue(seconds=1.5, requires=("map in three dimensions", "fog"), hides="fog")
    def lift_fog(self) -> Animation:
        """The fog of `bring_fog` lifts, and all of the surface is seen again."""
        if not self._bowl.fog:
            raise StoryreelError("there is no fog on stage; `bring_fog` brings it")
        return self._fog(0.0)

    @cue(
        seconds=1.2,
        requires=("map in three dimensions", "room for ways"),
        shows="slopes on map",
    )
    def show_slopes(self) -> Animation:
        """How steep the surface is at the dot, along each of its two weights, is written beside it: their
        gradients, in place of the learning rates of ways."""
        landscape, before = self._bowl.landscape, VGroup(*self.ways, *self.slopes)
        derivative = "cost.grad." if landscape.objective == "cost" else "grad."
        self.beside.remove(*before)
        self.ways, self.way, self.slopes = [], 0, VGroup()
        slopes = zip(landscape.names, landscape.gradient(self.place), self.layout.slopes, strict=True)
        for weight, slope, area in slopes:
            name = derivative + weight
            tag = Tag(name, landscape.notation.text(name, float(slope)), "gradient", self.layout.tag_em)
            self.slopes.add(area.place(tag, align="left"))
        self.beside.add(*self.slopes)
        return in_place_of(before, one_after_another([appear(tag) for tag in self.slopes]))

    def _fog(self, end: float) -> Animation:
        bowl = self._bowl
        start, bowl.fog = bowl.fog, max(end, bowl.fog)

        def show(_: object, alpha: float) -> None:
            bowl.show_fog(start + (end - start) * ease_travel(alpha))

        return UpdateFromAlphaFunc(VGroup(*bowl.standing), show, rate_func=linear)

    @cue(
        seconds=2.5,
        requires=("map", "data", "learning rate {learning_rate}", "trail {batches}"),
        shows="arrows downhill on map",
    )
    def point_downhill(
        self, learning_rate: float | None = None, batch_size: Count | None = None, batches: Count = 1
    ) -> Animation:
        """A bold arrow grows from the dot on the map, as long as a step on all data: of gradient descent with
        a learning rate, or of the network's optimiser. It leaves with the next steps.

        `batch_size`: instead, an arrow for each of the first `batches` mini-batches of so many examples, one
        after another. The bold arrow, used again, grows anew.
        """
        if (surface := self.surface) is None:
            raise StoryreelError("there is no map on stage; begin with `plot_surface` or `plot_bowl`")
        optimizer = self.experiment.optimizer if learning_rate is None else descent(learning_rate)
        landscape, rows, ends = surface.landscape, len(surface.landscape.inputs), list[Array]()
        if batch_size is None:
            ends.append(landscape.path(optimizer, 1, self.place)[1])
        else:
            picked = Batches(rows, min(batch_size, rows), self.experiment.seed)
            ends += [landscape.path(optimizer, 1, self.place, picked)[1] for _ in range(batches)]
        if not np.isfinite(ends).all():
            raise StoryreelError("this network diverges within a step; lower its learning rate")
        kind, start = "text" if batch_size is None else "weight", surface.point(self.place)
        arrows = [MapArrow(start, surface.point(end), kind, batch_size is None) for end in ends]
        before = [arrow for arrow in self.arrows if arrow.is_bold] if batch_size is None else []
        self.arrows.remove(*before)
        self.arrows.add(*arrows)
        growing = one_after_another([arrow.grows() for arrow in arrows], overlap=0.8)
        return AnimationGroup(*map(vanish, before), growing) if before else growing

    @cue(
        seconds=3.0,
        requires=(
            "map",
            "learning rate {learning_rate}",
            "trail {steps}",
            "finite descent {steps, learning_rate}",
        ),
        shows="descent on map",
    )
    def descend(
        self,
        steps: Steps,
        learning_rate: float | None = None,
        again: bool = False,
        seen: Text | None = None,
        across: float | None = None,
        up: float | None = None,
    ) -> Animation:
        """The dot on the map, or on the surface above it, takes steps of the network's optimiser, or of
        gradient descent with a learning rate, on all data at once; only these two weights change.

        It goes on where such steps have led it before. With `seen`, words for it, the number of examples
        that they have used, each as often as it was, is counted beside a map.

        `again`: from where the network is, and in another colour than the way before; with `across` or `up`,
        from where these weights have these values instead. Where `plot_bowl` has left room, the learning rate
        of each way and the cost at its end are beside the surface; where that is full, the ways before fade
        out.
        """
        elsewhere = self._start_at(across, up)
        return self._descend(steps, learning_rate, seen, again=again, elsewhere=elsewhere)

    def _start_at(self, across: float | None, up: float | None) -> Array | None:
        """The weights at which a way begins that does not begin at the network, in the order of the
        landscape; None for one that does."""
        if across is None and up is None:
            return None
        if (surface := self.surface) is None:
            raise StoryreelError(NO_MAP)
        start = surface.landscape.start.copy()
        order = (0, 1) if surface.landscape.names[0] == self.across else (1, 0)
        for place, value in zip(order, (across, up), strict=True):
            start[place] = start[place] if value is None else value
        ranges = surface.ranges
        if any(not low <= value <= high for value, (low, high) in zip(start, ranges, strict=True)):
            raise StoryreelError("there is no room for a start beyond the ends of the map")
        return start

    @cue(
        seconds=10.5,
        requires=(
            "map",
            "data",
            "learning rate {learning_rate}",
            "trail {steps}",
            "finite descent {steps, learning_rate}",
        ),
        shows="descent on map",
    )
    def descend_in_batches(
        self,
        batch_size: Count,
        steps: Steps,
        learning_rate: float | None = None,
        seen: Text | None = None,
    ) -> Animation:
        """The dot on the map returns to the network and takes steps as with `descend`, but each on a
        mini-batch of `batch_size` examples, picked at random. This way has the colour of weights; that of
        `descend` stays beside it. With `seen`, the examples of these steps are counted.
        """
        return self._descend(steps, learning_rate, seen, batch_size)

    def _descend(
        self,
        steps: int,
        learning_rate: float | None,
        seen: str | None,
        batch_size: int | None = None,
        again: bool = False,
        elsewhere: Array | None = None,
    ) -> Animation:
        if (surface := self.surface) is None:
            raise StoryreelError(NO_MAP)
        optimizer = self.experiment.optimizer if learning_rate is None else descent(learning_rate)
        names = surface.landscape.names
        if not any(name in self.experiment.network.trained for name in names):
            raise StoryreelError(f"neither {names[0]!r} nor {names[1]!r} is trained, so no step changes them")
        rows = len(surface.landscape.inputs)
        kind, start, used, batches = "text", self.place, rows, None
        gone = VGroup()
        if batch_size is not None:
            kind, start, used = "weight", surface.landscape.start, min(batch_size, rows)
            batches = Batches(rows, used, self.experiment.seed)
        elif again or elsewhere is not None:
            start = surface.landscape.start if elsewhere is None else elsewhere
            self.way, self.used = self.way + 1, 0
            if self.has_ways and self.way == len(self.layout.ways):
                gone.add(*self.trails)
                self.way, self.trails = 0, []
        elif self.left_at is not None:
            start = self.left_at
        returning = RETURNING * (not np.array_equal(start, self.place))
        first = self.used if batches is None else 0
        paint = self._paint_of_way if batches is None else ""
        trails = {Trail(steps, kind, paint=paint): surface.point}
        if isinstance(surface, LossBowl):
            bold = Trail(steps, kind, is_bold=True, paint=paint)
            trails = {bold: surface.point, Trail(steps, "muted", paint=paint): surface.shadow}
        path = surface.landscape.path(optimizer, steps, start, batches)
        if not np.isfinite(path).all():
            raise StoryreelError(f"this network diverges within {steps} steps; lower its learning rate")
        corners = {trail: [point(place) for place in path] for trail, point in trails.items()}
        self.trails += trails
        before = self.place
        if batches is None:
            self.used, self.left_at = first + steps * used, None
        elif self.left_at is None:
            self.left_at = self.place
        count = self._count(seen)

        def at_time(alpha: float) -> np.ndarray:
            if alpha < returning:
                return before if alpha < returning / 2 else start
            number, share = step_at((alpha - returning) / (1 - returning), steps)
            return np.asarray(path[number] + (path[number + 1] - path[number]) * share)

        changes = self.tags.rolling_numbers(surface.landscape, [at_time(alpha) for alpha in sample_alphas()])

        def move(_: object, alpha: float) -> None:
            place = at_time(alpha)
            # It fades out and in, as a way back across the map would look like a step.
            seen = abs(1 - 2 * alpha / returning) if alpha < returning else 1.0
            surface.stand_at(place)
            surface.show_dot(seen)
            if alpha >= returning:
                number, share = step_at((alpha - returning) / (1 - returning), steps)
                for trail, point in trails.items():
                    trail.extend(corners[trail][: number + 1], point(place))
                for counter in count:
                    counter.set_step(first + round((number + share) * used))
            self.tags.show_place(surface.landscape, at_time(alpha), changes, alpha)

        self.place = path[-1]
        moved = VGroup(*trails, *surface.standing, self.tags, *count)
        walked: Animation = UpdateFromAlphaFunc(moved, move, rate_func=linear)
        if arrows := [*self.arrows]:
            self.arrows = VGroup()
            walked = AnimationGroup(*map(vanish, arrows), walked.set_run_time(6.0))
        if not self.has_ways:
            return walked
        rate = self.experiment.optimizer.learning_rate if learning_rate is None else learning_rate
        way = self._with_rate(rate, walked.set_run_time(3.0))
        return Succession(vanish(gone).set_run_time(0.3), way) if len(gone) else way

    def _count(self, words: str | None) -> list[StepCount]:
        """The number of examples, if there are words for it, on stage with what is beside the map."""
        if words is None:
            return []
        if self.counter is None or self.counter not in self.beside.submobjects:
            self.counter = StepCount(words, self.layout.seen)
            self.beside.add(self.counter)
        return [self.counter]

    @property
    def _paint_of_way(self) -> str:
        """The colour of the way under way; "" for the first, which has that of text."""
        colours = theme.class_colours()
        return "" if not self.way else colours[CLASSES_OF_WAYS[(self.way - 1) % len(CLASSES_OF_WAYS)]]

    def _with_rate(self, rate: float, walked: Animation) -> Animation:
        """A way with its learning rate, in its colour, and then the cost at its end, beside the surface."""
        bowl, areas = self._bowl, self.layout.ways
        landscape, leaving = bowl.landscape, [*self.slopes]
        self.slopes = VGroup()
        goes_on = len(self.ways) == self.way + 1
        if len(self.ways) == len(areas) and not goes_on:
            leaving, self.ways, self.way = [*leaving, *self.ways], [], 0
        text = landscape.notation.text(landscape.objective, landscape.loss(self.place))
        paint = self._paint_of_way or theme.colour("text")
        row = WayRow(in_full(rate), landscape.objective, text, areas[self.way], paint)
        shown = appear(row.rate)
        if goes_on:
            leaving.append(self.ways.pop())
        self.ways.append(row)
        self.beside.add(row)
        self.beside.remove(*leaving)
        gone = [vanish(VGroup(*leaving))] if leaving else []
        return Succession(
            AnimationGroup(*gone, shown, run_time=0.4), walked, pop(row.result).set_run_time(0.4)
        )
