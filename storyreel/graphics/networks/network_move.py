"""A network's diagram that moves to another layout."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from manim import Animation, AnimationGroup, Mobject, ReplacementTransform, VMobject

from storyreel.graphics.motion.verbs import appear, ease_out, slide, vanish
from storyreel.graphics.networks.network_diagram import NetworkDiagram

Parts = Mapping[Any, VMobject]


def move_network(
    before: NetworkDiagram, after: NetworkDiagram, on_stage: Collection[Mobject]
) -> list[Animation]:
    """Every part of `before` becomes the same part of `after`; parts that only one of them has fade.

    What is written between the neurons of a network that is not a chain, or that turns, would cross other
    things on its way; so it fades out before the network moves, and in again afterwards. `on_stage` are all
    shapes on stage.
    """
    lines = [vanish(line) for line in before.loss_lines.values()]
    shapes = [
        move
        for pair in zip(_shapes(before), _shapes(after), strict=True)
        for move in _become(*pair, _reshape)
    ]
    written = list(zip(_written(before), _written(after), strict=True))
    values = _become(_values(before), _values(after))
    for value in (*_values(before).values(), *_values(after).values()):
        value.set_z_index(1)  # above the neurons, which are added to the stage again
    turns = before.runs_down != after.runs_down
    if all(len(column) == 1 for column in before.columns) and not turns:
        texts = [move for pair in written for move in _become(*pair)]
        return [AnimationGroup(*lines, *shapes, *texts, *values)]
    there = set(map(id, on_stage))
    old = [part for parts, _ in written for part in parts.values()]
    leaving = [vanish(part) for part in old if not there.isdisjoint(map(id, part.get_family()))]
    coming = [appear(part) for _, parts in written for part in parts.values()]
    steps = [AnimationGroup(*leaving, run_time=0.4)] if leaving else []
    return [*steps, AnimationGroup(*lines, *shapes, *values), AnimationGroup(*coming, run_time=0.4)]


def _become(
    old: Parts, new: Parts, become: Callable[[VMobject, VMobject], Animation] = slide
) -> list[Animation]:
    moves = [become(old[name], new[name]) for name in old if name in new]
    moves += [vanish(old[name]) for name in old if name not in new]
    return [*moves, *(appear(new[name]) for name in new if name not in old)]


def _reshape(old: VMobject, new: VMobject) -> Animation:
    return ReplacementTransform(old, new, rate_func=ease_out)


def _shapes(diagram: NetworkDiagram) -> list[Parts]:
    return [diagram.edges, diagram.nodes]


def _written(diagram: NetworkDiagram) -> list[Parts]:
    return [diagram.names, diagram.targets, diagram.labels, diagram.marks]


def _values(diagram: NetworkDiagram) -> Parts:
    return {name: node.value for name, node in diagram.nodes.items() if node.value is not None}
