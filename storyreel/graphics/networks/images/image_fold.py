"""A network with an image that folds into a narrow one: the neurons of each layer merge."""

import numpy as np
from manim import Animation, AnimationGroup, FadeOut, Succession, Transform, VMobject

from storyreel.graphics.motion.verbs import appear, ease_out, pop, vanish
from storyreel.graphics.networks.images.edge_bundle import EdgeBundle
from storyreel.graphics.networks.images.image_classifier import ImageClassifier
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.network_fold import merge

SMALLEST = 0.05
"""The size of the image as it vanishes in the input neuron, relative to that at first."""


def fold_image(before: ImageClassifier, after: NetworkDiagram) -> list[Animation]:
    """The image becomes the first neuron of `after`, and the neurons and connections of each layer those of
    the same layer; bars and classes fade out. `after` has one neuron a layer, and as many layers."""
    diagram = before.diagram
    neurons = [after.nodes[column[0]] for column in after.columns]
    pairs: list[tuple[VMobject, VMobject]] = [
        (diagram.nodes[name], neuron)
        for column, neuron in zip(diagram.columns, neurons, strict=True)
        for name in column
    ]
    edges = list(after.edges.values())
    bundles = before.gradients or diagram.bundles
    lines = [move for pair in zip(bundles, edges, strict=True) for move in _fold(*pair)]
    below = diagram.bundles if before.gradients else []  # hardly seen below gradients
    image = FadeOut(diagram.image, target_position=neurons[0], scale=SMALLEST, rate_func=ease_out)
    # Before anything runs over it.
    leaving = AnimationGroup(*map(vanish, (*before.around, *below)), run_time=0.3)
    merging = AnimationGroup(*lines, *merge(pairs), image, pop(neurons[0]))
    coming = map(appear, (*after.edges.values(), *after.names.values(), *after.marks.values()))
    return [Succession(leaving, merging, AnimationGroup(*coming, run_time=0.5))]


def _fold(bundle: EdgeBundle, edge: VMobject) -> list[Animation]:
    """All lines of a bundle move to an edge, where they vanish."""
    start, end = edge.get_start(), edge.get_end()
    one = np.array([start, start + (end - start) / 3, start + (end - start) * 2 / 3, end])
    moves: list[Animation] = []
    for shape in bundle.submobjects:
        if len(shape.points):
            there = shape.copy().set_stroke(opacity=0)
            there.points = np.tile(one, (len(shape.points) // 4, 1))
            moves.append(Transform(shape, there, remover=True, rate_func=ease_out))
    return moves
