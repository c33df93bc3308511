"""Overlays: what stays in its place on the frame while the view of the stage moves."""

from manim import Group, Mobject, VMobject

from storyreel.stage.view import View


class Overlay(Group):
    """Shapes with places on the frame; `follow` puts them where a view of the stage shows them there."""

    def __init__(self, *shapes: Mobject) -> None:
        super().__init__(*shapes)
        self._on_frame = [(part, part.points.copy(), _stroke_width(part)) for part in self.get_family()]

    def follow(self, view: View) -> None:
        """Move and scale the shapes on the stage so that they stay in their places on the frame."""
        for part, points, width in self._on_frame:
            part.points = points / view.scale
            part.points[:, :2] += (view.x, view.y)
            if isinstance(part, VMobject):
                part.set_stroke(width=width / view.scale, family=False)


def _stroke_width(part: Mobject) -> float:
    return part.get_stroke_width() if isinstance(part, VMobject) else 0.0
