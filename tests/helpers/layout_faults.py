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
    RoundedRectangle,
    Square,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
    there_and_back,
)

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame, at
from storyreel.graphics.motion.verbs import appear, change, draw, fly, pop, run_spark
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.strike import Strike
from storyreel.graphics.text.typeset import Typeset, maths, words
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import cue


def number(digits: str, x: float, y: float) -> Typeset:
    """A number at a point of the frame."""
    return maths(digits, plain=digits).move_to(at(x, y))


class Faults(Stage):
    """Layout faults, and what looks like one and is none."""

    @cue(seconds=0.6)
    def nothing(self) -> Animation:
        """Fault, if it lasts."""
        return AnimationGroup()

    @cue(seconds=1.0)
    def two_numbers_cross(self) -> Animation:
        """Fault: they meet half-way."""
        four, five = number("4", -2, 0.5), number("5", -2, -0.5)
        self.add(four, five)
        return AnimationGroup(fly(four, number("4", 2, -0.5)), fly(five, number("5", 2, 0.5)))

    @cue(seconds=1.0)
    def a_number_flies_into_one_that_moves(self) -> Animation:
        """Fault."""
        four, five = number("4", -2, 0), number("5", 0, -1)
        self.add(four, five)
        return AnimationGroup(fly(four, number("4", 2, 0)), change(five).shift(2 * UP).build())

    @cue(seconds=1.0)
    def a_dot_runs_over_a_label(self) -> Animation:
        """Fault: it is no spark."""
        dot = Dot(at(-2, 0), radius=0.3)
        self.add(words("still"), dot)
        return change(dot).shift(4 * RIGHT).build()

    @cue(seconds=1.0)
    def a_line_sweeps_through_a_label(self) -> Animation:
        """Fault, though the line is below the label."""
        line = Line(at(-1, -1), at(1, -1))
        self.add(line, words("still"))
        return change(line).shift(2 * UP).build()

    @cue(seconds=1.0)
    def a_number_bursts_out_of_its_plate(self) -> Animation:
        """Fault, and only on the way."""
        plate = RoundedRectangle(width=2.4, height=0.8, fill_color=theme.colour("surface"), fill_opacity=1)
        self.add(plate, words("number").move_to(plate))
        return change(plate, there_and_back).stretch(0.4, 0).build()

    @cue(seconds=1.0)
    def a_label_goes_into_a_node(self) -> Animation:
        """Fault: it crosses the node's edge."""
        label = words("in").shift(2 * LEFT)
        self.add(Neuron("activation", 0.8), label)
        return change(label).move_to(at(0, 0)).build()

    @cue(seconds=1.0)
    def numbers_fly_from_one_place(self) -> Animation:
        """No fault: they part."""
        source = number("4", -2, 0)
        self.add(source)
        return AnimationGroup(*(fly(source, number("4", 2, y)) for y in (-1, 1)))

    @cue(seconds=1.0)
    def numbers_fly_side_by_side(self) -> Animation:
        """No fault."""
        sources = [number("4", -2, y) for y in (-1, 1)]
        self.add(*sources)
        return AnimationGroup(*(fly(source, source.copy().shift(4 * RIGHT)) for source in sources))

    @cue(seconds=1.0)
    def letters_cross(self) -> Animation:
        """No fault: the rule is for numbers."""
        one, other = words("a").move_to(at(-2, 0.5)), words("b").move_to(at(-2, -0.5))
        self.add(one, other)
        goals = words("a").move_to(at(2, -0.5)), words("b").move_to(at(2, 0.5))
        return AnimationGroup(*map(fly, (one, other), goals))

    @cue(seconds=1.0)
    def what_moves_with_what_is_below(self) -> Animation:
        """No fault: a badge half over a node, all together, and a line below the badge's plate."""
        node = Neuron("activation", 0.8)
        badge = Badge("2", "gradient").move_to(node.circle.point_at_angle(0.9))
        group = VGroup(node, badge)
        line = Line(at(-1, 0.5), at(3, 0.5)).set_z_index(-1)
        self.add(group, line)
        return AnimationGroup(change(group).shift(RIGHT).build(), change(line).shift(0.2 * UP).build())

    @cue(seconds=1.0)
    def a_label_moves_over_a_line(self) -> Animation:
        """No fault: the line rests and is thin."""
        label = words("label").shift(UP)
        self.add(Line(at(-2, 0), at(2, 0)), label)
        return change(label).shift(2 * DOWN).build()

    @cue(seconds=1.0)
    def a_line_is_drawn_through_a_label(self) -> Animation:
        """No fault: a label may be on a line."""
        self.add(words("label"))
        return draw(Line(at(-2, -0.5), at(2, 0.5)))

    @cue(seconds=1.0)
    def a_number_is_struck_out(self) -> Animation:
        """No fault."""
        three = number("3", 0, 0)
        self.add(three)
        return draw(Strike(three))

    @cue(seconds=1.0)
    def a_dot_runs_over_what_is_dimmed(self) -> Animation:
        """No fault: there is nothing to read."""
        dot = Dot(at(-2, 0), radius=0.3)
        self.add(words("dim").set_opacity(theme.DIMMED), dot)
        return change(dot).shift(4 * RIGHT).build()

    @cue(seconds=2.0)
    def a_shape_among_the_captions(self) -> Animation:
        """No fault: only words and numbers must not be there."""
        return _for_a_moment(Circle(0.3).move_to(at(0, -2)), 1.45 * DOWN)

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
        return _for_a_moment(Line(at(-2, 0), at(6, 0)), 2 * RIGHT)

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
