"""The stage of chapters with numbers on badges and words beside a diagram, none of which covers another."""

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Animation, AnimationGroup, Rectangle, VMobject

from storyreel.engine.operation import GRADIENT
from storyreel.graphics.motion.verbs import appear, vanish
from storyreel.graphics.networks.diagram import Diagram
from storyreel.graphics.networks.label_places import Box, box_of, is_clear, put_clear
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.typeset import CAPITALS, DESCENDERS, Typeset
from storyreel.stage.diagram_stage import NO_NETWORK, DiagramStage
from storyreel.stage.equation_stage import EquationStage
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import QuantityName, Text, cue

REMARK_SCALES = (1.0, 0.85, 0.7)
LONGEST_LABEL = 3.0
"""The largest width, in Manim units, of the words above a part of the picture."""


class BadgeStage(DiagramStage, EquationStage):
    """A stage with gradients on badges, and words, beside the parts of its diagram.

    `gradients` are the badges on stage by the names of their parts, `remarks` the words.
    """

    diagram: Diagram | None = None

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.gradients: dict[str, Badge] = {}
        self.remarks: list[Typeset] = []

    @property
    def drawing(self) -> Diagram:
        """The diagram on stage; raises StoryreelError where there is none."""
        return needed(self.diagram, NO_NETWORK)

    def taken(self) -> list[Box]:
        """The rectangles of badges and remarks on stage, and of what is around the picture, which what comes
        later must not cover."""
        shapes = (*self.gradients.values(), *self.remarks)
        return [*(box_of(shape, 0.03) for shape in shapes), *self.drawing.surroundings]

    @cue(seconds=0.8, requires=("network or graph or chain", "{value}", "{text} fits 3 at 0.36"))
    def label(self, value: QuantityName, text: Text) -> Animation:
        """A few words appear above a part of the picture, or where there is room beside it."""
        remark = few_words(text, LONGEST_LABEL)
        part = self.drawing.part(value)
        name = self.drawing.names.get(value)
        parts = [(part, UP, 0.2), (name or part, DOWN, 0.12), (part, LEFT, 0.2), (part, RIGHT, 0.2)]
        if self.drawing.runs_down:  # lines run above and below
            parts = [(name or part, LEFT, 0.15), (part, RIGHT, 0.2), *parts]
        parts += [(name or part, RIGHT, 0.15), (part, UP, 0.5), (part, UP, 0.8), (name or part, DOWN, 0.5)]
        # Lines of words have the same distance from their part, with or without descenders.
        remark.on_baseline(0.0)
        depth, height = DESCENDERS * remark.em, (DESCENDERS + CAPITALS) * remark.em
        places = []
        for shape, side, gap in parts:
            line = Rectangle(width=remark.width, height=height).next_to(shape, side, buff=gap)
            places.append(line.get_bottom() + np.array([0.0, depth + remark.get_y(), 0.0]))
        put_clear(remark, places, [*self.drawing.boxes(value), *self.taken()], REMARK_SCALES)
        self.remarks.append(remark)
        return appear(remark, from_above=0.15)

    @cue(seconds=0.6)
    def clear_labels(self) -> Animation | None:
        """All words written by `label` fade out."""
        before, self.remarks = self.remarks, []
        return AnimationGroup(*(vanish(remark) for remark in before)) if before else None

    def gradient_badge(self, name: str) -> Badge | None:
        """The gradient of a quantity on a badge, in its place; None where it would cover something."""
        taken, (called, value) = self.taken(), self.gradient_number(name)
        badge = self.drawing.badge(name, "gradient", value, called, taken)
        return badge if is_clear(badge, [*self.drawing.boxes(name), *taken]) else None

    def gradient_number(self, name: str) -> tuple[str, float]:
        """The name and the value of the gradient of a quantity that stands on a badge."""
        return GRADIENT + name, self.trace.number(GRADIENT + name)

    def number_on_stage(self, name: str) -> VMobject | None:
        """The number `name` in the picture, or None where it is not shown."""
        badge = self.badge_on_stage(name)
        return badge.number if badge is not None else self.drawing.number_of(name)

    @property
    def has_picture(self) -> bool:
        """True if there is a diagram from which numbers may fly."""
        return self.diagram is not None

    def badge_on_stage(self, name: str) -> Badge | None:
        """The badge of the gradient called `name`, such as `grad.w1`, or None where it is not shown."""
        return self.gradients.get(name.removeprefix(GRADIENT)) if name.startswith(GRADIENT) else None
