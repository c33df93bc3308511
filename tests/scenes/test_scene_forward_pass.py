"""The forward pass's scene: numbers run along connections and pass the gates of neurons."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers.lessons import chain, dense, sigmoid_chain
from helpers.measure import middle, reading
from helpers.stage import Cue, beat_ends, performance, stage_after
from manim.utils.family import extract_mobject_family_members

from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network
from storyreel.graphics.layout import Frame
from storyreel.graphics.maths.single_connection import SingleConnection
from storyreel.graphics.networks.gates.gate import Gate
from storyreel.graphics.networks.gates.gate_panel import GatePanel
from storyreel.graphics.networks.gates.response_plot import ResponsePlot
from storyreel.graphics.networks.label_places import box_of, is_clear
from storyreel.graphics.text.typeset import Typeset
from storyreel.rendering.play import watch, watch_beats
from storyreel.stage.response_stage import RESPONSE_HEIGHT
from storyreel.stage.stage import Stage
from storyreel.storyboard.folding import merged_layers

NETWORK: Cue = ("draw_network", {})
WEIGHTS: Cue = ("show_weights", {})
GATES: Cue = ("show_gates", {})
X: Cue = ("reveal", {"value": "x"})


def along(weight: str) -> Cue:
    return "propagate", {"along": weight}


def passing(value: str, enlarged: bool = True) -> Cue:
    return "pass_gate", {"value": value, "enlarged": enlarged}


def texts_of_frames(experiment: Experiment, *cues: Cue) -> list[set[str]]:
    """What is written on stage at each frame."""
    said: list[set[str]] = []

    def look(stage: Stage, *_: int) -> None:
        labels = Snapshot(stage, is_still=True).labels()
        said.append({label.piece.plain for label in labels})

    watch(performance("forward_pass", experiment, cues, fps=6), look)
    return said


def test_a_number_runs_along_its_connection_and_the_weight_multiplies_it() -> None:
    said = texts_of_frames(chain(), NETWORK, WEIGHTS, X, along("w1"))
    at_first, later = [frame for frame in said if "2" in frame][-1], said[-1]
    assert "6" not in said[len(said) // 2]
    assert any("6" in frame for frame in said)
    assert "2" in at_first and "6" not in later  # without a gate it leaves at the neuron


def test_a_weighted_sum_waits_at_the_gate_and_becomes_the_neurons_number_behind_it() -> None:
    for enlarged in (True, False):
        stage = stage_after("forward_pass", chain(), NETWORK, WEIGHTS, X, GATES, along("w1"))
        assert stage.waiting["h"].plain == "6"
        assert stage.drawing.nodes["h"].value is None
        cues = (NETWORK, WEIGHTS, X, GATES, along("w1"), passing("h", enlarged))
        stage = stage_after("forward_pass", chain(), *cues)
        assert stage.drawing.nodes["h"].value.plain == "6"
        assert not stage.waiting
        ends = beat_ends("forward_pass", chain(), cues)
        assert [end.faults for end in ends] == [[] for _ in cues]
        assert sorted(ends[-1].texts).count("6") == 1


def test_a_calculated_sum_waits_at_the_gate_too() -> None:
    stage = stage_after("forward_pass", chain(), NETWORK, X, GATES, ("calculate", {"value": "h"}))
    assert stage.waiting["h"].plain == "6"
    assert stage.drawing.nodes["h"].value is None


def written_at_ends(experiment: Experiment, *cues: Cue) -> list[set[str]]:
    """What is written when each cue is over; nothing may be in the way."""
    ends = beat_ends("forward_pass", experiment, cues)
    assert [end.faults for end in ends] == [[] for _ in cues]
    return [set(end.texts) for end in ends]


def test_the_sum_stands_with_its_bias_before_the_neuron_has_its_number() -> None:
    summed: tuple[Cue, ...] = (("write_sum", {"neuron": "h"}), along("w1"), ("calculate", {"value": "z1"}))
    told = (NETWORK, WEIGHTS, X, GATES, *summed, ("clear_equation", {}), passing("h"))
    *_, complete, cleared, passed = written_at_ends(chain(), *told)
    assert "z1 = 3 × 2 + 0 = 6" in complete
    assert stage_after("forward_pass", chain(), *told[:-2]).drawing.nodes["h"].value is None
    assert not any("z1" in text for text in cleared)
    assert stage_after("forward_pass", chain(), *told).drawing.nodes["h"].value.plain == "6"
    assert "6" in passed


def test_without_a_gate_the_sum_is_the_value_of_its_neuron() -> None:
    told: tuple[Cue, ...] = (("write_sum", {"neuron": "h"}), along("w1"), ("calculate", {"value": "h"}))
    *_, complete = written_at_ends(chain(), NETWORK, WEIGHTS, X, *told)
    assert "h = 3 × 2 + 0 = 6" in complete
    stage = stage_after("forward_pass", chain(), NETWORK, WEIGHTS, X, *told)
    assert stage.drawing.nodes["h"].value.plain == "6"
    *_, bent = written_at_ends(sigmoid_chain(), NETWORK, ("write_sum", {"neuron": "a"}))
    assert stage_after("forward_pass", sigmoid_chain(), NETWORK, ("write_sum", {"neuron": "a"})).equation
    assert not any(text.startswith("a =") for text in bent)


def test_a_bias_of_the_network_is_in_the_sum_once() -> None:
    told: tuple[Cue, ...] = (("write_sum", {"neuron": "a"}), ("calculate", {"value": "z1"}))
    *_, complete = written_at_ends(sigmoid_chain(), NETWORK, GATES, *told)
    assert any(text.startswith("z1") and text.count("0.2") == 1 for text in complete), complete


def test_what_the_chain_would_be_without_gates_multiplies_all_weights() -> None:
    merge: Cue = ("merge_connections", {})
    *_, merged, cleared = written_at_ends(chain(), NETWORK, merge, ("clear_equation", {}))
    assert "all weights = 5/6 × 3 = 2.5" in merged
    assert not any("2.5" in text for text in cleared)
    with pytest.raises(StoryboardError, match="one neuron a layer"):
        stage_after("forward_pass", dense(), NETWORK, merge)


def test_the_ends_of_the_single_connection_are_input_and_output() -> None:
    area = Frame().formula
    single = SingleConnection(sigmoid_chain().trace, area)
    assert [name.plain for _, name in single.ends] == ["x", "y"]
    left, right = (neuron.get_x() for neuron, _ in single.ends)
    assert area.left <= left < single.edge.get_start()[0] < single.edge.get_end()[0] < right <= area.right
    assert area.bottom - 1e-6 <= single.get_bottom()[1] and single.get_top()[1] <= area.top + 1e-6


def values_on(plot: ResponsePlot) -> list[tuple[float, float]]:
    """The input and the output of each point of a response, read off its place between the axes' ends."""
    low, high = plot.y_range
    return [
        (
            (dot.get_x() - plot.left) / (plot.right - plot.left) * plot.x_range[1],
            low + (dot.get_y() - plot.bottom) / (plot.top - plot.bottom) * (high - low),
        )
        for _, dot in plot.marks
    ]


