"""The stage of chapters about the errors of a network's outputs."""

from manim import (
    LEFT,
    Animation,
    AnimationGroup,
    GrowFromEdge,
    RoundedRectangle,
    Succession,
    VGroup,
    VMobject,
)

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    ease_out,
    in_place_of,
    one_after_another,
    vanish,
)
from storyreel.graphics.networks.images.error_squares import ErrorSquares
from storyreel.graphics.networks.images.output_errors import OutputErrors
from storyreel.graphics.parts.dissolve import shapes_of
from storyreel.stage.image_stage import ImageStage
from storyreel.stage.images.text_stage import OVERLAP
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import QuantityName, cue

CORNER, BESIDE_ROW = 0.14, 0.08
"""The radius of the corners of the frame around a row, and its distance from what is in the row, in units."""
NO_OUTPUTS = "there are no outputs on stage yet; begin with `show_outputs`"


class ErrorStage(ImageStage):
    """A stage on which outputs are compared with their targets, and the errors are squared."""

    rows: OutputErrors | None = None
    squares: ErrorSquares | None = None
    row_frame: VGroup
    """The frame around the row that is pointed out, if there is one."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.clear_stage()

    def clear_stage(self) -> VGroup:
        """Forget all that is on stage, and return it to be faded out."""
        super().clear_stage()
        self.rows = self.squares = None
        self.row_frame = VGroup()
        shapes = shapes_of(shape for shape in self.mobjects if shape not in self.overlays)
        return VGroup(*(shape for shape in shapes if isinstance(shape, VMobject)))

    def _outputs(self) -> OutputErrors:
        return needed(self.rows, NO_OUTPUTS)

    def row_of(self, name: str) -> Area | None:
        """The room of the row of a neuron on stage; None without one."""
        return None if self.rows is None else self.rows.row(name)

    @cue(seconds=0.8, requires="outputs or neuron or layer in rows or examples")
    def point_out_row(self, of: QuantityName) -> Animation:
        """A frame appears around the row of a neuron, and that around another part fades out."""
        row = self.row_of(of)
        if row is None:
            raise StoryreelError(f"{of!r} has no row on stage")
        return self.frame_around(row)

    def frame_around(self, room: Area) -> Animation:
        """A frame appears around a part of the picture, and that around another one fades out."""
        frame = RoundedRectangle(
            corner_radius=min(CORNER, room.height / 2),
            width=room.width + 2 * BESIDE_ROW,
            height=room.height,
            stroke_color=theme.colour("text"),
            stroke_width=theme.SPACING.thin_stroke,
        ).move_to(room.centre)
        if len(self.row_frame):
            before, self.row_frame = self.row_frame, VGroup(frame)
            return AnimationGroup(vanish(before), draw(frame))
        self.row_frame.add(frame)
        return draw(frame)

    @cue(seconds=0.4)
    def clear_row(self) -> Animation:
        """The frame around a row or a column, if there is one, fades out."""
        frame, self.row_frame = self.row_frame, VGroup()
        return AnimationGroup(*map(vanish, frame))

    @property
    def beside_outputs(self) -> Area:
        """The room beside the rows of outputs."""
        return self.frame.side

    @cue(
        seconds=1.8,
        requires="a network",
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows="outputs",
        opens=True,
    )
    def show_outputs(self) -> Animation:
        """The outputs of the network appear as rows: the class, the number, and a bar on a scale from 0 to 1.
        All else fades out."""
        gone, self.rows = self.clear_stage(), OutputErrors(self.experiment.trace, self.frame.main)
        rows = self.rows
        grown = [GrowFromEdge(bar, LEFT, rate_func=ease_out) for bar in rows.bars]
        arrival = AnimationGroup(appear(rows.classes), appear(rows.tracks), *grown, appear(rows.numbers))
        return in_place_of(gone, arrival, OVERLAP)

    @cue(seconds=2.0, requires="outputs", shows="targets on outputs")
    def show_targets(self) -> Animation:
        """The outlines of the targets appear around the bars of the outputs."""
        return one_after_another(map(draw, self._outputs().targets), overlap=0.9)

    @cue(seconds=1.4, requires="outputs or bars", shows="errors on outputs if outputs")
    def show_errors(self) -> Animation:
        """A line is drawn from the end of each bar to its target: the error of the output. Beside a network,
        the lines leave with the marks of the answer, and the word for the class that was wanted makes room
        for its line."""
        if self.classifier is not None:
            bars = self.classifier.bars
            gone = VGroup(*bars.clear_wanted_word())
            lines = one_after_another(map(draw, bars.add_errors()), overlap=0.8)
            return in_place_of(gone, lines, OVERLAP)
        return one_after_another(map(draw, self._outputs().errors), overlap=0.8)

    @cue(
        seconds=6.0,
        requires=("errors", "half squared loss", "no squares"),
        shows="squares on outputs",
    )
    def square_errors(self) -> Animation:
        """Each error goes to a place of its own, and its square grows on it, with its class and its area;
        all have one scale."""
        squares = self.squares = ErrorSquares(self._outputs(), self.beside_outputs)
        moves = []
        for place in range(len(squares.squares)):
            label = AnimationGroup(appear(squares.classes[place]), appear(squares.areas[place]))
            moves.append(Succession(squares.grows(place).set_run_time(0.75), label.set_run_time(0.25)))
        return one_after_another(moves, overlap=0.75)

    @cue(seconds=5.5, requires="squares", shows="loss on squares")
    def sum_squares(self) -> Animation:
        """One square after another lights up, and its area is added to the sum; half of that is the loss."""
        squares = needed(self.squares, "there are no squares on stage yet; bring them with `square_errors`")
        before, after = squares.around_sum
        return Succession(
            appear(before).set_run_time(0.1),
            squares.adds_up().set_run_time(0.7),
            appear(after).set_run_time(0.2),
        )

    @cue(
        seconds=0.1,
        requires="a network",
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows=("outputs", "targets on outputs", "arrows on outputs"),
    )
    def carry_outputs(self) -> None:
        """The outputs of the network are on stage with their targets and arrows at once, as another chapter
        left them."""
        self.clear_stage()
        rows = self.rows = OutputErrors(self.experiment.trace, self.frame.main)
        self.add(rows, rows.targets, *rows.arrows())

    @cue(seconds=2.4, requires="outputs", hides="errors", shows="arrows on outputs")
    def show_descents(self) -> Animation:
        """An arrow grows from the end of each bar, as long as minus the gradient of the output: where it
        should go for the loss to fall, and how much that matters."""
        rows = self._outputs()
        on_stage = self.get_mobject_family_members()
        gone = [vanish(line) for line in rows.errors if line in on_stage]
        arrows = rows.arrows()
        return AnimationGroup(*gone, one_after_another([arrow.grows() for arrow in arrows], overlap=0.85))
