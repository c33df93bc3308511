"""The title of a chapter, which is shown at its start and goes."""

from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.text.typeset import CAPITALS, words
from storyreel.stage.overlays.overlay import Overlay

SECONDS = 2.0
"""How long the title is shown, at most for the chapter's first beat."""
FADING = 0.4
"""The first of these seconds, in which it fades in, and the last, in which it fades out."""


def title_range(frames: int, fps: int) -> tuple[int, int]:
    """Of a first beat of so many frames, the frame from which on the title fades out, and the first one
    without it."""
    gone = min(round(SECONDS * fps), frames)
    return max(0, gone - round(FADING * fps)), gone


class ChapterTitle(Overlay):
    """The title at the left of an area of the frame during a first beat of `frames` frames."""

    def __init__(self, title: str, area: Area, frames: int, fps: int) -> None:
        text = words(title, em=theme.SIZES.title, colour=theme.colour("muted"), weight="semibold")
        area.place(text, align="left")
        super().__init__(text.on_baseline(area.centre[1] - CAPITALS * theme.SIZES.title / 2))
        self._text = text
        self.leaves, self.gone = title_range(frames, fps)
        """The frame from which on it fades out, and the first one without it."""
        self.comes = min(round(FADING * fps), self.gone)
        """The frame from which on it is there as a whole."""

    def fade_at(self, frame: int) -> None:
        """Take the opacity that it has in a frame of the beat."""
        come = (frame + 1) / (self.comes + 1)
        left = (self.gone - frame) / (self.gone - self.leaves + 1)
        # An animation under way goes on drawing it.
        self._text.set_opacity(min(1.0, come, max(0.0, left)))
