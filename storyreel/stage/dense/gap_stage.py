"""The stage of chapters about the gaps between the outputs of a dense network and their targets."""

from manim import (
    Animation,
    AnimationGroup,
    Mobject,
    RoundedRectangle,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.core.errors import StoryreelError
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import appear, draw, ease_travel, one_after_another, pop
from storyreel.graphics.networks.dense.gap_squares import GapSquares
from storyreel.stage.dense.map_stage import MapStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import cue

FROM_MARKER, AROUND_ANSWER = 0.2, 0.1
"""Units from what is written at an output to its line, and around an output that is the answer."""


class GapStage(MapStage):
    """A stage on which the gaps of outputs, and their squares, stand beside these."""

    gap_squares: GapSquares | None = None
    answer: RoundedRectangle | None = None

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.hidden: list[VMobject] = []
        """What has faded out for the picture of a part of the network, and returns after it."""

    def clear_stage(self) -> VGroup:
        """Forget everything on stage, and return it to be faded out."""
        self.gap_squares, self.answer, self.hidden = None, None, []
        return super().clear_stage()

    @cue(seconds=0.8, requires=("network", "classes"))
    def point_out_answer(self) -> Animation:
        """A frame appears around the largest output and the marker of its class: the network's answer."""
        outputs, values = self.drawing.columns[-1], self.trace.forward.activations[-1][0]
        name = self.trace.network.names.activations[-1][int(values.argmax())]
        if name not in outputs:
            raise StoryreelError(self.drawing.absence(name))
        parts = VGroup(self.drawing.nodes[name].circle, *self.written.get(name, ()))
        self.answer = RoundedRectangle(
            corner_radius=0.2,
            width=parts.width + 2 * AROUND_ANSWER,
            height=parts.height + 2 * AROUND_ANSWER,
            stroke_color=theme.colour("text"),
            stroke_width=theme.SPACING.stroke,
        ).move_to(parts)
        self.keep(self.answer)
        return draw(self.answer)

    @cue(seconds=3.0, requires=("network", "no gaps", "no shares"), hides="side map", shows="gaps on network")
    def measure_gaps(self) -> Animation:
        """On a line beside each output appear its value and its target, and then the gap between them, output
        minus target, with its number. All lines have one scale. All but the outputs fades out meanwhile."""
        trace, last = self.trace, len(self.trace.network.layers)
        if None in self.drawing.layout.rows[last]:
            raise StoryreelError("an output is left out of the picture, so there is no room for its gap")
        outputs = self.drawing.columns[-1]
        lit = self.light_up(last) if self.lit <= last else None
        answer, self.answer = self.answer, None
        leaving = self.take_away(*self.drop_map(), *filter(None, [answer]))
        hiding = self.hide_all_but([part for name in outputs for part in self.parts_of(name)])
        heights = [float(self.drawing.nodes[name].get_y()) for name in outputs]
        left = max(self._right_of(name) for name in outputs) + FROM_MARKER
        values, targets = trace.forward.activations[-1][0], trace.targets[0]
        texts = [self._gap_text(name, k) for k, name in enumerate(outputs)]
        self.gap_squares = picture = GapSquares(
            heights, values, targets, texts, left, is_below=not self.frame.is_wide
        )
        self.keep(picture.lines, picture.marks, picture.gaps, *picture.numbers)

        def grow(_: Mobject, alpha: float) -> None:
            picture.show_gaps(ease_travel(alpha))

        growing = UpdateFromAlphaFunc(picture.gaps, grow, introducer=True, rate_func=linear)
        count = len(outputs)
        wanted, found = picture.marks[:count], picture.marks[count:]
        steps = [
            *([lit.set_run_time(0.8)] if lit is not None else []),
            AnimationGroup(*leaving, *hiding).set_run_time(0.5),
            appear(picture.lines).set_run_time(0.5),
            AnimationGroup(
                one_after_another(map(pop, wanted)), one_after_another(map(pop, found))
            ).set_run_time(0.9),
            growing.set_run_time(1.0),
            one_after_another(map(appear, picture.numbers)).set_run_time(0.7),
        ]
        return Succession(*steps)

    def _gap_text(self, output: str, place: int) -> str:
        """The number of a gap: that of the gradient, where this is the gap."""
        gap = float(self.trace.forward.activations[-1][0, place] - self.trace.targets[0, place])
        name = self._sum_of(output)[0]
        return self.experiment.notation.text(GRADIENT + name, gap)

    @cue(seconds=3.4, requires=("gaps", "no squared gaps"), shows="squared gaps on gaps")
    def square_gaps(self) -> Animation:
        """Each gap becomes the side of a square, and all squares stand side by side; then their lower halves
        stand out: their areas together are the loss, half the sum of the squared gaps."""
        if self.trace.network.loss.name != "half_squared_error":
            raise StoryreelError("the loss of this network is not half the sum of the squared gaps")
        picture = needed(self.gap_squares, "there are no gaps on stage; begin with `measure_gaps`")
        self.keep(picture.squares, picture.halves)

        def rise(_: Mobject, alpha: float) -> None:
            picture.show_squares(ease_travel(alpha))

        def halve(_: Mobject, alpha: float) -> None:
            picture.halve(ease_travel(alpha))

        rising = UpdateFromAlphaFunc(picture.squares, rise, introducer=True, rate_func=linear)
        both = VGroup(picture.squares, picture.halves)
        halving = UpdateFromAlphaFunc(both, halve, introducer=True, rate_func=linear)
        return Succession(rising.set_run_time(2.4), halving.set_run_time(1.0))

    def drop_gaps(self) -> VGroup:
        """Forget the gaps, and return them to be faded out."""
        picture, self.gap_squares = self.gap_squares, None
        if picture is None:
            return VGroup()
        parts = [
            picture.lines,
            picture.marks,
            picture.gaps,
            *picture.numbers,
            picture.squares,
            picture.halves,
        ]
        gone = [part for part in self.shown if part in parts]
        self.shown = [part for part in self.shown if part not in parts]
        return VGroup(*gone)

    def parts_of(self, name: str) -> list[VMobject]:
        """A neuron with what is written at it."""
        return [self.drawing.nodes[name], *self.written.get(name, ())]

    def hide_all_but(self, kept: list[VMobject]) -> list[Animation]:
        """All on stage but these parts fades out, until `bring_back`; those of them that had are back."""
        moves = self.bring_back([part for part in self.hidden if part in kept])
        gone = [part for part in self.shown if part not in kept]
        self.hidden += gone
        return [*moves, *self.take_away(*gone)]

    def bring_back(self, parts: list[VMobject]) -> list[Animation]:
        """These parts, which faded out for the picture of a part of the network, appear again."""
        self.hidden = [part for part in self.hidden if part not in parts]
        self.keep(*parts)
        return [appear(part) for part in parts]
