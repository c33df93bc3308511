"""A scene of layout faults, and of what looks like one and is none; its cues are named after what they do."""

import numpy as np
from manim import (
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Animation,
    AnimationGroup,
    Circle,
    Dot,
    FadeIn,
    FadeOut,
    Line,
    Mobject,
    MoveAlongPath,
    Square,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.core.errors import StoryreelError
from storyreel.graphics.layout import Frame, at
from storyreel.graphics.motion.verbs import appear, change, fly, pop, run_spark
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.typeset import maths, words
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import cue


class Faults(Stage):
    """Layout faults, and what looks like one and is none."""

    @cue(seconds=0.6)
    def two_labels_on_each_other(self) -> Animation:
        """Fault."""
        return AnimationGroup(appear(words("left")), appear(words("right").shift(0.3 * RIGHT)))

    @cue(seconds=0.6)
    def a_label_behind_a_plate(self) -> Animation:
        """Fault."""
        self.add(words("behind"))
        return appear(Badge("6", "gradient").plate.scale(3))

    @cue(seconds=0.6)
    def a_label_half_on_a_node(self) -> Animation:
        """Fault."""
        node = Neuron("activation", 0.8)
        self.add(node)
        return appear(words("beside").move_to(node.get_right()))

    @cue(seconds=1.0)
    def a_label_moves_across_another(self) -> Animation:
        """Fault, and only on the way."""
        still, moving = words("still"), words("moving").shift(3 * LEFT)
        self.add(still, moving)
        return change(moving).shift(6 * RIGHT).build()

    @cue(seconds=1.0)
    def a_number_lands_on_a_label(self) -> Animation:
        """Fault: it flew, but it stays."""
        source = maths("2", plain="2").shift(3 * LEFT)
        self.add(source, words("occupied"))
        return fly(source, maths("7", plain="7"))

    @cue(seconds=2.0)
    def a_line_leaves_the_margin(self) -> Animation:
        """Fault: so briefly that the view does not follow."""
        return _for_a_moment(Line(at(-2, 0), at(6, 0)), RIGHT)

    @cue(seconds=2.0)
    def a_label_is_in_the_captions_for_a_moment(self) -> Animation:
        """Fault: down and up again."""
        return _for_a_moment(words("deep").move_to(at(0, -2)), 1.45 * DOWN)

    @cue(seconds=0.6)
    def small_text(self) -> Animation:
        """Fault."""
        return appear(VGroup(words("small", em=0.21), *_corners()))

    @cue(seconds=0.6)
    def text_made_small(self) -> Animation:
        """Fault: what counts is how it stands, not how it was set."""
        label = words("shrunk")
        self.add(label, *_corners())
        return change(label).scale(0.4).build()

    @cue(seconds=0.6)
    def three_pairs_of_labels(self) -> Animation:
        """Fault, three times at once."""
        names = ("one", "two", "three", "four", "five", "six")
        places = (at(x, 0) for x in (-3, -3, 0, 0, 3, 3))
        labels = [words(name).move_to(place) for name, place in zip(names, places, strict=True)]
        return AnimationGroup(*map(appear, labels))

    @cue(seconds=0.6)
    def what_cannot_be_drawn(self) -> Animation:
        """No fault of the layout."""
        self.add(words("outside").move_to(at(9, 0)))
        raise StoryreelError("this is too large")

    @cue(seconds=0.6)
    def labels_on_what_is_theirs(self) -> Animation:
        """No fault: in a node, on a badge that overhangs it, on a plate, on a line."""
        node = Neuron("activation", 0.8)
        badge = Badge("2", "gradient").move_to(node.circle.point_at_angle(0.9))
        line = Line(at(-6, -1), at(6, -1))
        label = words("on a line").move_to(line)
        parts = [
            node,
            node.value_to_show("6", 0.0),
            badge,
            Tag("h", "6", "input").move_to(at(3, 0)),
            line,
            label,
        ]
        return AnimationGroup(*map(appear, parts))

    @cue(seconds=1.0)
    def a_number_flies_over_a_label(self) -> Animation:
        """No fault."""
        source = maths("2", plain="2").move_to(at(-3, 0))
        wall = VGroup(*(words("wall").move_to(at(0, y)) for y in (-0.6, 0, 0.6, 1.2)))
        self.add(source, wall)
        return fly(source, maths("2", plain="2").move_to(at(3, 0)))

    @cue(seconds=1.0)
    def a_spark_runs_over_a_label(self) -> Animation:
        """No fault."""
        line = Line(at(-3, 0), at(3, 0))
        self.add(line, words("on the way"))
        return run_spark(line, "gradient")

    @cue(seconds=1.0)
    def what_cannot_be_seen(self) -> Animation:
        """No fault: transparent, or of no size, or gone."""
        gone, dot = words("gone"), Dot(radius=0.0)
        self.add(words("seen"), words("clear").set_opacity(0.1), dot, Square(8).set_opacity(0), gone)
        self.remove(gone)
        return MoveAlongPath(dot, Line(at(0, 0), at(9, 0)))

    @cue(seconds=1.0)
    def a_minus_sign(self) -> Animation:
        """No fault, though the sign is not high; nor is text on its way to its size."""
        return AnimationGroup(appear(maths("-", plain="−", em=0.3)), pop(words("grows").shift(UP)))

    @cue(seconds=1.0)
    def one_label_after_another(self) -> Animation:
        """No fault: the first has gone when the second comes."""
        first = words("first")
        self.add(first)
        return Succession(FadeOut(first), FadeIn(words("second")))

    @cue(seconds=0.6)
    def close_by(self) -> Animation:
        """No fault: side by side, at the very margin, and just above the captions."""
        one, corner = words("one"), Circle(0.4).align_to(at(self.frame.within_margin.right, 0), RIGHT)
        low = words("low").align_to(at(0, self.frame.captions.top), DOWN)
        return AnimationGroup(*map(appear, (one, words("other").next_to(one, RIGHT, buff=0.05), corner, low)))


def _corners() -> list[Line]:
    """Short lines in the corners of the picture, so that the view shows the stage as it is."""
    area = Frame().whole
    return [
        Line(at(area.left, area.bottom), at(area.left + 0.1, area.bottom)),
        Line(at(area.right - 0.1, area.top), at(area.right, area.top)),
    ]


def _for_a_moment(shape: VMobject, shift: np.ndarray) -> Animation:
    """A shape moves off and back between two of the moments at which extents are measured."""
    place = shape.get_center()

    def move(_: Mobject, alpha: float) -> None:
        away = max(0.0, 1 - abs(alpha - 0.625) / 0.12)
        shape.move_to(place + away * shift)

    return UpdateFromAlphaFunc(VGroup(shape, *_corners()), move, introducer=True, rate_func=linear)
