"""A network that folds into a narrower one: the neurons of each layer merge."""

from manim import Animation, AnimationGroup, ReplacementTransform, Succession, Transform, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.graphics.motion.verbs import appear, ease_out, vanish
from storyreel.graphics.networks.network_diagram import NetworkDiagram


def fold_network(before: NetworkDiagram, after: NetworkDiagram) -> list[Animation]:
    """The neurons and connections of each layer of `before` merge into those of the same layer of `after`.

    Raises StoryreelError where `after` has other layers, or more neurons in one.
    """
    widths = [[len(column) for column in diagram.columns] for diagram in (before, after)]
    if len(widths[0]) != len(widths[1]) or any(a > b for b, a in zip(*widths, strict=True)):
        sizes = ["-".join(map(str, width)) for width in widths]
        raise StoryreelError(f"a {sizes[0]} network does not fold into a {sizes[1]} one")
    joined = {
        name: column[number * len(column) // len(wide)]
        for wide, column in zip(before.columns, after.columns, strict=True)
        for number, name in enumerate(wide)
    }
    between = {after.ends(weight): edge for weight, edge in after.edges.items()}
    edges = [(edge, before.ends(weight)) for weight, edge in before.edges.items()]
    merging = [
        *merge([(edge, between[joined[source], joined[sink]]) for edge, (source, sink) in edges]),
        *merge([(node, after.nodes[joined[name]]) for name, node in before.nodes.items()]),
    ]
    coming = [*map(appear, (*after.names.values(), *after.marks.values()))]
    steps = [AnimationGroup(*merging), AnimationGroup(*coming, run_time=0.5)]
    # Neurons and connections may run over the symbols, and come from where others will stand.
    if leaving := [*map(vanish, (*before.names.values(), *before.marks.values()))]:
        steps.insert(0, AnimationGroup(*leaving, run_time=0.3))
    return [Succession(*steps)]


def merge(pairs: list[tuple[VMobject, VMobject]]) -> list[Animation]:
    """Each shape moves to its counterpart; the first one becomes it, the others vanish there."""
    moves: list[Animation] = []
    arrived: list[VMobject] = []
    for shape, there in pairs:
        if there in arrived:
            moves.append(Transform(shape, there.copy(), remover=True, rate_func=ease_out))
        else:
            moves.append(ReplacementTransform(shape, there, rate_func=ease_out))
            arrived.append(there)
    return moves
