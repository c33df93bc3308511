"""Networks: widths of connections and brightness of neurons grow with the numbers that they stand for."""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import line_through, share
from helpers.stage import Cue, stage_after

from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame
from storyreel.graphics.networks.adjustable_network import AdjustableNetwork, area_above_knobs
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.networks.training_picture import TrainingPicture

Make = Callable[[], Experiment]
WIDE: list[Make] = [lessons.dense, lessons.relu, lambda: lessons.wide(2)]
Line = tuple[float, float]


def weights(experiment: Experiment) -> list[str]:
    return [name for name in experiment.network.names.parameters if name[0] in "wW"]


def check_widths(edges: Mapping[str, Edge], sizes: Mapping[str, float], line: Line | None = None) -> Line:
    """Connections are the wider, in proportion, the larger their sizes are, and as in another picture."""
    seen = [edge.get_stroke_width() for edge in edges.values()]
    found = line_through([abs(sizes[name]) for name in edges], seen)
    assert max(seen) > 1.5 * min(seen)
    assert line is None or found == pytest.approx(line, rel=1e-3)
    return found


def brightness(node: Neuron) -> float:
    """How much of its colour a neuron is filled with, from 0 to 1."""
    return share(node.circle.get_fill_color(), theme.colour("surface"), theme.colour(node.kind))


def check_brightness(nodes: Iterable[Neuron], sizes: Iterable[float], line: Line | None = None) -> Line:
    """Neurons are the brighter, in proportion, the larger their values are in size, the first one fully."""
    seen = [brightness(node) for node in nodes]
    found = line_through(list(sizes), seen)
    assert 0 < found[0] < 0.2
    if line is None:
        assert max(seen) == pytest.approx(1.0, abs=5e-3)
    else:
        assert found == pytest.approx(line, rel=1e-2)
    return found


def neurons(
    diagram: NetworkDiagram, values: Mapping[str, float], first: Mapping[str, float] | None = None
) -> tuple[list[Neuron], list[float]]:
    """The neurons and their values, which count up to the largest that they had at `first`."""
    names = [name for column in diagram.columns for name in column]
    largest = max(abs((first or values)[name]) for name in names)
    return [diagram.nodes[name] for name in names], [min(abs(values[name]), largest) for name in names]


@pytest.mark.parametrize("make", WIDE)
def test_connections_are_as_wide_as_their_weights_are_large(make: Make) -> None:
    experiment = make()
    check_widths(NetworkDiagram(experiment.trace, Frame().stage).edges, by_hand.numbers(experiment))


@pytest.mark.parametrize("make", WIDE)
def test_connections_and_neurons_follow_the_numbers_while_a_network_learns(make: Make) -> None:
    experiment = make()
    output = experiment.network.names.activations[-1][0]
    picture = TrainingPicture(experiment, 8, output, is_log=False, frame=Frame())
    path = by_hand.descent(experiment, 8)
    start = by_hand.numbers(experiment)
    picture.start_at(0)
    widths = check_widths(picture.diagram.edges, start)
    bright = check_brightness(*neurons(picture.diagram, start))
    follow = picture.follow(lambda share: 8 * share)
    for step, show in ((3, lambda: picture.start_at(3)), (5, lambda: follow(0.7)), (8, lambda: follow(1.0))):
        show()
        now = by_hand.numbers(experiment, path[step])
        check_widths(picture.diagram.edges, now, widths)
        check_brightness(*neurons(picture.diagram, now, start), bright)


def test_edge_widths_change_as_the_weights_of_the_lesson_s_network_do(chain: Experiment) -> None:
    picture = TrainingPicture(chain, 20, "y", is_log=False, frame=Frame())
    path = by_hand.descent(chain, 20)
    widths = {}
    for step in (0, 20):
        picture.start_at(step)
        widths[step] = {name: edge.get_stroke_width() for name, edge in picture.diagram.edges.items()}
    (w1, w2), (v1, v2) = path[0].values(), path[20].values()
    unit = (widths[0]["w1"] - widths[0]["w2"]) / (w1 - w2)
    assert unit > 0
    assert widths[20]["w1"] - widths[0]["w1"] == pytest.approx(unit * (v1 - w1), rel=1e-4)
    assert widths[20]["w2"] - widths[0]["w2"] == pytest.approx(unit * (v2 - w2), rel=1e-4)