OPENED: Cue = ("plot_response", {"of": "h", "input": 0.4})
BENT: Cue = ("bend_gate", {"of": "h", "into": "tanh"})


def test_twice_the_input_is_twice_the_output_of_straight_gates_and_not_of_a_bent_one() -> None:
    opened, bent = written_at_ends(chain(), NETWORK, GATES, OPENED, BENT)[2:]
    assert {"identity", "0.4", "0.8", "1", "2"} <= opened
    assert {"tanh", "0.4", "0.8", "0.69", "0.82"} <= bent
    assert not {"identity", "1"} & bent
    by_hand = {1: [1, 2], 2: [5 / 6 * math.tanh(1.2), 5 / 6 * math.tanh(2.4)]}
    for cues, outputs in by_hand.items():
        stage = stage_after("forward_pass", chain(), NETWORK, GATES, *(OPENED, BENT)[:cues])
        points = list(zip([0.4, 0.8], outputs, strict=True))
        for point, expected in zip(values_on(stage.whole.response), points, strict=True):
            assert point == pytest.approx(expected, abs=1e-6)
        plot = stage.whole.response
        assert plot.marks[1][1].get_y() - plot.bottom > (0.75, 0.3)[cues - 1] * (plot.top - plot.bottom)


def test_a_line_stays_behind_the_curve_that_it_bends_into() -> None:
    line, bent = (
        stage_after("forward_pass", chain(), NETWORK, GATES, *(OPENED, BENT)[:cues]).whole.response
        for cues in (1, 2)
    )
    (ghost,) = bent.before
    np.testing.assert_allclose(ghost.points, line.graph.points)
    assert bent.y_range == line.y_range and bent.graph.points[-1][1] < ghost.points[-1][1]


