"""A picture: an image or an icon with labels that point at places in it."""

from typing import Literal

from manim import Animation, AnimationGroup, Circle, FadeIn, FadeOut, Group, Mobject, Succession

from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import change, draw, ease_out, one_after_another, pop, vanish, write
from storyreel.graphics.parts.callout import Callout, picture_area, place_in
from storyreel.graphics.parts.icon import ICONS
from storyreel.graphics.parts.image import image
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import ImageFile, Text, cue


class Picture(Stage):
    """An image or an icon with labels that point at places in it."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.picture: Mobject | None = None
        self.callouts: list[Callout] = []

    @cue(seconds=1.4, shows="picture", opens=True)
    def show_image(self, file: ImageFile) -> Animation:
        """An image file (PNG, JPEG or SVG) appears, in place of a picture on stage and its labels."""
        shape = image(self.performance.folder / file, picture_area(self.frame))
        return self._show(shape, FadeIn(shape, scale=0.92, rate_func=ease_out))

    @cue(seconds=2.0, shows="picture")
    def show_icon(self, icon: Literal["target", "dial", "mountain", "pot", "test", "music"]) -> Animation:
        """An icon is drawn stroke by stroke, in place of a picture on stage and its labels."""
        shape, area = ICONS[icon](), picture_area(self.frame)
        shape.scale(min(area.width / shape.width, area.height / shape.height) * 0.92)
        shape.move_to(area.centre)
        return self._show(shape, one_after_another([draw(part) for part in shape], overlap=0.7))

    def _show(self, shape: Mobject, arrival: Animation) -> Animation:
        gone = [*([self.picture] if self.picture else []), *self.callouts]
        self.picture, self.callouts = shape, []
        if not gone:
            return arrival
        return Succession(FadeOut(Group(*gone), rate_func=ease_out, run_time=0.4), arrival)

    @cue(seconds=1.2, requires=("picture", "part of picture {x, y}", "{text} fits 3.01 × 5.3 at 0.44"))
    def label_place(self, text: Text, x: float, y: float) -> Animation:
        """A label appears beside the picture, with a line to a place in it; other labels are dimmed.

        `x` and `y` are parts of the picture's width and height, from its lower left corner: from 0 to 1.
        """
        callout = Callout(text, self._picture_on_stage(), x, y, self.callouts, self.frame)
        muted = theme.colour("muted")
        moves = [
            change(part).set_color(muted).build()
            for other in self.callouts
            for part in (other.text, other.line, other.ring)
        ]
        self.callouts.append(callout)
        return AnimationGroup(*moves, Succession(pop(callout.ring), draw(callout.line)), write(callout.text))

    @cue(seconds=1.2, requires=("picture", "part of picture {x, y}"))
    def point_out(self, x: float, y: float) -> Animation:
        """A ring is drawn around a place in the picture and fades out."""
        place = place_in(self._picture_on_stage(), x, y)
        ring = Circle(radius=0.6, color=theme.colour("text"), stroke_width=theme.SPACING.stroke).move_to(
            place
        )
        return Succession(draw(ring), vanish(ring))

    @cue(seconds=0.6)
    def clear_labels(self) -> Animation | None:
        """All labels fade out."""
        before, self.callouts = self.callouts, []
        return AnimationGroup(*map(vanish, before)) if before else None

    def _picture_on_stage(self) -> Mobject:
        return needed(self.picture, "there is no picture yet; begin with `show_icon` or `show_image`")
