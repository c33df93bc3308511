"""Shapes with a text that belongs to them, such as a square with its area."""

from manim import VGroup, VMobject

from storyreel.graphics.text.typeset import Typeset


class Labelled(VGroup):
    """`shapes` and, as the last part, a `label` with their size."""

    def __init__(self, *shapes: VMobject, label: Typeset) -> None:
        self.shapes, self.label = shapes, label
        super().__init__(*shapes, label)

    def take_label(self, label: Typeset) -> Typeset:
        """Put another label in place of the one it has, which is returned."""
        before, self.label = self.label, label
        self.submobjects = [*self.shapes, label]
        return before
