"""The cost or the loss over two weights as a surface in three dimensions on its floor."""

from dataclasses import replace

import numpy as np
from manim import LEFT, UP, Dot, VGroup, VMobject, smoothstep

from storyreel.core.arrays import Array
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.parts.surface_mesh import SurfaceMesh
from storyreel.graphics.parts.surface_scale import SurfaceScale
from storyreel.graphics.parts.surface_view import SurfaceView, turned_view, view_from_above
from storyreel.graphics.plots.axes import TICK_HEIGHT, TICK_WIDTH, most_ticks
from storyreel.graphics.plots.dashes import Dashes
from storyreel.graphics.plots.loss_curve import LossCurve
from storyreel.graphics.plots.ticks import ticks
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import maths

BEYOND_PATH = 0.06
"""The room on the floor beyond a path, as a share of what the range has without it."""
CLEAR, MISTY, THICKEST = 0.9, 1.1, 0.05
"""Units from the dot up to which fog hides nothing of the surface, from there to where it is thickest, and
what is seen through it there."""
NAME_AT = 0.62
"""Where the name of a weight stands, as a share of its edge."""
COLUMNS, ROWS = 24, 36
"""The polygons of the surface from left to right, and into the depth, along which its shades are seen."""
DEPTH = 1.0
"""The depth of the floor in its widths."""
EDGED, GROWN, NAMED, JOINED = (0.0, 0.15), (0.2, 0.8), (0.92, 1.0), (0.55, 1.0)
"""When the edge of the floor appears, the surface grows from the slice, and the names of the axes and what
joins the surface to the floor appear, in shares of the turn."""
GROWN_DEEP = (0.75, 1.0)
"""When a surface grows that is far lower than the slice, and only then has room in the area."""
FADED, UNSEEN = (0.0, 0.35), (0.45, 0.95)
"""When what joins both and the names disappear, and when the surface, in shares of the turn to the other
slice."""
PANE, POST = 0.14, 0.7
"""The opacities of the pane below the slice, and of the lines from the corners of the floor upwards."""
SIMILAR = 2.0
"""How many times as high in the frame as the other one a slice may be."""
SOFT = 0.25
"""The share of its growth in which a polygon fades in."""
ROOM_LEFT, ROOM_BELOW, ROOM_ASIDE, NAME = 0.75, 0.65, 0.2, 0.38
"""Units to the left of the picture, below it, and above it and to its right, for the names and numbers of its
axes; and from an axis to the middle of its name."""


