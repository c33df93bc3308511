"""A gate enlarged, whose curve bends into that of another activation function."""

from manim import (
    UP,
    Animation,
    AnimationGroup,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
)
from manim.utils.rate_functions import linear

from storyreel.graphics import theme
from storyreel.graphics.motion.verbs import appear, ease_travel, pop
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.gates.gate_panel import GAP, SIDE, ground_behind, leaves
from storyreel.graphics.text.typeset import words


class GateBend(VGroup):
    """The plot of the activation function `before`, with sides of `SIDE` units and its name above it, whose
    curve bends into that of the function `after`.

    Both are names of functions that have curves. `headings` are their names as texts.
    """

    def __init__(self, before: str, after: str) -> None:
        self.gate, self.bent = (Gate(name, 0.0, SIDE) for name in (before, after))
        names = (name.replace("_", " ") for name in (before, after))
        self.headings = tuple(
            words(name, em=theme.SIZES.small, colour=theme.colour("muted")) for name in names
        )
        for heading in self.headings:
            heading.next_to(self.gate.plate, UP, buff=GAP)
        self.ground = ground_behind(self.gate.plate, *self.headings)
        super().__init__(self.ground, self.gate, *self.headings)
        self.set_z_index(1)

    def opens(self) -> Animation:
        """It appears with the name of the first function."""
        return AnimationGroup(appear(self.ground), pop(self.gate), appear(self.headings[0]))

    def bends(self) -> Animation:
        """The curve becomes that of the second function, and its name takes the place of the first one."""
        before, after = (VGroup(*gate.axes, gate.curve) for gate in (self.gate, self.bent))
        starts = [line.points.copy() for line in before]
        way = self.gate.plate.get_center() - self.bent.plate.get_center()

        def bend(_: Mobject, alpha: float) -> None:
            share = ease_travel(alpha)
            for line, start, end in zip(before, starts, after, strict=True):
                line.points = (1 - share) * start + share * (end.points + way)

        bending = UpdateFromAlphaFunc(before, bend, introducer=True, rate_func=linear)
        return AnimationGroup(bending, Succession(leaves(self.headings[0]), appear(self.headings[1])))

    def closes(self) -> Animation:
        """All of it fades out."""
        gate = self.gate
        return AnimationGroup(
            *map(leaves, (self.ground, gate.plate, *gate.axes, gate.curve, gate.dot, self.headings[1]))
        )
