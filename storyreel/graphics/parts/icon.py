"""Icons: everyday things to which lessons compare learning, each made of a few shapes."""

from collections.abc import Callable
from math import cos, pi, sin

from manim import Arc, Circle, Ellipse, Polygon, RoundedRectangle, VGroup, VMobject

from storyreel.graphics import theme
from storyreel.graphics.layout import at


def _filled(shape: VMobject, kind: str, opacity: float = 1.0) -> VMobject:
    """The shape without an outline."""
    return shape.set_stroke(width=0).set_fill(theme.colour(kind), opacity)


def _lined(shape: VMobject, kind: str = "line", fill: str = "surface") -> VMobject:
    """The closed shape with an outline and a fill."""
    return shape.set_stroke(theme.colour(kind), theme.SPACING.stroke).set_fill(theme.colour(fill), 1)


def _line(*points: tuple[float, float], kind: str = "line") -> VMobject:
    path = VMobject().set_points_as_corners([at(x, y) for x, y in points])
    return path.set_stroke(theme.colour(kind), theme.SPACING.stroke)


def target() -> VGroup:
    """An archery target with an arrow beside the bull's-eye."""
    rings = [(2.0, "surface"), (1.5, "background"), (1.0, "surface"), (0.5, "target")]
    shapes = [_lined(Circle(radius=radius), "muted", fill) for radius, fill in rings]
    arrow = [
        _line((0.75, 0.6), (2.3, 1.75), kind="loss"),
        _filled(Polygon(at(0.6, 0.5), at(0.95, 0.62), at(0.8, 0.85)), "loss"),
        _line((2.0, 1.9), (2.3, 1.75), (2.35, 1.4), kind="loss"),
    ]
    return VGroup(*shapes, *arrow)


def dial() -> VGroup:
    """A thermostat's dial with a scale and a hand."""
    marks = (pi * (1.2 - 1.4 * step / 8) for step in range(9))
    ticks = [
        _line((1.95 * cos(a), 1.95 * sin(a)), (2.25 * cos(a), 2.25 * sin(a)), kind="muted") for a in marks
    ]
    swept = Arc(radius=1.65, start_angle=1.2 * pi, angle=-0.9 * pi).set_stroke(
        theme.colour("weight"), theme.SPACING.bold_stroke
    )
    knob = _lined(Circle(radius=1.35), "muted")
    hand = _line((0.0, 0.0), (1.2 * cos(0.3 * pi), 1.2 * sin(0.3 * pi)), kind="weight")
    return VGroup(*ticks, swept, knob, hand, _filled(Circle(radius=0.16), "weight"))


def mountain() -> VGroup:
    """A mountain with a path down into the valley, and someone on it."""
    back = _lined(Polygon(at(-0.4, -1.6), at(1.4, 0.9), at(3.0, -1.6)), "line")
    front = _lined(Polygon(at(-3.0, -1.6), at(-0.9, 1.8), at(1.3, -1.6)), "muted")
    snow = _filled(
        Polygon(at(-0.9, 1.72), at(-1.4, 0.9), at(-1.1, 1.1), at(-0.85, 0.8), at(-0.6, 1.08), at(-0.4, 0.93)),
        "text",
    )
    path = _line((-0.75, 0.45), (-1.35, 0.0), (-0.45, -0.45), (-1.25, -0.95), (-0.2, -1.5), kind="weight")
    walker = [_filled(Circle(radius=0.17), "activation").move_to(at(-0.75, 0.62))]
    return VGroup(back, front, snow, path, *walker)


def pot() -> VGroup:
    """A pot on the stove, with steam rising and a spoon in it."""
    steam = [
        VMobject()
        .set_points_smoothly([at(x, 1.0), at(x + 0.18, 1.3), at(x - 0.1, 1.65), at(x + 0.1, 1.95)])
        .set_stroke(theme.colour("muted"), theme.SPACING.stroke)
        for x in (-0.8, -0.1, 0.6)
    ]
    spoon = [_line((0.9, 0.3), (1.9, 1.9), kind="weight")]
    body = _lined(RoundedRectangle(corner_radius=0.35, width=3.4, height=2.0), "muted").move_to(at(0, -0.7))
    rim = _lined(Ellipse(width=3.6, height=0.6), "muted").move_to(at(0, 0.3))
    soup = _filled(Ellipse(width=3.1, height=0.36), "weight").move_to(at(0, 0.28))
    ears = [
        _line((s * 1.7, -0.3), (s * 2.2, -0.3), (s * 2.2, -0.7), (s * 1.7, -0.7), kind="muted")
        for s in (-1, 1)
    ]
    return VGroup(*steam, *ears, body, rim, soup, *spoon)


def test() -> VGroup:
    """A marked test with right and wrong answers."""
    sheet = _lined(RoundedRectangle(corner_radius=0.15, width=3.2, height=4.2), "muted")
    lines, marks = [], []
    for row, is_right in enumerate((True, True, False, True)):
        y = 1.4 - 0.8 * row
        lines.append(_line((-0.5, y), (1.2, y)))
        if is_right:
            marks.append(_line((-1.25, y), (-1.08, y - 0.2), (-0.75, y + 0.22), kind="target"))
        else:
            marks.append(_line((-1.2, y - 0.2), (-0.8, y + 0.2), kind="loss"))
            marks.append(_line((-1.2, y + 0.2), (-0.8, y - 0.2), kind="loss"))
    return VGroup(sheet, *lines, *marks, _line((-0.5, -1.6), (0.7, -1.6), kind="loss"))


def music() -> VGroup:
    """Notes on a staff."""
    staff = [_line((-2.6, y), (2.6, y)) for y in (-0.8, -0.4, 0.0, 0.4, 0.8)]
    notes = []
    for x, y in ((-1.7, -0.6), (-0.5, -0.2), (0.7, 0.2)):
        head = Ellipse(width=0.62, height=0.44).rotate(0.35).move_to(at(x, y))
        notes += [
            _filled(head, "activation"),
            _line((x + 0.28, y + 0.05), (x + 0.28, y + 1.5), kind="activation"),
        ]
    beam = _line((-0.22, 1.3), (0.98, 1.7), kind="activation").set_stroke(width=theme.SPACING.bold_stroke)
    last = Ellipse(width=0.62, height=0.44).rotate(0.35).move_to(at(1.9, -0.2))
    return VGroup(
        *staff,
        *notes,
        beam,
        _filled(last, "activation"),
        _line((2.18, -0.15), (2.18, 1.3), kind="activation"),
    )


ICONS: dict[str, Callable[[], VGroup]] = {
    "target": target,
    "dial": dial,
    "mountain": mountain,
    "pot": pot,
    "test": test,
    "music": music,
}
