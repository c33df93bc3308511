"""A network that moves: all that is drawn of it goes to where it stands in another drawing of it."""

from collections.abc import Mapping

from manim import Animation, ReplacementTransform, VMobject

from storyreel.graphics.motion.verbs import appear, settle, vanish
from storyreel.graphics.networks.network_diagram import NetworkDiagram


def move_network(before: NetworkDiagram, after: NetworkDiagram) -> list[Animation]:
    """Every part of `before` becomes that part of `after`; what only one of them has fades or appears."""
    moves = [vanish(line) for line in before.loss_lines.values()]
    for old, new in zip(_parts(before), _parts(after), strict=True):
        moves += [ReplacementTransform(old[name], new[name], rate_func=settle) for name in old if name in new]
        moves += [vanish(old[name]) for name in old if name not in new]
        moves += [appear(new[name]) for name in new if name not in old]
    return moves


def _parts(diagram: NetworkDiagram) -> list[Mapping[str, VMobject]]:
    """The parts on stage by name, kind after kind, in the order in which they are drawn."""
    values = {name: node.value for name, node in diagram.nodes.items() if node.value is not None}
    return [diagram.edges, diagram.nodes, diagram.names, diagram.targets, diagram.labels, values]