def test_a_response_needs_no_gate_and_its_line_has_a_formula_until_one_opens() -> None:
    plain: Cue = ("plot_response", {"input": 0.4})
    opened, gate, bent = written_at_ends(chain(), NETWORK, plain, ("open_gate", {"of": "h"}), BENT)[1:]
    assert {"y = 2.5 × x", "0.4", "0.8", "1", "2"} <= opened
    assert "y = 2.5 × x" not in gate and not {"identity", "tanh"} & gate
    assert {"tanh", "0.69", "0.82"} <= bent
    (alone,) = written_at_ends(chain(), NETWORK, BENT)[1:]
    assert "tanh" in alone
    *_, curved = written_at_ends(sigmoid_chain(), NETWORK, ("plot_response", {}))
    assert not any("× x" in text for text in curved)


def beside_curved(*cues: Cue, look: Any = None) -> Any:
    """The stage at the end of cues about the chain, beside which there is a network with data on a curve."""
    one = chain()
    curved = Experiment(
        "curved",
        one.network,
        one.inputs,
        one.targets,
        one.optimizer,
        data_inputs=np.array([[0.2], [0.4], [0.6]]),
        data_targets=np.array([[0.45], [0.69], [0.79]]),
    )
    stages: list[Stage] = []
    played = performance("forward_pass", one, cues)
    played = replace(played, experiments={"chain": one, "curved": curved})
    if look is not None:
        watch(played, look)
    watch_beats(played, stages.append)
    return stages[-1]


