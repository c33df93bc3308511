"""The loss: a number for how wrong the network is, shown as a length, an area and a curve."""

from dataclasses import replace

from manim import Animation, AnimationGroup, GrowFromCenter, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, draw, ease_out, ease_travel, in_place_of, pop, vanish
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve
from storyreel.graphics.plots.output_slope import ComparedSlope, OutputSlope
from storyreel.graphics.plots.plot_marker import PlotMarker
from storyreel.graphics.plots.tangent import Tangent
from storyreel.stage.losses.error_stage import ErrorStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Text, cue


def between(start: Area, end: Area, share: float) -> Area:
    """The area at a share (0 to 1) of the way from one to another."""
    sides = {
        side: (1 - share) * getattr(start, side) + share * getattr(end, side)
        for side in ("left", "bottom", "right", "top")
    }
    return replace(start, **sides)


class Loss(ErrorStage):
    """A number for how wrong the network is, shown as a length, an area and a curve."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.slopes = VGroup()

    @cue(seconds=2.8, requires=("number line", "output curve {number line of}"), shows="curve")
    def plot_loss(self) -> Animation:
        """The loss appears as a curve over the output, with a point for the prediction. The number line makes
        room for it; both have that of an equation, too, so clear it before."""
        picture, parts = self.drawn_line(), dict(self.parts)
        self.curve = curve = OutputLossCurve(self.frame.side, self.trace, picture.name)
        start, end = picture.area, self._beside_curve()

        def move(_: object, alpha: float) -> None:
            area = between(start, end, ease_travel(alpha))
            picture.stand_in(area, parts, self.value, self.is_halved)

        moved = VGroup(picture.line, picture.target_marker, *parts.values())
        moving = UpdateFromAlphaFunc(moved, move, rate_func=linear)
        self.parts["point"] = curve.marker_at(self.value)
        return Succession(
            moving,
            appear(curve),
            draw(curve.graph),
            pop(self.parts["point"]),
        )

    def _beside_curve(self) -> Area:
        """The area of the number line in which the picture with the square is as high as the middle of the
        curve's."""
        main = self.frame.main
        high = self.drawn_line().height_in(main.width, self.drawn_line().own_value)
        return replace(main, bottom=main.bottom + max(0.0, main.height - high) / 2)

    @cue(seconds=2.2, requires=("number line", "curve", "half squared loss"))
    def compare_square(self, text: Text) -> Animation:
        """The curve of the whole square, of which the loss is half, appears with its slope at the output,
        which is twice the error; both curves are named. `text` is the word for a slope. For the half squared
        error only."""
        slope = ComparedSlope(self._plotted(), self.value, text, self.drawn_line().target_name)
        self.slopes.add(slope)
        return Succession(
            AnimationGroup(vanish(self._tag()), draw(slope.curve)),
            AnimationGroup(appear(slope.names), pop(slope.dot), _grow(slope.tangent)),
            appear(slope.label),
        )

    @cue(seconds=1.6, requires=("number line", "curve"))
    def show_slope(self, text: Text, run: float | None = None) -> Animation:
        """The tangent to the curve at the output appears with its slope, and stands below that of the whole
        square, if it is on stage. `text` is the word for a slope.

        `run`: how far to go along the output's axis in a triangle below the tangent, whose other side is the
        rise over that run.
        """
        tag = None if self.slopes else self._tag()
        slope = OutputSlope(self._plotted(), self.value, text, tag, run=run)
        self.slopes.add(slope)
        legs = [] if slope.triangle is None else [slope.triangle.run, slope.triangle.rise]
        shown = [AnimationGroup(draw(leg[0]), appear(leg[1])) for leg in legs]
        return Succession(_grow(slope.tangent), *shown, appear(slope.label))

    def _tag(self) -> VMobject:
        point = self.parts["point"]
        assert isinstance(point, PlotMarker)
        return point.tag

    def _plotted(self) -> OutputLossCurve:
        return needed(self.curve, "there is no curve on stage; begin with `plot_loss`")

    def slides(self, sliding: Animation) -> Animation:
        """Slopes of the curve leave before the output moves; where two were compared, its tag comes back."""
        slopes, self.slopes = self.slopes, VGroup()
        if any(slope.is_compared for slope in slopes):
            sliding = Succession(appear(self._tag()).set_run_time(0.3), sliding)
        return in_place_of(slopes, sliding)

    @cue(seconds=0.8, requires=("number line", "curve"), hides="number line")
    def clear_line(self) -> Animation:
        """The number line and what is on it fade out, with slopes of the curve; the curve stays."""
        picture, _ = self.drawn_line(), self._plotted()
        marks = [self.parts.pop(name) for name in list(self.parts) if name != "point"]
        self.picture = None
        slopes, self.slopes = self.slopes, VGroup()
        tag = [appear(self._tag())] if any(slope.is_compared for slope in slopes) else []
        leaving = [picture.line, picture.target_marker, *marks, *slopes]
        return AnimationGroup(*map(vanish, leaving), *tag)


def _grow(tangent: Tangent) -> Animation:
    return GrowFromCenter(tangent, rate_func=ease_out)
