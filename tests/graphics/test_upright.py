"""In upright frames small networks and their graphs run from top to bottom."""

from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from helpers import lessons
from manim import VMobject

from storyreel.engine.weight_path import WeightPath
from storyreel.graphics.layout import Area, Frame
from storyreel.graphics.maths.chain_graph import ChainGraph
from storyreel.graphics.maths.chain_response import ChainResponse, Moment
from storyreel.graphics.maths.computation_graph import ComputationGraph
from storyreel.graphics.networks.diagram import Diagram
from storyreel.graphics.networks.label_places import crossings
from storyreel.graphics.networks.network_diagram import NetworkDiagram

STAGE = Frame("9:16").stage
CHAINS = [lessons.chain, lessons.negative_chain, lessons.sigmoid_chain]


def sides(shape: VMobject) -> tuple[float, float, float, float]:
    """Left, bottom, right and top."""
    low, high = shape.get_corner(np.array([-1, -1, 0])), shape.get_corner(np.array([1, 1, 0]))
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def meet(one: VMobject, other: VMobject) -> bool:
    (a, b, c, d), (e, f, g, h) = sides(one), sides(other)
    return min(c, g) - max(a, e) > 0.01 and min(d, h) - max(b, f) > 0.01


def check_clear(diagram: Diagram, *more: VMobject) -> None:
    """Nodes, symbols, labels and tags are apart from each other, and within the area."""
    shapes = [*diagram.nodes.values(), *diagram.names.values(), *diagram.tags.values(), *more]
    for shape in shapes:
        left, bottom, right, top = sides(shape)
        assert left >= STAGE.left - 0.01 and right <= STAGE.right + 0.01
        assert bottom >= STAGE.bottom - 0.01 and top <= STAGE.top + 0.01
    assert not [pair for pair in combinations(shapes, 2) if meet(*pair)]


def check_falls(diagram: Diagram, names: list[str]) -> None:
    """The nodes stand exactly one below the other, and do not overlap."""
    for above, below in pairwise(diagram.nodes[name] for name in names):
        assert above.get_x() == pytest.approx(below.get_x())
        assert above.get_bottom()[1] > below.get_top()[1]


@pytest.mark.parametrize("make", CHAINS)
@pytest.mark.parametrize("with_loss", [False, True])
def test_a_chain_runs_down_with_symbols_on_its_left_and_weights_on_its_right(
    make: Any, with_loss: bool
) -> None:
    trace = make().trace
    diagram = NetworkDiagram(trace, STAGE, with_loss, has_values=True)
    column = [name for (name,) in trace.network.names.activations] + ["loss"] * with_loss
    check_falls(diagram, column)
    check_clear(diagram)
    for name in column:
        assert diagram.names[name].get_right()[0] < diagram.nodes[name].get_left()[0]
    for weight, edge in diagram.edges.items():
        assert diagram.labels[weight].text.get_left()[0] > edge.get_x()
    first, last = diagram.nodes[column[0]], diagram.nodes[column[-1]]
    assert first.get_top()[1] - last.get_bottom()[1] > 0.75 * STAGE.height


def test_the_badge_of_a_weight_is_on_the_other_side_of_its_connection() -> None:
    trace = lessons.chain().trace
    diagram = NetworkDiagram(trace, STAGE, has_values=True)
    for weight, edge in diagram.edges.items():
        badge = diagram.badge(weight, "gradient", trace.number(f"grad.{weight}"))
        assert badge.get_right()[0] < edge.get_x() < diagram.labels[weight].text.get_left()[0]


@pytest.mark.parametrize("frame", [Frame("16:9"), Frame("1:1")], ids=["16:9", "1:1"])
def test_a_chain_runs_from_left_to_right_in_other_frames(frame: Frame) -> None:
    diagram = NetworkDiagram(lessons.chain().trace, frame.stage, has_values=True)
    assert len({round(diagram.nodes[name].get_y(), 6) for name in ("x", "h", "y")}) == 1
    assert diagram.nodes["x"].get_x() < diagram.nodes["h"].get_x() < diagram.nodes["y"].get_x()


def test_a_network_of_many_neurons_runs_from_left_to_right() -> None:
    diagram = NetworkDiagram(lessons.wide(2).trace, STAGE, has_values=True)
    assert not diagram.runs_down
    starts = [diagram.nodes[column[0]].get_x() for column in diagram.columns]
    assert starts == sorted(starts) and starts[0] < starts[-1]


@pytest.mark.parametrize("make", [lessons.chain, lessons.negative_chain])
def test_a_computation_graph_runs_down_with_weights_on_its_left(make: Any) -> None:
    trace = make().trace
    graph = ComputationGraph(trace, STAGE)
    names = trace.network.names
    row = [name for name in graph.nodes if trace[name].kind not in ("weight", "bias", "target")]
    check_falls(graph, sorted(row, key=lambda name: -graph.nodes[name].get_y()))
    check_clear(graph, *graph.operations.values())
    order = [graph.nodes[name].get_y() for (name,) in names.activations]
    assert order == sorted(order, reverse=True) and graph.nodes["loss"].get_y() < order[-1]
    middle = graph.nodes["loss"].get_x()
    for name, node in graph.nodes.items():
        if trace[name].kind in ("weight", "target"):
            assert node.get_right()[0] < middle
        if trace[name].kind == "bias":
            assert node.get_left()[0] > middle


@pytest.mark.parametrize("make", CHAINS)
def test_each_number_line_of_a_chain_that_runs_down_is_beside_its_node(make: Any) -> None:
    graph = ChainGraph(WeightPath(make().trace, "w1"), STAGE)
    check_falls(graph, list(graph.chain.names))
    response = ChainResponse(graph, 0.5, Frame("9:16").whole.bottom)
    moment = Moment(0.5, response.half_range_for(0.5), 0.5)
    for name in response.markers:
        response.show(name, moment)
    for name, line in response.lines.items():
        assert line.y == pytest.approx(graph.nodes[name].get_y())
        assert graph.nodes[name].get_right()[0] < line.get_left()[0]
    ratios = [response.ratio(name, moment) for name in graph.chain.names[1:]]
    check_clear(graph, *ratios, *(VMobject().add(marker.label) for marker in response.markers.values()))
    for ratio, (before, after) in zip(ratios, pairwise(graph.chain.names), strict=True):
        assert graph.nodes[before].get_y() > ratio.get_y() > graph.nodes[after].get_y()


def test_segments_that_are_upright_or_run_to_the_left_cross_boxes() -> None:
    segments = np.array([(0, 2, 0, -2), (2, 1, -2, -1), (0.9, 2, 0.9, 0.9), (-2, 0, 2, 0)], dtype=float)
    box, above, aside = (-0.5, -0.5, 0.5, 0.5), (-0.5, 1.5, 0.5, 1.9), (1.2, -0.3, 1.4, 0.3)
    assert crossings(segments, np.array([box, above, aside])).tolist() == [3.0, 1.0, 1.0]


@pytest.mark.parametrize(("height", "is_upright"), [(1.0, False), (1.19, False), (1.21, True)])
def test_an_area_is_upright_from_a_height_of_one_and_a_fifth_of_its_width(
    height: float, is_upright: bool
) -> None:
    assert Area("area", 0.0, 0.0, 1.0, height).is_upright is is_upright
