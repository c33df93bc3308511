"""The stage of chapters in which the last ratio of a chain is the slope of a secant."""

from collections.abc import Callable

from manim import Animation, Mobject, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.graphics.maths.chain_response import Moment
from storyreel.graphics.maths.secant_plot import SecantPlot
from storyreel.graphics.motion.verbs import appear, draw, in_place_of
from storyreel.graphics.networks.highlight import highlight
from storyreel.stage.chains.response_stage import ResponseStage
from storyreel.stage.stage import few_words
from storyreel.storyboard.cue import Text, cue

LONGEST_TEXT, TEXT_EM = 1.6, 0.54
"""The largest width of the word for a slope, in Manim units, and its font size."""


class SecantStage(ResponseStage):
    """A stage with a chain, and the plot of the loss over the output with the secant of a nudge."""

    secant: SecantPlot | None = None

    def forget_derivatives(self) -> VGroup:
        """Forget the secant and all else that was found with a nudge, and return what of it is on stage."""
        secant, self.secant = [self.secant] if self.secant else [], None
        return VGroup(*super().forget_derivatives(), *self.on_stage(secant))

    @cue(
        seconds=3.6,
        requires=("number lines", "nudge", "{text} fits 1.6 at 0.54"),
        shows="secant on number lines",
    )
    def show_secant(self, text: Text | None = None) -> Animation:
        """The last ratio is framed. Then the loss appears as a curve over the output, with the secant between
        the two points of the nudge, whose slope is that ratio, and the tangent, which it becomes as the nudge
        gets smaller. Above them stands the slope of the secant, after `text`, the word for a slope,
        and in its place that of the tangent once they are the same. In a chain
        that runs from left to right it takes the place of the number lines, and in a wide frame that of the
        other ratios, too, whose derivatives come with `assemble`."""
        if text is not None:
            few_words(text, LONGEST_TEXT, em=TEXT_EM)  # raises StoryreelError where it is too long
        response, before = self.shown_response(), self.secant
        gone: list[VMobject] = [*([before] if before else []), *self.clear_below()]
        if response.graph.runs_down:
            area = self.formula_area
        else:
            area = response.beside_last if response.has_room_beside_last else response.below_ratios
            self.has_lines = False
            gone += self.on_stage([*response.lines.values(), *response.markers.values()])
            gone += self._others_leave() if response.has_room_beside_last else []
        self.secant = secant = SecantPlot(response.chain, self.moment.nudge, area, text or "")
        secant.move_to_nudge(self.moment.nudge, response.rate_text(secant.name_of_loss, self.moment))
        ratio = self.moving.get((response.ratio, secant.name_of_loss))
        first, *others = map(appear, secant.steps)
        if ratio is None:
            return Succession(in_place_of(VGroup(*gone), first), *others)
        frame = highlight(ratio)
        return Succession(draw(frame), in_place_of(VGroup(*gone, frame), first), *others)

    def _others_leave(self) -> list[VMobject]:
        """Forget the ratios but the last, and return what of them is on stage."""
        response, last = self.shown_response(), self.chain_graph.chain.names[-1]
        return [self.moving.pop((response.ratio, name)) for name in self.ratios() if name != last]

    def others_between(self, moment: Callable[[str, float], Moment]) -> list[Animation]:
        """The secant follows the nudge, with its slope."""
        secant, response = self.secant, self.shown_response()
        if secant is None:
            return []

        def slide(_: Mobject, alpha: float) -> None:
            now = moment(secant.name_of_output, alpha)
            secant.move_to_nudge(now.nudge, response.rate_text(secant.name_of_loss, now))

        return [UpdateFromAlphaFunc(secant, slide, rate_func=linear)]
