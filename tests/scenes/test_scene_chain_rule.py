"""The chain rule's scene and the gradient's check: every number that they show is the engine's."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from helpers import by_hand
from helpers.lessons import dead_chain, negative_chain, sigmoid_chain, wide
from helpers.random_cues import empty_stage, fault_of
from helpers.stage import BeatEnd, Cue, beat_ends, performance, stage_after, texts_after
from manim import DL, DR, Animation, AnimationGroup, FadeOut, Line, ReplacementTransform

from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError, StoryreelError
from storyreel.core.number_format import shown
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import GradientDescent
from storyreel.engine.trace import Trace
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame
from storyreel.graphics.maths.chain_graph import LARGEST_CHAIN, ChainGraph
from storyreel.graphics.maths.chain_product import ChainProduct
from storyreel.graphics.maths.chain_response import ChainResponse
from storyreel.graphics.maths.derivative_term import DerivativeTerm, morph
from storyreel.graphics.maths.difference_quotient import DifferenceQuotient
from storyreel.graphics.maths.gate_slope import GateSlope
from storyreel.graphics.maths.schedule import Schedule
from storyreel.graphics.maths.secant_plot import SecantPlot
from storyreel.graphics.motion.flight import Flight
from storyreel.graphics.networks.diagram_move import move_diagram
from storyreel.graphics.networks.gates.gate import INSIDE, Gate
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.rendering.play import watch, watch_beats
from storyreel.stage.stage import Stage
from storyreel.storyboard.vocabulary import scene_types

LINES: Cue = ("number_lines", {})
RATIOS: Cue = ("show_ratios", {})
LIMIT: Cue = ("take_limit", {})


def draw_chain(weight: str) -> Cue:
    return "draw_chain", {"weight": weight}


def nudge(by: float) -> Cue:
    return "nudge", {"by": by}


def texts_of(experiment: Experiment, cues: Sequence[Cue], scene: str = "chain_rule") -> list[set[str]]:
    """What is written on stage, ticks aside, when each of the cues is over; nothing may be in the way."""
    ends = beat_ends(scene, experiment, cues)
    assert [end.faults for end in ends] == [[] for _ in cues]
    return [set(end.texts) for end in ends]


@pytest.mark.parametrize("make", [sigmoid_chain, negative_chain])
def test_the_derivatives_along_a_chain_multiply_to_the_gradient(
    make: Callable[[], Experiment],
) -> None:
    trace = make().trace
    for parameter in trace.network.names.parameters:
        product = np.prod(WeightPath(trace, parameter).derivatives)
        assert product == pytest.approx(trace.number(f"grad.{parameter}"), rel=1e-12)


def test_the_ratios_tend_to_the_derivatives() -> None:
    chain = WeightPath(sigmoid_chain().trace, "w1")
    assert chain.ratios(1e-5) == pytest.approx(chain.derivatives, rel=1e-4)
    assert chain.ratios(0.0) == chain.derivatives
    assert chain.ratios(0.5) != pytest.approx(chain.derivatives, rel=1e-2)


def test_a_nudge_moves_everything_after_the_weight_and_the_fractions_are_multiplied(
    chain: Experiment,
) -> None:
    told = [
        draw_chain("w1"),
        LINES,
        nudge(0.5),
        RATIOS,
        nudge(0.05),
        LIMIT,
        ("assemble", {}),
        ("multiply", {}),
    ]
    _, lines, far, ratios, near, limit, assembled, multiplied = texts_of(chain, told)
    assert {"3", "6", "5", "2"} <= lines
    assert {"3.5", "7", "5.83", "4.01", "Δw1 = 0.5", "Δh = 1", "Δy = 0.83", "Δloss = 2.01"} <= far
    assert {"Δh/Δw1 = 2", "Δy/Δh = 5/6", "Δloss/Δy ≈ 2.42"} <= ratios
    assert {"Δh/Δw1 = 2", "Δy/Δh = 5/6", "Δloss/Δy ≈ 2.04", "6.1", "Δy = 0.083"} <= near
    derivatives = {"∂h/∂w1 = 2", "∂y/∂h = 5/6", "∂loss/∂y = 2"}
    assert derivatives | {"3", "6", "5", "2"} <= limit
    assert not any("Δ" in text for text in limit | assembled)
    assert derivatives | {"grad.w1 = 2 × 5/6 × 2 = 10/3", "10/3"} <= multiplied


def test_a_nudge_can_be_taken_back(chain: Experiment) -> None:
    _, rest, _, back = texts_of(chain, [draw_chain("w2"), LINES, nudge(-0.5), nudge(0)])
    assert back == rest


@pytest.mark.parametrize(
    ("experiment", "parameter"),
    [(sigmoid_chain(), "b2"), (negative_chain(), "w1")],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_other_chains_can_be_told(experiment: Experiment, parameter: str) -> None:
    told = [draw_chain(parameter), LINES, nudge(0.5), RATIOS, nudge(0.001), LIMIT]
    *_, last = texts_of(experiment, [*told, ("assemble", {}), ("multiply", {})])
    assert shown(experiment.trace.number(f"grad.{parameter}")) in last


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ([LINES], "draw it with `draw_chain`"),
        ([draw_chain("h")], "'h' is not a weight or a bias"),
        ([draw_chain("w1"), nudge(0.5)], "there are no number lines yet"),
        ([draw_chain("w1"), LINES, RATIOS], "'w1' has not moved"),
        ([draw_chain("w1"), LINES, ("assemble", {})], "`take_limit` comes first"),
        ([draw_chain("w1"), ("number_lines", {"nudge": 0.0})], "a nudge by 0 cannot be drawn"),
    ],
)
def test_what_cannot_be_drawn_is_said(chain: Experiment, told: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError, match=message):
        texts_of(chain, told)


def test_a_number_that_turns_back_stays_on_its_line_all_the_way() -> None:
    graph = ChainGraph(WeightPath(negative_chain().trace, "w1"), Frame().stage)
    response = ChainResponse(graph, -4.0, Frame().whole.bottom)  # past the lowest loss, and up again
    line, reach = response.lines["loss"], response.half_range_for(-4.0)
    losses = [graph.chain.values(-4.0 * share)[-1] for share in np.linspace(0, 1, 200)]
    assert min(losses) < losses[-1] - 0.5
    places = [line.x(loss, reach) for loss in losses]
    assert line.middle - line.half < min(places)
    assert max(places) < line.middle + line.half


def test_a_ratio_turns_into_its_limit_and_what_both_say_is_there_all_the_time() -> None:
    kinds = ("gradient", "gradient")
    ratio, limit = (
        DerivativeTerm("Delta", "y", "h", kinds, "0.833", "approx"),
        DerivativeTerm("partial", "y", "h", kinds, "0.8", "="),
    )
    picture = morph(ratio, limit)
    seen = {
        share: [part for part in picture(share) if part.get_fill_opacity() > 0.01] for share in (0.0, 1.0)
    }
    opaque = [part for part in picture(0.5) if part.get_fill_opacity() > 0.99]
    assert {part.piece for share in (0.0, 0.3, 0.7, 1.0) for part in picture(share)} == {ratio[0].piece}
    assert {share: len(parts) for share, parts in seen.items()} == {0.0: len(ratio), 1.0: len(limit)}
    assert len(opaque) == len(["y", "h", "bar", "0", ".", "8"])


def test_what_has_no_place_in_the_next_picture_fades() -> None:
    experiment = wide(2)
    before = NetworkDiagram(experiment.trace, Frame().stage)
    moves = move_diagram(before, ChainGraph(WeightPath(experiment.trace, "W2[1,0]"), Frame().stage))
    fading = {part for one in leaves(moves) if isinstance(one, FadeOut) for part in one.mobject.get_family()}
    flying = {part for one in leaves(moves) if isinstance(one, Flight) for part in one.mobject.get_family()}
    assert fading >= {*before.targets["target[0]"].plate.get_family(), *before.targets["target[0]"].text}
    assert not fading & flying


def leaves(animation: Animation) -> list[Animation]:
    """The animations in a group of groups."""
    if isinstance(animation, AnimationGroup):
        return [leaf for one in animation.animations for leaf in leaves(one)]
    return [animation]


@pytest.mark.parametrize("weight", ["W1[0,0]", "W2[0,0]"])  # to all outputs, and through a softmax to all
def test_more_ways_than_can_be_read_are_refused(dense: Experiment, weight: str) -> None:
    with pytest.raises(StoryboardError, match=r"5 ways lead from .* the chain rule is shown for up to 4"):
        texts_of(dense, [draw_chain(weight)])


@pytest.mark.parametrize(
    ("outputs", "parameter", "names"),
    [
        (2, "W2[1,0]", ("W2[1,0]", "y[1]", "loss")),
        (2, "b2[1]", ("b2[1]", "y[1]", "loss")),
        (1, "W1[1,2]", ("W1[1,2]", "h[1]", "y", "loss")),
        (1, "b1[1]", ("b1[1]", "h[1]", "y", "loss")),
    ],
)
def test_the_only_way_through_a_wider_network_is_a_chain(
    outputs: int, parameter: str, names: tuple[str, ...]
) -> None:
    trace = wide(outputs).trace
    chain = WeightPath(trace, parameter)
    assert chain.names == names
    assert np.prod(chain.derivatives) == pytest.approx(trace.number(f"grad.{parameter}"))
    assert chain.ratios(1e-6) == pytest.approx(chain.derivatives, rel=1e-4)


def test_what_else_goes_into_a_number_is_shown_by_dots() -> None:
    (texts,) = texts_of(wide(2), [draw_chain("W2[1,0]")])
    assert {f"h[0] = {shown(wide(2).trace.number('h[0]'))}", "b2[1] = 0.2", "target[1] = −1", "…"} <= texts
    assert not any("h[1]" in text or "target[0]" in text for text in texts)


def test_there_is_no_ratio_to_what_did_not_move() -> None:
    with pytest.raises(StoryboardError, match="'h' has not moved"):
        texts_of(dead_chain(), [draw_chain("w1"), LINES, nudge(0.5), RATIOS])


def test_a_gradient_is_compared_with_a_difference(chain: Experiment) -> None:
    told: list[Cue] = [
        ("draw_network", {"filled": True, "loss": True}),
        ("reveal", {"value": "loss"}),
        ("check_gradient", {"of": "w1"}),
        ("clear_equation", {}),
    ]
    _, before, checked, after = texts_of(chain, told, "backward_pass")
    assert checked - before == {"(2.003335 − 2) / 0.001 ≈ 3.335 ≈ 10/3 = grad.w1"}
    assert after == before


@pytest.mark.parametrize("step", [0.001, -0.05])
def test_the_difference_is_near_the_gradient_of_any_parameter(dense: Experiment, step: float) -> None:
    trace = dense.trace
    for name in dense.network.names.parameters[::9]:
        moved = Trace(dense.network.nudged(name, step), dense.inputs, dense.targets)
        comparison = DifferenceQuotient(trace, moved, name, step, Frame().formula)
        assert name in comparison.text.plain
        numbers = comparison.text.plain.replace("\N{MINUS SIGN}", "-").split()
        gradient = trace.number(f"grad.{name}")
        assert float(numbers[-3]) == pytest.approx(gradient, rel=0.05)  # two digits
        assert float(numbers[-5]) == pytest.approx(gradient, rel=0.1, abs=1e-3)


def test_the_numbers_in_the_neurons_answer_the_nudge_of_a_check(chain: Experiment) -> None:
    said: list[list[str]] = []

    def look(stage: Stage, *_: int) -> None:
        labels = Snapshot(stage, is_still=True).labels()
        said.append([label.piece.plain for label in labels if not label.piece.is_tick])

    cues: list[Cue] = [
        ("draw_network", {"filled": True, "loss": True}),
        ("reveal", {"value": "loss"}),
        ("check_gradient", {"of": "w1", "nudge": 0.3}),
    ]
    watch(performance("backward_pass", chain, cues), look)
    nudged = by_hand.numbers(chain, shifted={"w1": 0.3})
    assert any({f"{nudged[name]:.4f}" for name in ("h", "y", "loss")} <= set(texts) for texts in said)
    assert {"6", "5", "2"} <= set(said[-1])


def test_the_quotient_of_a_check_is_that_of_two_losses_by_hand(chain: Experiment) -> None:
    moved = Trace(chain.network.nudged("w1", 0.3), chain.inputs, chain.targets)
    after = (2 * 3.3 * 5 / 6 - 3) ** 2 / 2
    text = DifferenceQuotient(chain.trace, moved, "w1", 0.3, Frame().formula).text.plain
    assert text == f"({after:.3f} − 2) / 0.3 = {(after - 2) / 0.3:.2f} ≈ 10/3 = grad.w1"


def test_no_nudge_makes_no_difference(chain: Experiment) -> None:
    with pytest.raises(StoryreelError, match="makes no difference"):
        DifferenceQuotient(chain.trace, chain.trace, "w1", 0.0, Frame().formula)


def test_a_cue_that_finds_nothing_to_animate_changes_nothing(chain: Experiment) -> None:
    before, after = beat_ends("chain_rule", chain, [draw_chain("w1"), ("show_weights", {})])
    assert before.texts == after.texts


@pytest.mark.parametrize("weight", ["w3", "b3"])
def test_a_gradient_is_checked_in_a_chain_that_is_carried(weight: str) -> None:
    told: list[Cue] = [("carry_chain", {"weight": "b3"}), ("check_gradient", {"of": weight})]
    before, checked = beat_ends("backward_pass", sigmoid_chain(), told)
    assert before.faults == checked.faults == []
    (comparison,) = set(checked.texts) - set(before.texts)
    assert comparison.endswith(f"grad.{weight}")


def gated() -> Experiment:
    """2 → 6 → tanh → 0.83, target 3: its gate is almost flat."""
    layers = (Layer("h", 3.0, None, ACTIVATIONS["tanh"]), Layer("y", 5 / 6))
    network = Network(("x",), layers, LOSSES["half_squared_error"])
    return Experiment("gated", network, np.array([2.0]), np.array([3.0]), GradientDescent(0.01))


def test_a_path_with_weighted_sums_has_a_link_for_each_activation_function() -> None:
    path = WeightPath(gated().trace, "w1", pre_activations=True)
    h = math.tanh(6)
    y = 5 / 6 * h
    assert path.names == ("w1", "z1", "h", "y", "loss")
    assert path.values(0.0) == pytest.approx((3, 6, h, y, (y - 3) ** 2 / 2))
    assert path.derivatives == pytest.approx((2, 1 - h**2, 5 / 6, y - 3))
    assert path.operands == (("x",), (), ("w2",), ("target",))
    assert path.derivative_names == ("x", "∂h/∂z1", "w2", "grad.y")
    for made in (gated, sigmoid_chain):
        trace = made().trace
        for parameter in trace.network.names.parameters:
            split = WeightPath(trace, parameter, pre_activations=True)
            assert np.prod(split.derivatives) == pytest.approx(trace.number(f"grad.{parameter}"))
            assert split.ratios(1e-6) == pytest.approx(split.derivatives, rel=1e-4)
            whole = WeightPath(trace, parameter).names
            assert tuple(name for name in split.names if not name.startswith("z")) == whole


def other_chain(chain: Experiment, *cues: Cue) -> list[BeatEnd]:
    """The end of each cue in a chapter about `chain`, beside which there is the network `gated`."""
    ends: list[BeatEnd] = []

    def look(stage: Stage) -> None:
        snapshot = Snapshot(stage, is_still=True)
        texts = [label.piece.plain for label in snapshot.labels() if not label.piece.is_tick]
        ends.append(BeatEnd(texts, [fault.text for fault in faults(snapshot)]))

    played = performance("chain_rule", chain, cues)
    watch_beats(replace(played, experiments={"chain": chain, "gated": gated()}), look)
    return ends


def test_the_gates_of_a_chain_fill_their_plates() -> None:
    made = sigmoid_chain()
    parameter = made.network.names.parameters[0]
    stage = stage_after("chain_rule", made, ("draw_network", {}), draw_chain(str(parameter)))
    gates = [part for part in stage.get_mobject_family_members() if isinstance(part, Gate)]
    assert gates
    for gate in gates:  # else the S of a sigmoid would look like a level line
        assert gate.curve.width == pytest.approx(INSIDE * gate.plate.width, rel=0.02)
        assert gate.curve.height == pytest.approx(gate.curve.width, rel=0.02)


GATED: Cue = "draw_chain", {"weight": "w1", "network": "gated", "pre_activations": True}
PRODUCT: list[Cue] = [("assemble", {}), ("multiply", {})]


def test_a_gate_thins_the_gradient_that_comes_back_by_its_slope(chain: Experiment) -> None:
    cues: list[Cue] = [GATED, ("show_derivatives", {}), ("flow_back", {}), draw_chain("w1")]
    graph, derivatives, back, own = other_chain(chain, *cues)
    assert [end.faults for end in (graph, derivatives, back, own)] == [[], [], [], []]
    assert {"3", "6", "≈ 1", "0.83", "2.35"} <= set(graph.texts)
    h = math.tanh(6)
    y = 5 / 6 * h
    slope = f"∂h/∂z1 ≈ {1 - h**2:.6f}"
    assert {"∂z1/∂w1 = 2", slope, "∂y/∂h = 5/6", f"∂loss/∂y ≈ −{3 - y:.2f}"} <= set(derivatives.texts)
    at_h = (3 - y) * 5 / 6
    at_z = at_h * (1 - h**2)
    gradients = {f"−{3 - y:.2f}", f"−{at_h:.2f}", f"−{at_z:.6f}", f"−{2 * at_z:.6f}"}
    assert gradients <= set(back.texts)
    assert not gradients & set(own.texts)
    assert {"3", "6", "5", "2"} <= set(own.texts)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_the_slope_of_each_gate_stands_at_it(chain: Experiment, aspect: str) -> None:
    cues: list[Cue] = [
        draw_chain("w1"),
        ("show_derivatives", {"slopes": "slope"}),
        ("draw_chain", {"weight": "w2"}),
    ]
    slope = f"{1 - math.tanh(6) ** 2:.6f}"
    shown: list[tuple[set[str], list[str]]] = []

    def look(stage: Stage) -> None:
        snapshot = Snapshot(stage, is_still=True)
        shown.append(({label.piece.plain for label in snapshot.labels()}, [f.text for f in faults(snapshot)]))

    watch_beats(replace(performance("chain_rule", gated(), cues), aspect=aspect), look)
    graph, slopes, other = shown
    assert [faults for _, faults in shown] == [[], [], []]
    assert {"slope", slope} <= slopes[0]
    assert not {"slope", slope} & (graph[0] | other[0])


def test_a_gate_is_one_more_factor_of_the_product_of_another_network(chain: Experiment) -> None:
    told = [draw_chain("w1"), LINES, LIMIT, *PRODUCT, GATED, ("show_derivatives", {}), *PRODUCT]
    ends = other_chain(chain, *told)
    assert [end.faults for end in ends] == [[] for _ in told]
    h = math.tanh(6)
    gap = 3 - 5 / 6 * h
    own = "grad.w1 = 2 × 5/6 × 2 = 10/3"
    gated = f"grad.w1 ≈ 2 × {1 - h**2:.6f} × 5/6 × (−{gap:.2f}) ≈ −{gap * 5 / 6 * (1 - h**2) * 2:.6f}"
    assert [own in end.texts for end in ends[4:]] == [True, False, False, False, False]
    assert [gated in end.texts for end in ends[6:]] == [False, True, True]
    assert f"−{gap * 5 / 6 * (1 - h**2) * 2:.6f}" in ends[-1].texts  # on the badge of the weight


def test_number_lines_take_the_room_of_a_product(chain: Experiment) -> None:
    told = [draw_chain("w1"), LINES, LIMIT, *PRODUCT, draw_chain("w2"), LINES]
    ends = other_chain(chain, *told)
    assert [end.faults for end in ends] == [[] for _ in told]
    assert ["grad.w1 = 2 × 5/6 × 2 = 10/3" in end.texts for end in ends[4:]] == [True, True, False]


def test_a_product_keeps_the_factors_of_the_links_in_both_chains() -> None:
    area = Frame().formula
    own, split = (ChainProduct(WeightPath(gated().trace, "w1", way), area) for way in (False, True))
    assert split.parts_of(own) == {
        "left": "left",
        "sign 0": "sign 0",
        "factor 2": "factor 1",
        "sign 2": "sign 1",
        "factor 3": "factor 2",
        "sign 3": "sign 2",
    }


@pytest.mark.parametrize("of", ["w1", "x", "w2"])
def test_a_ratio_belongs_to_a_link(chain: Experiment, of: str) -> None:
    with pytest.raises(StoryboardError, match=f"no link of this chain leads to '{of}'"):
        texts_of(chain, [draw_chain("w1"), LINES, nudge(0.5), ("show_ratios", {"of": of})])


def test_ratios_appear_one_by_one(chain: Experiment) -> None:
    told: list[Cue] = [("show_ratios", {"of": of}) for of in ("h", "y", "loss")]
    ends = texts_of(chain, [draw_chain("w1"), LINES, nudge(0.5), *told])[3:]
    ratios = ["Δh/Δw1 = 2", "Δy/Δh = 5/6", "Δloss/Δy ≈ 2.42"]
    assert [[ratio in end for ratio in ratios] for end in ends] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


@pytest.mark.parametrize("alpha", [0.1, 0.3, 0.6])
def test_links_stay_with_their_nodes_while_a_chain_gets_a_gate(alpha: float) -> None:
    """No circle hangs without a link but the new one, and no arrow leaves its circles."""
    trace = gated().trace
    before, after = (ChainGraph(WeightPath(trace, "w1", split), Frame().stage) for split in (False, True))
    turn, *_ = move_diagram(before, after).animations
    turn.begin()
    turn.interpolate(alpha)
    (link,) = [
        one.mobject
        for one in leaves(turn)
        if isinstance(one, ReplacementTransform) and before.arrows["loss"][0] in one.mobject.submobjects
    ]
    arrow, operator = before.arrows["loss"][0], before.operators["loss"][0]
    assert arrow in link.submobjects
    assert arrow.get_stroke_opacity() == pytest.approx(1.0)
    left, right = arrow.get_left()[0], arrow.get_right()[0]
    assert left == pytest.approx(before.nodes["y"].circle.get_right()[0], abs=0.2)
    assert right == pytest.approx(operator.circle.get_left()[0], abs=0.2)


def test_a_number_moves_when_the_spark_from_the_one_before_it_has_arrived(chain: Experiment) -> None:
    seen: list[set[str]] = []

    def look(stage: Stage, *_: int) -> None:
        labels = Snapshot(stage, is_still=True).labels()
        seen.append({label.piece.plain for label in labels if not label.piece.is_tick})

    cues = [draw_chain("w1"), LINES, nudge(0.5)]
    watch(performance("chain_rule", chain, cues, fps=12), look)
    moved = [
        next(k for k, texts in enumerate(seen) if any(f"Δ{name} =" in text for text in texts))
        for name in ("w1", "h", "y", "loss")
    ]
    ends = [next(k for k, texts in enumerate(seen) if end in texts) for end in ("3.50", "7.00", "5.83")]
    assert moved == sorted(set(moved))
    assert all(end <= start for end, start in zip(ends, moved[1:], strict=True))
    schedule = Schedule(("w1", "h", "y", "loss"))
    for time in np.linspace(0, 1, 200).tolist():
        for before, after in pairwise(schedule.names):
            if schedule.share_of_link(after, time) > 0:
                assert schedule.share_of_number(before, time) == pytest.approx(1)
            if schedule.share_of_number(after, time) > 0:
                assert schedule.share_of_link(after, time) == pytest.approx(1)
    assert schedule.share_of_number("loss", 1.0) == pytest.approx(1)


def test_the_secant_has_the_ratio_as_its_slope_and_becomes_the_tangent(chain: Experiment) -> None:
    area = Frame().formula
    plot = SecantPlot(WeightPath(chain.trace, "w1"), 0.5, area).scale(1.3).shift([1, 2, 0])
    for by in (0.5, 0.05, 0.0):
        plot.move_to_nudge(by)
        moved = 5 + by * 2 * 5 / 6
        first, last = plot.curve.points[0], plot.curve.points[-1]
        units = (last - first)[:2] / (plot.high - plot.low, loss_at(plot.high) - loss_at(plot.low))
        slopes = [
            np.divide(*((line.points[-1] - line.points[0])[:2] / units)[::-1])
            for line in (plot.secant, plot.tangent)
        ]
        by_hand_slope = (loss_at(moved) - loss_at(5)) / (moved - 5) if by else 2.0
        assert slopes == pytest.approx([by_hand_slope, 2.0], rel=1e-6)
        ends = (plot.end.get_center() - first)[:2] / units
        assert ends == pytest.approx((moved - plot.low, loss_at(moved) - loss_at(plot.low)))


@pytest.mark.parametrize("aspect", ["16:9", "1:1", "9:16"])
def test_the_chain_keeps_its_size_and_place_beside_the_secant(chain: Experiment, aspect: str) -> None:
    nodes, wrong, texts = list[tuple[float, ...]](), list[str](), list[set[str]]()

    def look(stage: Any) -> None:
        snapshot = Snapshot(stage, is_still=True)
        wrong.extend(fault.text for fault in faults(snapshot))
        texts.append({label.piece.plain for label in snapshot.labels()})
        nodes.append((*stage.drawing.nodes["h"].circle.get_center()[:2], stage.view.scale))

    told = [draw_chain("w1"), LINES, nudge(0.5), RATIOS, ("show_secant", {}), nudge(0.05), LIMIT]
    watch_beats(replace(performance("chain_rule", chain, told), aspect=aspect), look)
    assert wrong == []
    assert {"2.42", "2"} <= texts[4]
    assert np.ptp(nodes, axis=0)[:2] == pytest.approx(np.zeros(2))
    assert min(scale for *_, scale in nodes[4:]) > 0.9 * nodes[3][-1]


def test_the_slope_of_the_tangent_appears_in_place_of_that_of_the_secant(chain: Experiment) -> None:
    plot = SecantPlot(WeightPath(chain.trace, "w1"), 0.5, Frame().formula)
    for by in (0.5, 0.2, 0.05):
        slope = (loss_at(5 + by * 5 / 3) - loss_at(5)) / (by * 5 / 3)
        plot.move_to_nudge(by, f"{slope:.2f}")
        assert plot.rate.get_y() == pytest.approx(plot.limit.get_y())
        assert plot.rate[0].get_fill_opacity() == pytest.approx(1.0)
        assert plot.limit[0].get_fill_opacity() == pytest.approx(0.0)
    plot.move_to_nudge(0.0, "2.00")
    assert plot.rate[0].get_fill_opacity() == pytest.approx(0.0)
    assert plot.limit[0].get_fill_opacity() == pytest.approx(1.0)


def test_a_nudge_times_the_ratios_of_all_links_is_the_move_of_the_loss(chain: Experiment) -> None:
    """1.2 more makes h 2.4 larger and y 2, so the loss goes from 2² / 2 to 4² / 2."""
    told: list[Cue] = [draw_chain("w1"), LINES, nudge(1.2), RATIOS, ("multiply_ratios", {}), nudge(0.5)]
    *_, ratios, multiplied, smaller = texts_of(chain, told)
    assert {"Δh/Δw1 = 2", "Δy/Δh = 5/6", "Δloss/Δy = 3", "Δloss = 6"} <= ratios
    product = "1.2 × 2 × 5/6 × 3 = 6 = Δloss"
    assert [product in texts for texts in (ratios, multiplied, smaller)] == [False, True, False]
    rounded = texts_of(chain, [draw_chain("w1"), LINES, nudge(0.5), RATIOS, ("multiply_ratios", {})])[-1]
    assert "0.5 × 2 × 5/6 × 2.42 ≈ 2.01 = Δloss" in rounded
    with pytest.raises(StoryboardError, match="no ratio to 'h' yet"):
        texts_of(chain, [draw_chain("w1"), LINES, nudge(0.5), ("multiply_ratios", {})])


def test_a_factor_and_its_number_have_the_colour_of_what_the_derivative_is(chain: Experiment) -> None:
    product = ChainProduct(WeightPath(chain.trace, "w1"), Frame().formula)
    for number, kind in enumerate(("input", "weight", "gradient")):
        for part in (f"factor {number}", f"number {number}"):
            colours = {glyph.get_fill_color().to_hex() for glyph in product.term(part)}
            assert colours == {theme.colour(kind).upper()}
    assert WeightPath(gated().trace, "w1", True).derivative_kinds == (
        "input",
        "gradient",
        "weight",
        "gradient",
    )


def loss_at(output: float) -> float:
    return (output - 3) ** 2 / 2


def test_a_gradient_that_is_missing_has_a_remedy(chain: Experiment) -> None:
    scene, experiments = scene_types()["chain_rule"], {"chain": chain}
    cues = [draw_chain("w1"), ("point_out", {"value": "grad.w1"})]
    place, message = fault_of(empty_stage(scene, "chain", experiments), cues) or (0, "")
    assert place == 1
    assert "put `calculate: grad.w1`" in message


def test_an_enlarged_gate_has_the_slope_of_its_function_at_the_weighted_sum(chain: Experiment) -> None:
    told = [draw_chain("w1"), LINES, LIMIT, *PRODUCT, GATED, ("show_gate", {}), ("flow_back", {})]
    ends = other_chain(chain, *told)
    assert [end.faults for end in ends] == [[] for _ in told]
    slope = f"∂h/∂z1 ≈ {1 - math.tanh(6) ** 2:.6f}"
    assert [slope in end.texts for end in ends[5:]] == [False, True, True]
    area = Frame().formula
    term = DerivativeTerm("partial", "h", "z1", ("gradient", "gradient"), "0.42", "approx")
    gate = GateSlope("tanh", 1.0, "1", term, area).gate
    *_, tangent, _ = gate.submobjects
    (left, low, _), (right, high, _) = tangent.get_start_and_end()
    unit = gate.place(1.0, 1.0) - gate.place(0.0, 0.0)
    assert (high - low) / unit[1] / ((right - left) / unit[0]) == pytest.approx(1 - math.tanh(1) ** 2)
    assert right < gate.plate.get_right()[0]


def test_a_chain_without_a_gate_has_none_to_enlarge(chain: Experiment) -> None:
    scene, experiments = scene_types()["chain_rule"], {"chain": chain}
    told: list[Cue] = [draw_chain("w1"), ("show_gate", {})]
    place, message = fault_of(empty_stage(scene, "chain", experiments), told) or (0, "")
    assert (place, "has no gate" in message) == (1, True)
    with pytest.raises(StoryboardError, match="has no gate"):
        texts_of(chain, told)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_derivatives_of_a_chain_are_apart_and_of_one_size(aspect: str) -> None:
    cues: list[Cue] = [("draw_chain", {"weight": "w1", "pre_activations": True})]
    cues += [("show_derivatives", {"slopes": "slope"})]
    stage = stage_after("chain_rule", gated(), *cues, aspect=aspect)
    terms = list(stage.derivatives.values())
    boxes = [
        (term.get_left()[0], term.get_right()[0], term.get_bottom()[1], term.get_top()[1]) for term in terms
    ]
    for before, after in pairwise(boxes):
        assert before[1] < after[0] or after[3] < before[2]
    strokes = [max(part.height for part in term.bar) for term in terms]
    assert max(strokes) == pytest.approx(min(strokes), rel=1e-3)
    right = max((slope.get_right()[0] for slope in stage.slopes_at_gates), default=-9)
    assert aspect != "9:16" or right < min(box[0] for box in boxes)


@pytest.mark.parametrize("aspect", ["16:9", "1:1"])
def test_tags_between_the_nodes_of_a_chain_cover_none(aspect: str) -> None:
    graph = ChainGraph(WeightPath(gated().trace, "w1", pre_activations=True), Frame(aspect).stage)
    for tag in graph.operands.values():
        for x, y, _ in tag.plate.points:
            clear = [math.dist((x, y), node.get_center()[:2]) for node in graph.nodes.values()]
            assert min(clear) > graph.radius


def test_factors_that_arrive_from_the_loss_back_leave_the_gradient_of_each_number(chain: Experiment) -> None:
    """2 at y, then 2 × 5/6 = 5/3 at h, and then 5/3 × 2 = 10/3 at the weight."""
    seen: list[list[str]] = []

    def look(stage: Stage, *_: int) -> None:
        labels = Snapshot(stage, is_still=True).labels()
        seen.append([label.piece.plain for label in labels if not label.piece.is_tick])

    cues = [draw_chain("w1"), LINES, nudge(0.5), LIMIT, ("assemble", {}), ("multiply", {"back": True})]
    watch(performance("chain_rule", chain, cues), look)
    first = {text: next(n for n, texts in enumerate(seen) if text in texts) for text in ("5/3", "10/3")}
    assert first["5/3"] < first["10/3"]
    assert seen[first["5/3"] - 1].count("2") == seen[-1].count("2") == len(["loss", "gradient of y"])
    assert {"2", "5/3", "10/3", "grad.w1 = 2 × 5/6 × 2 = 10/3"} <= set(seen[-1])
    assert texts_of(chain, cues)[-1] == set(seen[-1])


def test_in_the_longest_chain_with_gates_there_is_room_between_what_is_written() -> None:
    slopes: Cue = ("show_derivatives", {"slopes": "slope"})
    stage = stage_after("chain_rule", sigmoid_chain(), draw_chain("w1"), slopes, ("flow_back", {}))
    graph = stage.chain_graph
    assert len(graph.nodes) == LARGEST_CHAIN
    for row in (stage.derivatives.values(), sorted(stage.arrived, key=lambda badge: float(badge.get_x()))):
        for left, right in pairwise(row):
            assert right.get_left()[0] - left.get_right()[0] > 0.3
    for written in stage.slopes_at_gates:
        corners = [written.get_corner(way) for way in (DL, DR)]
        assert min(
            math.dist(corner, node.get_center()) for corner in corners for node in graph.nodes.values()
        ) > (graph.radius + 0.05)
    for arrows in graph.arrows.values():
        assert min(math.dist(arrows[k].get_start(), arrows[k].get_end()) for k in (0, -1)) > 0.15


def test_bars_are_as_high_as_the_gradients_that_came_back() -> None:
    experiment = sigmoid_chain()
    slopes: Cue = ("show_derivatives", {})
    stage = stage_after("chain_rule", experiment, draw_chain("w1"), slopes, ("flow_back", {"bars": True}))
    graph, picture = stage.chain_graph, stage.gradient_bars
    bars = {bar.get_x(): float(bar.height) for bar in picture.bars}
    expected = {
        graph.x(k): abs(by_hand.slope(experiment, name)) for k, name in enumerate(graph.chain.names[:-1])
    }
    largest = max(expected.values())
    for x, gradient in expected.items():
        assert bars[x] == pytest.approx(max(bars.values()) * gradient / largest, rel=1e-4)
    lowest = min(float(term.get_bottom()[1]) for term in stage.derivatives.values())
    assert float(picture.get_top()[1]) < lowest
    again = stage_after("chain_rule", experiment, draw_chain("w1"), ("flow_back", {"bars": True}), slopes)
    assert again.gradient_bars is None


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_two_operators_of_a_link_are_clear_of_the_nodes_and_of_each_other(aspect: str) -> None:
    graph = ChainGraph(WeightPath(sigmoid_chain().trace, "w1"), Frame(aspect).stage)
    for operators in graph.operators.values():
        circles = [(one.get_center(), one[0].width / 2) for one in operators]  # or within the plate of a gate
        nodes = [(node.get_center(), graph.radius) for node in graph.nodes.values()]
        for number, (place, radius) in enumerate(circles):
            for other, reach in (*nodes, *circles[:number]):
                assert math.dist(place, other) > radius + reach + 0.1


def test_the_tangent_of_an_enlarged_gate_is_seen_on_both_sides_of_its_dot() -> None:
    kinds = "gradient", "gradient"
    for z in (-6.0, 0.5, 6.0):
        term = DerivativeTerm("partial", "h", "z1", kinds, "0", "=", 0.5)
        gate = GateSlope("tanh", z, "z", term, Frame().formula).gate
        (tangent,) = [part for part in gate.submobjects if isinstance(part, Line)]
        reach = [math.dist(end, gate.dot.get_center()) for end in (tangent.get_start(), tangent.get_end())]
        assert min(reach) > 1.2 * gate.dot.width / 2
        assert max(reach) > 0.25 * gate.plate.width
        assert all(abs(point[0] - gate.plate.get_x()) < gate.plate.width / 2 for point in tangent.points)


@pytest.mark.parametrize("is_one_scale", [True, False])
def test_on_one_scale_numbers_move_as_far_as_they_change(is_one_scale: bool) -> None:
    network = Network(("x",), (Layer("y", np.ones((1, 1))),), LOSSES["mean_squared_error"])
    steep = Experiment("steep", network, [20.0], [15.0])
    lines: Cue = ("number_lines", {"nudge": 0.01, "one_scale": is_one_scale})
    response = stage_after("chain_rule", steep, draw_chain("w1"), lines, nudge(0.01)).response
    far = {
        name: marker.dot.get_x() - response.lines[name].origin for name, marker in response.markers.items()
    }
    changes = {"w1": 0.01, "y": 0.2, "loss": 5.2**2 - 25}
    rates = [far[name] / change for name, change in changes.items()]
    assert math.isclose(max(rates), min(rates), rel_tol=1e-6) is is_one_scale


def test_an_enlarged_gate_slides_from_where_its_function_is_steepest() -> None:
    """The slope of a sigmoid is 1/4 in its middle, and s(1 − s) at the weighted sum."""
    told: list[Cue] = [
        ("draw_chain", {"weight": "w1", "pre_activations": True}),
        ("show_gate", {"from_steepest": True}),
        ("slide_gate", {}),
    ]
    network = Network(("x",), (Layer("y", 2.0, None, "sigmoid"),), LOSSES["half_squared_error"])
    experiment = Experiment("sigmoid", network, [0.9], [0.0], "gradient_descent")
    s = 1 / (1 + math.exp(-1.8))
    middle, end = (texts_after("chain_rule", experiment, *told[:count]) for count in (2, 3))
    assert "∂y/∂z1 = 0.25" in middle
    (slope,) = (text for text in end if text.startswith("∂y/∂z1"))
    assert float(slope.split()[-1]) == pytest.approx(s * (1 - s), abs=0.005)
    assert s * (1 - s) < 0.2
    stage = empty_stage(scene_types()["chain_rule"], "sigmoid", {"sigmoid": experiment})
    assert (fault_of(stage, [told[0], ("show_gate", {}), told[2]]) or (None,))[0] == 2