@pytest.mark.parametrize("make", WIDE)
def test_turned_weights_change_the_widths_the_neurons_and_the_loss(make: Make) -> None:
    experiment = make()
    network = AdjustableNetwork(experiment, area_above_knobs(Frame()))
    meter = network.add_meter("error")
    names = weights(experiment)
    start = by_hand.numbers(experiment)
    network.show(experiment.network.parameters)
    widths = check_widths(network.diagram.edges, start)
    bright = check_brightness(*neurons(network.diagram, start))
    height = meter.bar.height
    turned = {name: 0.8 * start[name] for name in names[::2]}
    network.show(np.array([turned.get(name, start[name]) for name in experiment.network.names.parameters]))
    now = by_hand.numbers(experiment, turned)
    check_widths(network.diagram.edges, now, widths)
    check_brightness(*neurons(network.diagram, now, start), bright)
    assert meter.bar.height / height == pytest.approx(min(now["loss"] / start["loss"], 4 / 3), rel=1e-4)
    assert shown(now["loss"]) == meter.text


def test_a_lit_connection_is_wider_and_in_the_colour_of_weights(dense: Experiment) -> None:
    network = AdjustableNetwork(dense, area_above_knobs(Frame()))
    before = network.diagram.edges["W1[0,0]"].get_stroke_width()
    sign = "positive" if dense.trace.number("W1[0,0]") > 0 else "negative"
    for light in (0.0, 0.5, 1.0):
        network.show(dense.network.parameters, glow={"W1[0,0]": light})
        edge = network.diagram.edges["W1[0,0]"]
        assert share(edge.get_stroke_color(), theme.colour(sign), theme.colour("weight")) == pytest.approx(
            light, abs=5e-3
        )
        assert (edge.get_stroke_width() > before) == (light > 0)


DRAWN: Cue = ("draw_network", {})
CALCULATED: list[Cue] = [("calculate", {"value": "h"}), ("calculate", {"value": "y"})]
FILLED: Cue = ("draw_network", {"filled": True, "loss": True})


@pytest.mark.parametrize(
    ("scene", "cues"), [("layers", [DRAWN, ("light_up", {})]), ("intro", [DRAWN, ("predict", {})])]
)
@pytest.mark.parametrize("make", WIDE)
def test_values_that_flow_in_make_neurons_bright(scene: str, cues: list[Cue], make: Make) -> None:
    stage = stage_after(scene, make(), *cues)
    diagram = stage.network.diagram if scene == "intro" else stage.diagram
    check_brightness(*neurons(diagram, by_hand.numbers(make())))


def test_the_network_on_a_title_card_is_as_bright_as_its_values(dense: Experiment) -> None:
    stage = stage_after("title_card", dense, ("show_title", {"title": "A title"}), ("show_network", {}))
    values, columns = by_hand.numbers(dense), dense.network.names.activations
    lit = [part for part in stage.card if isinstance(part, Neuron)]
    check_brightness(lit, [abs(values[name]) for column in columns for name in column])


@pytest.mark.parametrize("make", WIDE)
def test_an_update_changes_widths_and_the_next_forward_pass_brightness(make: Make) -> None:
    experiment = make()
    cues: list[Cue] = [FILLED, ("update", {}), ("run_forward", {})]
    before, after = (stage_after("update", experiment, *cues[:count]).diagram for count in (1, 3))
    now = by_hand.numbers(experiment, by_hand.descent(experiment, 1)[1])
    start = by_hand.numbers(experiment)
    check_widths(after.edges, now, check_widths(before.edges, start))
    check_brightness(*neurons(after, now, start), check_brightness(*neurons(before, start)))