def test_targets_that_no_straight_line_meets_are_met_by_a_bent_one() -> None:
    shows: Cue = ("plot_response", {"examples": "curved"})
    stage = beside_curved(NETWORK, shows, ("show_gates", {"of": ["h"]}), BENT)
    plot = stage.whole.response
    assert not plot.marks and not plot.inputs_written and not plot.outputs_written
    assert plot.ticks and all(part in stage.get_mobject_family_members() for part in plot.ticks)
    low, high = plot.y_range
    for dot, x, target in zip(plot.targets, (0.2, 0.4, 0.6), (0.45, 0.69, 0.79), strict=True):
        across = (dot.get_x() - plot.left) / (plot.right - plot.left) * plot.x_range[1]
        up = low + (dot.get_y() - plot.bottom) / (plot.top - plot.bottom) * (high - low)
        assert (across, up) == pytest.approx((x, target), abs=1e-6)
        assert abs(target - 5 / 6 * math.tanh(3 * x)) < 0.01 < abs(target - 2.5 * x)
        assert reading(plot)(middle(dot)) == pytest.approx(
            (x, target), abs=1e-6
        )  # by the numbers at the axes
    # The gate on the neuron has bent, and its name stands below it; no other gate is on stage.
    gate = stage.gates["h"]
    assert stage.whole.gate is gate and stage.whole.heading.plain == "tanh"
    assert stage.whole.heading.get_top()[1] < gate.plate.get_bottom()[1]
    assert not stage.whole.formula
    ends = gate.curve.points[[0, -1]]
    later = gate.curve.points[len(gate.curve.points) * 3 // 4]
    assert later[1] > (ends[1][1] * 3 + ends[0][1]) / 4 + 0.05 * gate.plate.height  # above the straight line


def test_targets_come_up_from_their_inputs_when_the_line_is_drawn() -> None:
    """Each begins on the axis, below its place, and none before the line reaches its end."""
    seen: list[tuple[float, list[tuple[float, float]]]] = []

    def look(stage: Any, frame: int, repeats: int) -> None:
        plot = stage.whole.response if stage.whole is not None else None
        if plot is not None and len(plot.graph.points):
            there = stage.get_mobject_family_members()
            dots = [dot for dot in plot.targets if dot in there and dot.get_fill_opacity() > 0.02]
            seen.append(
                (plot.graph.points[-1][0], [(dot.get_x(), dot.get_y() - plot.bottom) for dot in dots])
            )

    shows: Cue = ("plot_response", {"examples": "curved"})
    plot = beside_curved(NETWORK, shows, look=look).whole.response
    ends = [end for end, dots in seen if dots]
    assert min(ends) == max(ends) == plot.graph.points[-1][0] > seen[0][0]
    for dot in plot.targets:
        heights = [up for _, dots in seen for x, up in dots if x == pytest.approx(dot.get_x())]
        assert heights[0] < 0.6 * heights[-1] == pytest.approx(0.6 * (dot.get_y() - plot.bottom))
        assert heights == sorted(heights)


def test_beside_targets_a_curve_is_cut_off_at_the_axes_whose_numbers_stay() -> None:
    area, targets = Frame().stage, [(0.5, 0.3), (1.0, 0.4)]
    plot = ResponsePlot(area, lambda x: x / 2, [], ("x", "y"), str, targets)
    before, bend = reading(plot), plot.bend(lambda x: 5 * x)
    for share in (0.5, 1.0):
        bend(share)
        spots = [before(spot) for spot in plot.graph.points]
        assert max(y for _, y in spots) <= plot.y_range[1] + 1e-6
        assert [y for _, y in spots] == pytest.approx([(0.5 + 4.5 * share) * x for x, _ in spots], abs=1e-6)
    np.testing.assert_allclose([reading(plot)(middle(dot)) for dot in plot.targets], targets, atol=1e-6)
    assert spots[-1][0] < plot.x_range[1] / 5


def test_the_chain_is_dimmed_while_a_response_shows_other_numbers() -> None:
    clear: Cue = ("clear_equation", {})
    told = (NETWORK, WEIGHTS, X, GATES, OPENED, clear)
    before, dimmed, after = (
        stage_after("forward_pass", chain(), *told[:count]).drawing.nodes["x"].circle.get_stroke_opacity()
        for count in (4, 5, 6)
    )
    assert dimmed < 0.5 * before == 0.5 * after


def test_a_response_begins_with_the_networks_own_input() -> None:
    own: Cue = ("plot_response", {"of": "h"})
    *_, opened = written_at_ends(chain(), NETWORK, GATES, own)
    assert {"2", "4", "5", "10"} <= opened
    *_, opened = written_at_ends(sigmoid_chain(), NETWORK, GATES, ("plot_response", {"of": "a"}))
    assert {"0.8", "1.6"} <= opened


def test_a_gate_bends_from_one_function_into_another() -> None:
    for cues, expected in (
        ((OPENED,), lambda z: z / 2.5),
        ((BENT,), lambda z: math.tanh(z) / math.tanh(2.5)),  # and it opens by itself
    ):
        gate = stage_after("forward_pass", chain(), NETWORK, GATES, *cues).whole.gate
        curve = gate.curve.points - gate.plate.get_center()
        half = curve[-1][0]
        inputs = 2.5 * curve[:, 0] / half
        assert curve[::4, 1] / half == pytest.approx([expected(z) for z in inputs[::4]], abs=1e-6)


def test_a_response_leaves_as_an_equation_does() -> None:
    before, *_, after = written_at_ends(chain(), NETWORK, GATES, OPENED, BENT, ("clear_equation", {}))
    assert before == after
    said = texts_of_frames(chain(), NETWORK, GATES, BENT)
    assert any("identity" in frame for frame in said) and any("tanh" in frame for frame in said)
    assert not any({"identity", "tanh"} <= frame for frame in said)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ([NETWORK, GATES, ("bend_gate", {"of": "h", "into": "softmax"})], "softmax has no curve"),
        ([NETWORK, OPENED], "no gate on stage"),
    ],
)
def test_what_cannot_bend_is_said(told: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError, match=message):
        stage_after("forward_pass", chain(), *told)


