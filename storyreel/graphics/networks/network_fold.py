"""A network that folds into a narrower one: the neurons of each layer merge."""

from typing import Any

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    FadeOut,
    Mobject,
    ReplacementTransform,
    Succession,
    Transform,
    VMobject,
)

from storyreel.core.errors import StoryreelError
from storyreel.graphics.motion.verbs import appear, ease_out, vanish
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.storyboard.folding import merged_layers

FADING = 2
"""The power of what is left of its way by which a shape that merges with another one has faded."""


def fold_network(before: NetworkDiagram, after: NetworkDiagram) -> list[Animation]:
    """The neurons and connections of each layer of `before` merge into those of a layer of `after`, and
    hidden layers with each other where there are more; connections between these shrink away.

    Raises StoryreelError where `after` has more layers, or more neurons in one.
    """
    widths = [[len(column) for column in diagram.columns] for diagram in (before, after)]
    layers = merged_layers(*widths)
    if layers is None:
        sizes = ["-".join(map(str, width)) for width in widths]
        raise StoryreelError(f"a {sizes[0]} network does not fold into a {sizes[1]} one")
    joined = {
        name: after.columns[layer][number * len(after.columns[layer]) // len(wide)]
        for wide, layer in zip(before.columns, layers, strict=True)
        for number, name in enumerate(wide)
    }
    between = {after.ends(weight): edge for weight, edge in after.edges.items()}
    merging, shrinking = list[tuple[VMobject, VMobject]](), list[Animation]()
    for weight, edge in before.edges.items():
        source, sink = (joined[name] for name in before.ends(weight))
        if (source, sink) in between:
            merging.append((edge, between[source, sink]))
        else:
            shrinking.append(_shrink(edge, after.nodes[sink]))
    coming = [*map(appear, (*after.names.values(), *after.marks.values()))]
    steps = [
        AnimationGroup(
            *shrinking,
            *merge(merging),
            *merge([(node, after.nodes[joined[name]]) for name, node in before.nodes.items()]),
        ),
        AnimationGroup(*coming, run_time=0.5),
    ]
    # Neurons and connections may run over the symbols, and come from where others will stand.
    if leaving := [*map(vanish, (*before.names.values(), *before.marks.values()))]:
        steps.insert(0, AnimationGroup(*leaving, run_time=0.3))
    return [Succession(*steps)]


def _shrink(shape: VMobject, into: VMobject) -> Animation:
    """A shape fades out while it shrinks into the middle of another one."""
    return FadeOut(shape, target_position=into.get_center(), scale=0.1, rate_func=ease_out)


class _Absorbed(Transform):
    """A shape that moves onto another one and fades on its way: the outlines of many, one over another, would
    be a solid band."""

    def interpolate_submobject(self, submobject: Mobject, *ends: Any) -> Any:
        """Called by Manim in every frame, for each outline."""
        super().interpolate_submobject(submobject, *ends)
        if isinstance(submobject, VMobject):
            left = np.array([1.0, 1.0, 1.0, (1 - ends[-1]) ** FADING])
            submobject.fill_rgbas, submobject.stroke_rgbas = (
                submobject.fill_rgbas * left,
                submobject.stroke_rgbas * left,
            )
        return self


def merge(pairs: list[tuple[VMobject, VMobject]]) -> list[Animation]:
    """Each shape moves to its counterpart; the first one becomes it, the others fade on their way there."""
    moves: list[Animation] = []
    arrived: list[VMobject] = []
    for shape, there in pairs:
        if there in arrived:
            moves.append(_Absorbed(shape, there.copy(), remover=True, rate_func=ease_out))
        else:
            moves.append(ReplacementTransform(shape, there, rate_func=ease_out))
            arrived.append(there)
    return moves
