"""Code: a listing with highlighted lines and their results in the chapter's network."""

from dataclasses import replace

from manim import Animation, AnimationGroup, RoundedRectangle, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame
from storyreel.graphics.motion.verbs import appear, change, in_place_of, pop, write
from storyreel.graphics.text.listing import Listing
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import Count, Value, cue
from storyreel.storyboard.lesson_number import lesson_number

PANEL_SHARE, GAP = 0.77, 0.35
"""The part of the picture that a listing has, and the units between it and the results of its lines."""


def panel(frame: Frame) -> Area:
    """The area of a listing."""
    whole = frame.whole
    return replace(whole, name="listing", right=whole.left + PANEL_SHARE * whole.width)


class Code(Stage):
    """A listing with highlighted lines and their results in the chapter's network."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.listing: Listing | None = None
        self.bar: RoundedRectangle | None = None
        self.results: dict[int, VGroup] = {}
        self.parts = VGroup()

    @cue(seconds=2.4, hides="listing", shows="listing {code}", opens=True)
    def show_code(self, code: str) -> Animation:
        """A listing appears line by line, in place of one on stage. Indentation is kept."""
        gone = VGroup(*self.parts, *self.results.values(), *([self.bar] if self.bar else []))
        self.setup()
        listing = self.listing = Listing(code, panel(self.frame))
        self.parts = VGroup(listing.panel, listing)
        return in_place_of(gone, AnimationGroup(appear(listing.panel), write(listing)))

    @cue(seconds=0.8, requires=("listing", "lines {first, last}"))
    def light_lines(self, first: Count, last: Count | None = None) -> Animation:
        """A line is highlighted, or all lines from `first` to `last`; lines count from 1."""
        listing = self._listing_on_stage()
        lines = range(first, (last or first) + 1)
        if not lines or not set(lines) <= set(range(1, len(listing.lines) + 1)):
            raise StoryreelError(f"the listing has the lines 1 to {len(listing.lines)}")
        moves = [
            change(line).set_fill(theme.colour("text" if number in lines else "muted")).build()
            for number, line in enumerate(listing.lines, start=1)
            if len(line)
        ]
        bar = listing.bar(lines[0], lines[-1])
        if self.bar is None:
            self.bar = bar
            return AnimationGroup(appear(bar), *moves)
        return AnimationGroup(change(self.bar).become(bar).build(), *moves)

    @cue(seconds=1.0, requires=("listing", "lines {line, line}"))
    def show_result(self, value: Value, line: Count) -> Animation:
        """The result of a line in the chapter's network appears beside it."""
        listing = self._listing_on_stage()
        if not 1 <= line <= len(listing.lines):
            raise StoryreelError(f"the listing has the lines 1 to {len(listing.lines)}")
        number = lesson_number(self.experiment, value)
        plate = listing.result(line, number.text, number.kind, panel(self.frame).right + GAP)
        if plate.get_right()[0] > self.frame.whole.right:
            raise StoryreelError(f"{value}, {number.text}, is too long to be written beside the listing")
        before = self.results.pop(line, None)
        self.results[line] = plate
        return in_place_of(VGroup(*([before] if before else [])), pop(plate))

    def _listing_on_stage(self) -> Listing:
        return needed(self.listing, "there is no listing yet; begin with `show_code`")
