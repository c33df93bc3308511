"""A title card: the title of a lesson or of a part of it, above its network."""

import numpy as np
from manim import Animation, AnimationGroup, Line, Succession, VGroup

from storyreel.graphics import layout, theme
from storyreel.graphics.layout import Area, LayoutError, at
from storyreel.graphics.motion.verbs import appear, change, draw, in_place_of, one_after_another, pop, write
from storyreel.graphics.networks.diagram_motion import lights_up, lines_into, sparks_into
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.paragraph import CAP_HEIGHT, Paragraph, fitted
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import Text, cue

TITLE = Area("title", layout.WHOLE.left + 0.6, 0.55, layout.WHOLE.right - 0.6, 2.7)
SUBTITLE = Area("subtitle", TITLE.left, -0.75, TITLE.right, -0.05)
NETWORK = Area("network", -3.6, -2.65, 5.3, -0.2)
"""Further to the right, because a network's diagram has room for targets on its right."""
EDGE = 2.0
RISE = 0.75
"""Units by which the card moves up to make room for the network."""


class TitleCard(Stage):
    """The title of a lesson or of a part of it, above its network."""

    has_heading = False

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.title: Paragraph | None = None
        self.card = VGroup()

    @cue(seconds=2.0, requires="{title} fits 12.02 × 2.15 at 0.68 bold", shows="title")
    def show_title(self, title: Text) -> Animation:
        """The title is written in large letters above a line, in place of a card on stage."""
        gone = self.card
        self.title = _centred(_balanced(title))
        self.title.shift(at(0, TITLE.bottom + self.title.extent - self.title.top))
        half = min(self.title.width / 2, 3.0)
        line = Line(at(-half, 0.2), at(half, 0.2), color=theme.colour("activation"))
        line.set_stroke(width=theme.SPACING.stroke)
        self.card = VGroup(self.title, line)
        return in_place_of(gone, AnimationGroup(write(self.title), draw(line)))

    @cue(seconds=1.4, requires=("title", "{subtitle} fits 12.02 × 0.7 at 0.38"))
    def show_subtitle(self, subtitle: Text) -> Animation:
        """A smaller line appears below the title, such as its subject or its author."""
        self._require_title()
        text = _centred(fitted(subtitle, SUBTITLE, em=0.5, colour=theme.colour("muted"), align="center"))
        text.shift(at(0, SUBTITLE.centre[1] + CAP_HEIGHT * text.em / 2 - text.top))
        self.card.add(text)
        return write(text)

    @cue(seconds=3.4, requires=("title", "a network"))
    def show_network(self) -> Animation:
        """The chapter's network takes shape below the title, and sparks run through it; each neuron takes the
        brightness of its value."""
        self._require_title()
        diagram = NetworkDiagram(self.experiment.trace, NETWORK)
        room = change(VGroup(*self.card)).shift(at(0, RISE)).build()
        shapes, forward = list[Animation](), list[Animation]()
        for layer, column in enumerate(diagram.columns):
            marks = [diagram.marks[layer]] if layer in diagram.marks else []
            paths = [path.set_stroke(width=EDGE) for path in lines_into(diagram, column)]
            neurons = [diagram.nodes[name] for name in column]
            shapes.append(AnimationGroup(*map(draw, paths), *map(pop, neurons), *map(appear, marks)))
            forward += sparks_into(diagram, column)
            forward.append(AnimationGroup(*(lights_up(diagram, name) for name in column), run_time=0.3))
            self.card.add(*paths, *neurons, *marks)
        return Succession(AnimationGroup(room, one_after_another(shapes)), *forward)

    def _require_title(self) -> None:
        needed(self.title, "there is no title yet; begin with `show_title`")


def _centred(text: Paragraph) -> Paragraph:
    text.set_x(0)
    return text


def _balanced(title: str) -> Paragraph:
    """The title in the fewest lines, of about the same length."""
    widest = fitted(title, TITLE, em=1.1, smallest=0.66, weight="bold", align="center")
    best = widest
    for width in np.arange(TITLE.width, TITLE.width / 2.5, -0.4):
        try:
            text = Paragraph(title, em=widest.em, width=width, weight="bold", align="center")
        except LayoutError:
            break
        if text.lines > widest.lines:
            break
        best = text
    return best
