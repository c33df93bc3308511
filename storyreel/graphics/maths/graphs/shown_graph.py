"""The picture of a graph with what of it is on stage: values in nodes, gradients, what waits on edges."""

from collections.abc import Iterator

from manim import VMobject

from storyreel.engine.graph.graph import Edge
from storyreel.graphics.maths.graphs.graph_picture import GraphPicture
from storyreel.graphics.networks.label_places import Box, box_of
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.typeset import Typeset


class ShownGraph:
    """The nodes and arrows of a `picture`, and `values` and gradients by node; a value without room is None.

    `badges` have the gradients of nodes, `passed` what has come back along edges: None where it has no badge
    of its own, as it is under its node, or has no room.
    """

    def __init__(self, picture: GraphPicture) -> None:
        self.picture = picture
        self.values: dict[str, Typeset | None] = {}
        self.badges: dict[str, Badge] = {}
        self.passed: dict[Edge, Badge | None] = {}

    def fill(self, name: str) -> Typeset | None:
        """The value of a node, which is in its node from now on."""
        value = self.picture.value(name)
        self.values[name] = self.picture.nodes[name].circle.value = value
        return value.set_z_index(1) if value is not None else None

    @property
    def waiting(self) -> dict[Edge, Badge]:
        """The gradients that wait on their edges."""
        return {edge: badge for edge, badge in self.passed.items() if badge is not None}

    @property
    def parts(self) -> list[VMobject]:
        """All that is on stage, in drawing order."""
        arrows = self.picture.arrows.values()
        nodes = [part for node in self.picture.nodes.values() for part in node.parts]
        numbers = [*self.values.values(), *self.badges.values(), *self.waiting.values()]
        return [*arrows, *nodes, *(each for each in numbers if each is not None)]

    def around(self, name: str) -> Iterator[VMobject]:
        """A node with its value and its gradient."""
        yield from self.picture.nodes[name].parts
        yield from (part for part in (self.values.get(name), self.badges.get(name)) if part is not None)

    def taken(self) -> list[Box]:
        """The boxes of the gradients that wait on their edges."""
        return [box_of(badge, 0.04) for badge in self.waiting.values()]