@pytest.mark.parametrize("aspect", ["16:9", "1:1"])
def test_what_is_below_a_network_ends_at_the_bottom_of_its_room(aspect: str) -> None:
    told: tuple[Cue, ...] = (NETWORK, WEIGHTS, X, GATES)
    lowest = []
    for cue in (("write_sum", {"neuron": "h"}), OPENED, ("merge_connections", {})):
        stages: list[Any] = []
        watch_beats(replace(performance("forward_pass", chain(), [*told, cue]), aspect=aspect), stages.append)
        stage = stages[-1]
        shown = stage.equation or stage.whole
        bottom = stage.formula_area.bottom
        if cue is OPENED:  # a curve has more room than an equation
            bottom = stage.formula_area.top - RESPONSE_HEIGHT
            assert bottom < stage.formula_area.bottom
        assert bottom - 1e-6 <= shown.get_bottom()[1] < shown.get_top()[1]
        assert shown.get_top()[1] <= stage.formula_area.top + 1e-6
        lowest.append(shown.get_bottom()[1] - bottom)
    assert max(lowest) < 0.25


def test_an_enlarged_gate_shows_the_numbers_before_and_after() -> None:
    experiment = sigmoid_chain()
    z = 0.8 * 1.5 + 0.2
    said = texts_of_frames(experiment, NETWORK, GATES, passing("a"))
    before, after = experiment.trace.text("z1"), experiment.trace.text("a")
    assert float(before) == pytest.approx(z, abs=0.05)
    assert float(after) == pytest.approx(1 / (1 + math.exp(-z)), abs=0.005)
    assert any({"sigmoid", before, after} <= frame for frame in said)
    assert "sigmoid" not in said[-1]


def test_numbers_stand_where_a_value_enters_and_leaves_the_enlarged_plot() -> None:
    panel = GatePanel(Gate("tanh", 1.5, 0.5), "tanh", 1.5, "1.5", "0.91")
    into, corner, out = panel.way
    assert panel.before.get_x() == pytest.approx(into[0]) == pytest.approx(corner[0])
    assert panel.after.get_y() == pytest.approx(out[1]) == pytest.approx(corner[1])
    first, last = panel.gate.curve.points[0], panel.gate.curve.points[-1]
    share = (corner - first) / (last - first + [0, 0, 1])
    reach = panel.gate.reach
    assert reach * (2 * share[0] - 1) == pytest.approx(1.5)
    assert math.tanh(reach) * (2 * share[1] - 1) == pytest.approx(math.tanh(1.5))


@pytest.mark.parametrize("make", [chain, sigmoid_chain])
def test_labels_are_clear_of_gates_and_where_they_were_after_these(make: Callable[[], Experiment]) -> None:
    told = [(), (GATES,), (GATES, ("hide_gates", {}))]
    before, with_gates, after = (
        stage_after("forward_pass", make(), NETWORK, WEIGHTS, *cues) for cues in told
    )
    for weight, label in with_gates.drawing.labels.items():
        assert all(is_clear(gate.plate, [box_of(label.text)]) for gate in with_gates.gates.values())
        assert after.drawing.labels[weight].get_y() == pytest.approx(before.drawing.labels[weight].get_y())
    assert not any(isinstance(shape, Gate) for shape in after.mobjects)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ([NETWORK, ("hide_gates", {})], "there are no gates on stage"),
        ([NETWORK, passing("h[0]")], "has no gate on stage"),
        ([NETWORK, ("show_gates", {"of": ["a2[0]"]})], "nothing in this picture|no activation function"),
        ([NETWORK, ("show_gates", {"of": ["x[0]"]})], "'x\\[0\\]' has no activation function"),
    ],
)
def test_what_has_no_gate_is_said(told: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError, match=message):
        stage_after("forward_pass", dense(), *told)


@pytest.mark.parametrize(
    ("before", "after", "layers"),
    [
        ((2, 6, 5), (1, 1, 1), (0, 1, 2)),
        ((64, 16, 16, 10), (1, 1, 1), (0, 1, 1, 2)),
        ((4, 9, 8, 7, 6, 3), (1, 2, 2, 1), (0, 1, 1, 2, 2, 3)),
        ((3, 2), (1, 1), (0, 1)),
        ((3, 4, 2), (1, 1), None),
        ((3, 2), (1, 1, 1), None),
        ((2, 1, 2), (1, 2, 1), None),
    ],
)
def test_which_layers_merge(
    before: tuple[int, ...], after: tuple[int, ...], layers: tuple[int, ...] | None
) -> None:
    assert merged_layers(before, after) == layers
    if layers is not None:
        assert (np.diff(layers) >= 0).all() and set(layers) == set(range(len(after)))


