"""Animations in which a diagram appears and values flow through it."""

from collections.abc import Iterable

from manim import Animation, AnimationGroup, VMobject

from storyreel.graphics.motion.verbs import appear, change, draw, one_after_another, pop, run_spark
from storyreel.graphics.networks.diagram import Diagram
from storyreel.graphics.networks.network_diagram import NetworkDiagram


def network_appears(diagram: NetworkDiagram) -> Animation:
    """Neurons with their names and connections appear, layer by layer from the inputs to the outputs.

    A node for the loss appears last, if the diagram has one.
    """
    steps: list[Animation] = []
    for layer, column in enumerate(diagram.columns):
        lines = lines_into(diagram, column)
        steps += [AnimationGroup(*map(draw, lines))] if lines else []
        marks = [appear(diagram.marks[layer])] if layer in diagram.marks else []
        steps.append(AnimationGroup(*_nodes_appear(diagram, column), *marks))
    if "loss" in diagram.nodes:
        lines = lines_into(diagram, ["loss"])
        steps.append(AnimationGroup(*map(draw, lines), *_nodes_appear(diagram, ["loss"])))
    return one_after_another(steps, overlap=0.4)


def _nodes_appear(diagram: Diagram, names: Iterable[str]) -> list[Animation]:
    moves: list[Animation] = []
    for name in names:
        moves.append(pop(diagram.nodes[name]))
        moves += [appear(diagram.names[name])] if name in diagram.names else []
    return moves


def lines_into(diagram: Diagram, names: Iterable[str]) -> list[VMobject]:
    """The connections that end in the nodes called `names`."""
    return [line for name in names for line in diagram.forward_paths(name)]


def sparks_into(diagram: Diagram, names: Iterable[str]) -> list[Animation]:
    """One animation of sparks along all connections that end in `names`; an empty list for inputs."""
    lines = lines_into(diagram, names)
    return [AnimationGroup(*(run_spark(line, "activation") for line in lines))] if lines else []


def lights_up(diagram: Diagram, name: str) -> Animation:
    """A node takes the brightness of its value."""
    node = diagram.nodes[name]
    move: Animation = change(node).shine(diagram.brightness(name)).build()
    return move
