"""A title card: the title of a lesson or of a part of it, above its network."""

from dataclasses import replace

import numpy as np
from manim import Animation, AnimationGroup, Line, Succession, VGroup

from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, LayoutError, at
from storyreel.graphics.motion.verbs import appear, change, draw, in_place_of, one_after_another, pop, write
from storyreel.graphics.network_layout import ROOM_FOR_TARGETS
from storyreel.graphics.networks.diagram_motion import lights_up, lines_into, sparks_into
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.paragraph import CAP_HEIGHT, Paragraph, fitted
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import Text, cue

EM_OF_TITLE, EM_OF_SUBTITLE = 1.2, 0.6
HEIGHT_OF_SUBTITLE, ABOVE_LINE = 0.8, 0.45
"""The height of the subtitle below the line, and the units between the line and both."""
EDGE = 2.0
ABOVE_NETWORK = 0.4
"""Units between the network and the card, which rises to make room for it."""


def title_area(frame: Frame) -> Area:
    """The area of the title, above the middle of the picture."""
    whole = frame.whole
    return replace(whole, name="title", bottom=whole.centre[1] + ABOVE_LINE)


def subtitle_area(frame: Frame) -> Area:
    """The area of the line below the title."""
    top = frame.whole.centre[1] - ABOVE_LINE
    return replace(frame.whole, name="subtitle", bottom=top - HEIGHT_OF_SUBTITLE, top=top)


def network_area(frame: Frame, card: VGroup) -> Area:
    """The area of the network below a card, further to the right: a diagram has room for targets there."""
    whole = frame.whole
    return replace(
        whole,
        name="network",
        left=whole.centre[0] - 0.4 * whole.width + ROOM_FOR_TARGETS / 2,
        right=whole.centre[0] + 0.4 * whole.width + ROOM_FOR_TARGETS / 2,
        top=whole.top - card.height - ABOVE_NETWORK,
    )


class TitleCard(Stage):
    """The title of a lesson or of a part of it, above its network."""

    has_heading = False

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.title: Paragraph | None = None
        self.card = VGroup()
        self.subtitle, self.network = VGroup(), VGroup()

    @cue(seconds=2.0, requires="{title} fits 13.22 × 2.9 at 0.66 bold", shows="title")
    def show_title(self, title: Text) -> Animation:
        """The title is written in large letters above a line, in place of a card on stage."""
        gone, self.subtitle, self.network = self.card, VGroup(), VGroup()
        self.title = _centred(_balanced(title, title_area(self.frame)))
        self.title.shift(at(0, title_area(self.frame).bottom + self.title.extent - self.title.top))
        half, y = min(self.title.width / 2, 3.0), self.frame.whole.centre[1]
        line = Line(at(-half, y), at(half, y), color=theme.colour("activation"))
        line.set_stroke(width=theme.SPACING.stroke)
        self.card = VGroup(self.title, line)
        return in_place_of(gone, AnimationGroup(write(self.title), draw(line)))

    @cue(seconds=1.4, requires=("title", "{subtitle} fits 13.22 × 0.8 at 0.36"))
    def show_subtitle(self, subtitle: Text) -> Animation:
        """A smaller line appears below the title, such as its subject or its author, in place of the one
        before."""
        self._require_title()
        area = subtitle_area(self.frame)
        text = _centred(
            fitted(subtitle, area, em=EM_OF_SUBTITLE, colour=theme.colour("muted"), align="center")
        )
        text.shift(at(0, area.centre[1] + CAP_HEIGHT * text.em / 2 - text.top))
        before, self.subtitle = self.subtitle, VGroup(text)
        self.card.remove(*before).add(text)
        return in_place_of(before, write(text))

    @cue(seconds=3.4, requires=("title", "a network"))
    def show_network(self) -> Animation:
        """The chapter's network takes shape below the title, and sparks run through it; each neuron takes the
        brightness of its value. It takes the place of one that is there."""
        self._require_title()
        before, self.network = self.network, VGroup()
        card = VGroup(*self.card.remove(*before))
        diagram = NetworkDiagram(self.experiment.trace, network_area(self.frame, card))
        room = change(card).shift(at(0, self.frame.whole.top - card.get_top()[1])).build()
        shapes, forward = list[Animation](), list[Animation]()
        for layer, column in enumerate(diagram.columns):
            marks = [diagram.marks[layer]] if layer in diagram.marks else []
            paths = [path.set_stroke(width=EDGE) for path in lines_into(diagram, column)]
            neurons = [diagram.nodes[name] for name in column]
            shapes.append(AnimationGroup(*map(draw, paths), *map(pop, neurons), *map(appear, marks)))
            forward += sparks_into(diagram, column)
            forward.append(AnimationGroup(*(lights_up(diagram, name) for name in column), run_time=0.3))
            self.network.add(*paths, *neurons, *marks)
        self.card.add(*self.network)
        return in_place_of(before, Succession(AnimationGroup(room, one_after_another(shapes)), *forward))

    def _require_title(self) -> None:
        needed(self.title, "there is no title yet; begin with `show_title`")


def _centred(text: Paragraph) -> Paragraph:
    text.set_x(0)
    return text


def _balanced(title: str, area: Area) -> Paragraph:
    """The title in the fewest lines, of about the same length."""
    widest = fitted(title, area, em=EM_OF_TITLE, smallest=0.66, weight="bold", align="center")
    best = widest
    for width in np.arange(area.width, area.width / 2.5, -0.4):
        try:
            text = Paragraph(title, em=widest.em, width=width, weight="bold", align="center")
        except LayoutError:
            break
        if text.lines > widest.lines:
            break
        best = text
    return best