@pytest.mark.parametrize("scene", ["layers", "update"])
@pytest.mark.parametrize("make", [lessons.dense, lessons.relu])
def test_connections_become_as_wide_as_their_gradients_are_large(scene: str, make: Make) -> None:
    experiment = make()
    stage = stage_after(scene, experiment, DRAWN, ("show_gradients", {}))
    written = getattr(stage, "gradients", {})  # beside their connections instead
    edges = {name: edge for name, edge in stage.diagram.edges.items() if name not in written}
    sizes = {name: by_hand.slope(experiment, name) for name in edges}
    assert len(edges) > 10
    check_widths(edges, sizes)
    kinds = {name: "gradient" if size < 0 else "falling" for name, size in sizes.items()}
    assert all(edges[name].get_stroke_color().to_hex() == theme.colour(kind) for name, kind in kinds.items())
    if scene == "layers":
        line_through([abs(size) for size in sizes.values()], [e.get_stroke_opacity() for e in edges.values()])


@pytest.mark.parametrize("make", [lessons.dense, lessons.relu])
def test_the_largest_gradients_are_pointed_out_on_their_own_connections(make: Make) -> None:
    experiment = make()
    stage = stage_after(
        "layers", experiment, DRAWN, ("show_gradients", {}), ("point_out_largest", {"count": 3})
    )
    gradients = {name: by_hand.slope(experiment, name) for name in weights(experiment)}
    first = sorted(gradients, key=lambda name: -abs(gradients[name]))[:3]
    badges = stage.shown[-3:]
    for name, badge in zip(first, badges, strict=True):
        assert badge.number.plain == shown(gradients[name])
        edge = stage.diagram.edges[name]
        start, end, here = edge.get_start(), edge.get_end(), badge.get_center()
        along = np.linalg.norm(here - start) + np.linalg.norm(end - here)
        assert along == pytest.approx(np.linalg.norm(end - start), rel=1e-3)
        assert edge.get_stroke_opacity() > max(
            other.get_stroke_opacity() for its, other in stage.diagram.edges.items() if its not in first
        )


@pytest.mark.parametrize("make", [lessons.chain, lessons.sigmoid_chain])
def test_a_nudge_makes_the_neurons_of_a_chain_as_bright_as_their_new_values(make: Make) -> None:
    experiment = make()
    cues: list[Cue] = [("draw_chain", {"weight": "w1"}), ("number_lines", {}), ("nudge", {"by": -0.5})]
    stage, now = (
        stage_after("chain_rule", experiment, *cues),
        by_hand.numbers(experiment, shifted={"w1": -0.5}),
    )
    graph = stage.diagram
    names = [name for name in graph.chain.names if graph.nodes[name].kind == "activation"]
    start = by_hand.numbers(experiment)
    largest = max(abs(start[name]) for column in experiment.network.names.activations for name in column)
    dark, full = theme.DARKEST, 1 - theme.DARKEST
    for name in names:
        its = min(abs(now[name]) / largest, 1.0)
        assert brightness(graph.nodes[name]) == pytest.approx(dark + full * its, abs=5e-3)


@pytest.mark.parametrize(
    ("scene", "cues"),
    [
        ("update", [("carry_graph", {})]),
        ("backward_pass", [("carry_chain", {"weight": "w1"})]),
        ("backward_pass", [FILLED, ("unfold_graph", {})]),
        ("backward_pass", [FILLED, ("unfold_graph", {}), ("fold_graph", {})]),
        ("chain_rule", [("draw_chain", {"weight": "w1"})]),
        ("forward_pass", [DRAWN, ("reveal", {"value": "x"}), *CALCULATED]),
        ("loss", [("carry_network", {})]),
    ],
)
@pytest.mark.parametrize("make", [lessons.chain, lessons.negative_chain])
def test_every_picture_of_a_chain_is_as_bright_as_its_values(scene: str, cues: list[Cue], make: Make) -> None:
    diagram, values = stage_after(scene, make(), *cues).diagram, by_hand.numbers(make())
    largest = max(abs(values[name]) for name in ("x", "h", "y"))
    for name in {"x", "h", "y"} & set(diagram.nodes):
        expected = theme.DARKEST + (1 - theme.DARKEST) * abs(values[name]) / largest
        assert brightness(diagram.nodes[name]) == pytest.approx(expected, abs=5e-3)
    assert {"h", "y"} <= set(diagram.nodes)
