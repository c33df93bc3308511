"""A network's diagram that moves to another layout."""

from collections.abc import Mapping

from manim import Animation, ReplacementTransform, VMobject

from storyreel.graphics.motion.verbs import appear, ease_out, vanish
from storyreel.graphics.networks.network_diagram import NetworkDiagram


def move_network(before: NetworkDiagram, after: NetworkDiagram) -> list[Animation]:
    """Every part of `before` becomes the same part of `after`; parts that only one of them has fade."""
    moves = [vanish(line) for line in before.loss_lines.values()]
    for old, new in zip(_parts(before), _parts(after), strict=True):
        moves += [
            ReplacementTransform(old[name], new[name], rate_func=ease_out) for name in old if name in new
        ]
        moves += [vanish(old[name]) for name in old if name not in new]
        moves += [appear(new[name]) for name in new if name not in old]
    return moves


def _parts(diagram: NetworkDiagram) -> list[Mapping[str, VMobject]]:
    """The parts on stage by name, one mapping for each kind of part, in drawing order."""
    values = {name: node.value for name, node in diagram.nodes.items() if node.value is not None}
    return [diagram.edges, diagram.nodes, diagram.names, diagram.targets, diagram.labels, values]