def test_a_number_that_is_there_stays_above_its_neuron_when_the_gate_is_passed() -> None:
    value: Cue = ("reveal", {"value": "a"})
    stage = stage_after("forward_pass", sigmoid_chain(), NETWORK, GATES, value, passing("a"))
    node = stage.drawing.node("a")
    assert node.value is not None
    drawn = extract_mobject_family_members(stage.mobjects, use_z_index=True, only_those_with_points=True)
    places = {id(part): place for place, part in enumerate(drawn)}
    number = [places[id(part)] for part in node.value.family_members_with_points()]
    circle = [places[id(part)] for part in node.family_members_with_points() if id(part) in places]
    assert min(number) > max(place for place in circle if place not in number)


def two_gates() -> Experiment:
    layers = [Layer("h", [[10.0], [5.0]], [-1.5, 0.0], "tanh"), Layer("y", [[0.8, -0.5]])]
    network = Network(("x",), layers, "half_squared_error")
    data = {"data_inputs": np.array([[0.1], [0.4]]), "data_targets": np.array([[0.4], [1.2]])}
    return Experiment("two", network, np.array([[0.3]]), np.array([[1.0]]), "gradient_descent", **data)


def beside(other: Experiment, *cues: Cue) -> Any:
    """The stage at the end of cues about the chain, beside which there is another network."""
    one, stages = chain(), list[Stage]()
    played = performance("forward_pass", one, cues)
    played = replace(played, experiments={"chain": one, other.name: other})
    watch_beats(played, stages.append)
    return stages[-1]


def test_a_line_swings_through_other_slopes_and_back() -> None:
    stage = stage_after("forward_pass", chain(), NETWORK, ("plot_response", {"input": 0.4}))
    plot = stage.whole.response
    before, show = plot.graph.points.copy(), plot.swing([1.0, 0.5])
    steepness = []
    for share in (0.3, 0.6, 1.0):  # at rest on the first slope, on the second, and back
        show(share)
        low, high = plot.y_range
        start, end = plot.graph.points[0], plot.graph.points[-1]
        rise = (end[1] - start[1]) / (plot.top - plot.bottom) * (high - low)
        steepness.append(rise / ((end[0] - start[0]) / (plot.right - plot.left) * np.ptp(plot.x_range)))
    assert steepness == pytest.approx([1.0, 0.5, 2.5], rel=1e-3)
    assert np.allclose(plot.graph.points, before) and not len(plot.before)


def test_the_response_becomes_that_of_another_network_with_its_formula_and_targets() -> None:
    bend: Cue = ("bend_response", {"network": "two"})
    stage = beside(two_gates(), NETWORK, bend)
    plot, (formula,) = stage.whole.response, stage.whole.formula
    assert formula.plain == "y = + 0.8 tanh(10 x - 1.5) - 0.5 tanh(5 x)"
    places = [(dot.get_x(), dot.get_y()) for dot in plot.targets]
    assert places == [pytest.approx(plot.point(*place)[:2]) for place in ((0.1, 0.4), (0.4, 1.2))]
    x = float(plot.samples[-1])
    by_hand = 0.8 * math.tanh(10 * x - 1.5) - 0.5 * math.tanh(5 * x)
    assert plot.values[len(plot.samples) - 1] == pytest.approx(by_hand)


def test_an_enlarged_gate_has_the_numbers_between_which_it_stays() -> None:
    ends = {"tanh": {"−1", "1"}, "sigmoid": {"1"}, "relu": set[str]()}
    for function, numbers in ends.items():
        bends: Cue = ("bend_gate", {"of": "h", "into": function})
        stage = stage_after("forward_pass", chain(), NETWORK, ("open_gate", {"of": "h"}), bends)
        written = {part.plain for part in stage.whole if isinstance(part, Typeset)}
        assert written - {function} == numbers