class LossBowl(VGroup):
    """The surface of a landscape of two weights, of which `axes` show the slice over the first, and `others`
    that over the second, each at the network's value of the other weight.

    `turn` shows the moments between the first slice, seen from the front, and the surface in three dimensions
    in the area; `turn_on` those from there to the other slice, if it `can_turn_on`, because both have similar
    heights; `turn_over` those to a view from above. `point` and `shadow` are the points of the frame for two
    weights on the surface and on the floor, which is as high as its lowest place. How high the surface is is
    seen by a `pane` from the first slice down to its `cut` through the floor, and by `posts` at the corners
    of both.

    `slice` and `marker`, the first slice and the dot, may be those of a curve on stage. The floor has all
    places of a `path`, (places, 2), too; `fog`, from 0 to 1, hides what is not near the dot.
    """

    def __init__(
        self,
        axes: LossCurve,
        others: LossCurve,
        area: Area,
        landscape: LossLandscape,
        curve: VMobject | None = None,
        marker: VMobject | None = None,
        path: Array | None = None,
    ) -> None:
        super().__init__()
        self.landscape = landscape
        self._axes = axes
        self._top = axes.top - axes.bottom
        self._wide = axes.right - axes.left
        visible = np.empty((0, 2)) if path is None else path[np.isfinite(path).all(axis=1)]
        self.x_range, self.into_range = (
            _widened(each.x_range, column) for each, column in zip((axes, others), visible.T, strict=True)
        )
        self.can_turn_back = self.x_range == axes.x_range
        across = np.linspace(*self.x_range, COLUMNS + 1)
        into = np.linspace(*self.into_range, ROWS + 1)
        self._direction = 1
        places = self._places(across, into)
        edges = np.minimum(places[[0, -1], :, 2], self._top).mean(axis=1)
        if edges[0] > edges[1]:  # the lower edge is nearer to the viewer
            self._direction = -1
            places = self._places(across, into)[::-1]
        corners = places[[0, 0, -1, -1], [0, -1, 0, -1]]
        self._corners = corners[corners[:, 2] <= self._top]
        self.mesh = SurfaceMesh(places[0, :, 0], places[:, 0, 1], places[..., 2], self._top, "loss")
        near = places[0, [0, -1], 2]  # of which the lower is the nearest corner
        front = SurfaceView(x=(axes.left + axes.right) / 2, y=axes.bottom)
        half, deep = self._wide / 2, places[[0, -1], 0, 1]
        box = np.array([[-half, deep[0], self.mesh.lowest], [half, deep[1], self._top]])
        self.views = front, turned_view(box, _without_edge(area), bool(near[0] < near[1])), self._side(others)
        self._floor = np.array(
            [
                [x, y, 0.0]
                for x, y in (
                    (-half, deep[0]),
                    (half, deep[0]),
                    (half, deep[1]),
                    (-half, deep[1]),
                    (-half, deep[0]),
                )
            ]
        )
        self.view = front
        self.slice = curve or VMobject(stroke_color=theme.colour("loss"), stroke_width=theme.SPACING.stroke)
        self.slice.set_z_index(1)
        self.marker = (marker or Dot(radius=0.13, color=theme.colour("text"))).set_z_index(3)
        self._slices = [self._slice(number, its) for number, its in enumerate((axes, others))]
        self._build()
        self.turn(0.0)

    @property
    def near_and_far(self) -> tuple[float, float]:
        """The second weight at the near edge of the floor, as seen from the front, and at the far edge."""
        low, high = self.into_range
        return (low, high) if self._direction > 0 else (high, low)

    def _places(self, across: Array, into: Array) -> Array:
        """The places in space of the surface over values of both weights: (into, across, 3)."""
        losses = np.nan_to_num(self.landscape.grid(across, into), posinf=1e12)
        xs, ys = np.meshgrid(across, into)
        return self._in_space(xs, ys, losses)

    def _slice(self, number: int, axes: LossCurve) -> Array:
        """The points of the curve over one of the weights, in space."""
        points = axes.graph(replace(self.landscape, names=self.landscape.names[number : number + 1])).points
        (low, high), (bottom, top) = axes.x_range, axes.y_range
        along = low + (points[:, 0] - axes.left) / (axes.right - axes.left) * (high - low)
        losses = bottom + (points[:, 1] - axes.bottom) / (axes.top - axes.bottom) * (top - bottom)
        weights = [np.full(len(points), value) for value in self.landscape.start]
        weights[number] = along
        return self._in_space(weights[0], weights[1], losses)

    def _in_space(self, across: Array, into: Array, losses: Array) -> Array:
        (left, right), (near, far) = self.x_range, self.into_range
        low, high = self._axes.y_range
        own = self.landscape.start[1]
        return np.stack(
            [
                (across - (left + right) / 2) / (right - left) * self._wide,
                (into - own) / (far - near) * self._wide * DEPTH * self._direction,
                (losses - low) / (high - low) * self._top,
            ],
            axis=-1,
        )

    def _build(self) -> None:
        loss, line = theme.colour("loss"), theme.colour("line")
        thin = theme.SPACING.thin_stroke
        self.edge = VMobject(stroke_color=line, stroke_width=thin)
        self.upright = VMobject(stroke_color=line, stroke_width=thin)
        self.posts = VMobject(stroke_color=line, stroke_width=thin)
        self.pane = VMobject(stroke_width=0, fill_color=loss)
        self.cut = VMobject(stroke_color=line, stroke_width=thin)
        self.other_slice = self.slice.copy().set_stroke(opacity=0)
        kinds = [self.landscape.kind(name) for name in self.landscape.names]
        symbols = [symbol(self.landscape.objective), *map(symbol, self.landscape.names_seen)]
        self.names = VGroup(
            *(
                maths(text, plain="", colour=theme.colour(kind))
                for text, kind in zip(symbols, ("loss", *kinds), strict=True)
            )
        )
        self.scales = self._scales()
        self.spot = Dot(radius=0.09, color=theme.colour("text")).set_z_index(2)
        self.plumb = Dashes("muted", 0.08, 1.0).set_z_index(1)
        self.place, self.fog = self.landscape.start, 0.0
        self.add(
            *(self.edge, self.posts, self.pane, self.cut, self.upright, self.mesh),
            *(self.slice, self.other_slice, self.plumb),
            *(self.names, *self.scales, self.spot, self.marker),
        )

    def _scales(self) -> list[SurfaceScale]:
        """The ticks of both weights and of the height, as many as have room after the turn."""
        near, right, far, *_ = self.views[1].floor(self._floor)
        posts = self.views[1].surface(np.array([[0, 0, 0], [0, 0, self._top]]))
        edges = ((near, right, TICK_WIDTH), (right, far, TICK_WIDTH), (*posts, TICK_HEIGHT))
        ranges = (self.x_range, self.into_range, self._axes.y_range)
        return [
            SurfaceScale(ticks(*ends, most_ticks(float(np.linalg.norm(end - start)), room)))
            for ends, (start, end, room) in zip(ranges, edges, strict=True)
        ]

    def _side(self, others: LossCurve) -> SurfaceView:
        """The view in which the other slice is the curve on its axes."""
        scale = (others.right - others.left) / (self._wide * DEPTH)
        (low, high), (its_low, its_high) = self._axes.y_range, others.y_range
        stretch = (others.top - others.bottom) / (its_high - its_low) * (high - low) / self._top / scale
        lift = (low - its_low) / (its_high - its_low) * (others.top - others.bottom) / scale
        x, y, _ = others.point(self.landscape.start[1], its_low)
        is_same = self.into_range == others.x_range
        self.can_turn_on = (
            is_same and 1 / SIMILAR <= stretch * scale <= SIMILAR and abs(lift * scale) < self._top / 4
        )
        return SurfaceView(-self._direction * np.pi / 2, 0.0, stretch, lift, scale, x=float(x), y=float(y))

    def turn(self, alpha: float) -> None:
        """Show the moment `alpha` (0 to 1) of the turn: at 0 only the slice, seen from the front."""
        self.view = self.views[0].towards(self.views[1], smoothstep(alpha))
        is_deep = self.mesh.lowest < -self._top / 4
        grown = _risen(alpha, GROWN_DEEP if is_deep else GROWN) * (1 + SOFT)
        distance = np.abs(self.mesh.middles[:, 1])
        furthest = max(float(distance.max(initial=0.0)), 1e-9)
        opacities = np.clip((grown - distance / furthest) / SOFT, 0, 1)
        self._draw(opacities, _risen(alpha, JOINED), _risen(alpha, NAMED))
        VGroup(self.edge, self.upright).set_stroke(opacity=_risen(alpha, EDGED))

    def turn_on(self, alpha: float, start: Array) -> None:
        """Show the moment `alpha` (0 to 1) of the turn to the other slice; the dot returns from `start`."""
        self.view = self.views[1].towards(self.views[2], smoothstep(alpha))
        fading = 1 - _risen(alpha, FADED)
        self.place = self.landscape.start + (start - self.landscape.start) * smoothstep(fading)
        self._draw(np.full(len(self.mesh), 1 - _risen(alpha, UNSEEN)), fading, fading)
        self.upright.set_stroke(opacity=fading)
        self.slice.set_stroke(opacity=fading)
        self.other_slice.set_stroke(opacity=1 - fading)

    def turn_over(self, alpha: float, above: SurfaceView) -> None:
        """Show the moment `alpha` (0 to 1) of the turn to a view from above; what joins the surface to the
        floor, and the names, fade out on the way."""
        self.view = self.views[1].towards(above, smoothstep(alpha))
        fading = 1 - _risen(alpha, FADED)
        self._draw(np.ones(len(self.mesh)), fading, fading)
        VGroup(self.upright, self.slice).set_stroke(opacity=fading)

    def view_from_above(self, left: float, bottom: float, right: float, top: float) -> SurfaceView:
        """The view from above in which the floor is the rectangle between these edges, in Manim units."""
        rectangle = np.array([[left, bottom], [right, top]])
        return view_from_above(self._floor[[0, 2], :2], rectangle, self.views[1].stretch)

    @property
    def is_mirrored(self) -> bool:
        """True where the second weight grows towards the viewer, so that no view from above is a map."""
        return self._direction < 0

    def _draw(self, opacities: Array, joined: float, named: float) -> None:
        view = self.view
        self.mesh.draw_in(view, opacities)
        self.edge.points = polyline(view.floor(self._floor))
        left = self._floor[0] if view.azimuth <= 0 else self._floor[-2]
        ends = left + np.outer([self.mesh.lowest, self._top], [0, 0, 1])
        self.upright.points = polyline(view.surface(ends))
        for line, places in zip((self.slice, self.other_slice), self._slices, strict=True):
            line.points = view.surface(places)  # curves stay curves
        self._join_to_floor(joined)
        self._place_scales(named)
        self.stand_at(self.place, joined)

    def _join_to_floor(self, opacity: float) -> None:
        """The pane between the first slice and its cut through the floor, and posts at the corners at which
        there is a surface."""
        along = np.concatenate([self._slices[0][::4], self._slices[0][-1:]])
        above, below = self.view.surface(along), self.view.floor(along)
        self.pane.points = polyline(np.concatenate([above, below[::-1], above[:1]]))
        self.cut.points = polyline(below[[0, -1]])
        ends = [self.view.surface(self._corners), self.view.floor(self._corners)]
        self.posts.points = polyline(np.stack(ends, axis=1)).reshape(-1, 3)
        self.pane.set_fill(opacity=PANE * opacity)
        self.cut.set_stroke(opacity=opacity)
        self.posts.set_stroke(opacity=POST * opacity)

    def _place_scales(self, opacity: float) -> None:
        """Names and ticks: that of the height at its axis, those of the weights at the floor's near edges."""
        near, right, far, left, _ = self.view.floor(self._floor)
        height, *weights = self.names
        height.move_to(self.upright.points[-1] + UP * NAME)
        is_left = self.view.azimuth <= 0
        edges = ((near, right), (right, far) if is_left else (near, left))
        middle = (near + far) / 2
        for name, scale, (start, end), ends in zip(
            weights, self.scales, edges, (self.x_range, self.near_and_far), strict=False
        ):
            along = (end - start) / max(float(np.linalg.norm(end - start)), 1e-9)
            away = np.array([-along[1], along[0], 0.0])
            away *= np.sign(away @ ((start + end) / 2 - middle)) or 1.0
            scale.place(start, end, ends, away)
            name.move_to(start + (end - start) * NAME_AT + away * (NAME + scale.reach(away)))
        low, high = self._axes.y_range
        post = self._floor[0] if is_left else self._floor[-2]
        foot, head = self.view.surface(np.stack([post, post + np.array([0, 0, self._top])]))
        self.scales[-1].place(foot, head, (low, high), LEFT)
        VGroup(self.names, *self.scales).set_opacity(opacity)

    @property
    def standing(self) -> tuple[VMobject, ...]:
        """What `stand_at` moves, and in fog what it hides."""
        hidden = (*self.mesh, self.slice, self.pane, self.posts) if self.fog else ()
        return self.marker, self.spot, self.plumb, *hidden

    def show_fog(self, fog: float) -> None:
        """Let the surface be hidden, as far as `fog` says, but for what is near the dot."""
        self.fog = fog
        away = np.linalg.norm(self.mesh.middles - self._of(self.place), axis=1)
        seen = 1 - fog * (1 - THICKEST) * np.clip((away - CLEAR) / MISTY, 0, 1)
        for polygon, opacity in zip(self.mesh, seen.tolist(), strict=True):
            polygon.set_fill(opacity=opacity)
        through = 1 - fog * (1 - THICKEST)
        self.slice.set_stroke(opacity=through)
        self.pane.set_fill(opacity=PANE * through)
        self.posts.set_stroke(opacity=POST * through)

    def stand_at(self, place: Array, shaded: float = 1.0) -> None:
        """Move the dot to two weights, and its shadow, which has an opacity, on the floor."""
        self.place = place
        point, shadow = self.point(place), self.shadow(place)
        self.marker.move_to(point)
        self.spot.move_to(shadow).set_opacity(shaded)
        self.plumb.run(point, shadow).set_stroke(opacity=shaded)
        if self.fog:
            self.show_fog(self.fog)

    def show_dot(self, opacity: float) -> None:
        """Let the dot and its shadow have this opacity, 0 to 1."""
        VGroup(self.marker, self.spot).set_opacity(opacity)
        self.plumb.set_stroke(opacity=opacity)

    @property
    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The values of both weights at the ends of the floor."""
        return self.x_range, self.into_range

    def _of(self, place: Array) -> Array:
        loss = min(self.landscape.loss(place), self._axes.y_range[1])
        spot = np.clip(place, *np.transpose([self.x_range, self.into_range]))
        return self._in_space(spot[0], spot[1], np.array(loss))

    def point(self, place: Array) -> Array:
        """The point of the frame for two weights on the surface, clamped to it."""
        return self.view.surface(self._of(place))

    def shadow(self, place: Array) -> Array:
        """The point of the frame for two weights on the floor below, clamped to it."""
        return self.view.floor(self._of(place))


def _risen(alpha: float, ends: tuple[float, float]) -> float:
    """0 before the first of two moments, 1 after the second, and in proportion between them."""
    return float(np.interp(alpha, ends, (0.0, 1.0)))


def _widened(ends: tuple[float, float], values: Array) -> tuple[float, float]:
    """A range that has these values, too, with some room beyond those that were not in it."""
    low, high = min(ends[0], *values, ends[0]), max(ends[1], *values, ends[1])
    room = BEYOND_PATH * (high - low)
    return low - room * bool(low < ends[0]), high + room * bool(high > ends[1])


def _without_edge(area: Area) -> Area:
    left, bottom = area.left + ROOM_LEFT, area.bottom + ROOM_BELOW
    return Area(area.name, left, bottom, area.right - ROOM_ASIDE, area.top - ROOM_ASIDE)
