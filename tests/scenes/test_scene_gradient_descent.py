"""The scene `gradient_descent`: what it shows is the engine's, whatever the network and the weight."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import reading
from helpers.random_cues import empty_stage, fault_of
from helpers.stage import Cue, beat_ends, performance, stage_after, texts_after

from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.core.number_format import shown
from storyreel.core.paths import STORYBOARDS
from storyreel.engine.experiment import Experiment
from storyreel.engine.trace import Trace
from storyreel.reader import load
from storyreel.rendering.play import watch
from storyreel.stage.stage import Stage
from storyreel.storyboard.vocabulary import scene_types

Walk = tuple[Experiment, list[list[str]]]
CURVE: Cue = ("plot_loss", {"over": "w1"})
SLOPE: Cue = ("show_slope", {})
BACK: Cue = ("back", {})
MAP: Cue = ("plot_surface", {"across": "w1", "up": "w2"})
WEIGHTS: Cue = ("plot_surface", {"across": "W1[0,0]", "up": "W1[0,1]"})


def with_weight(experiment: Experiment, name: str, value: float) -> Trace:
    """The experiment's trace when one weight is `value`."""
    parameters = experiment.network.parameters.copy()
    parameters[experiment.network.names.parameters.index(name)] = value
    return Trace(experiment.network.with_parameters(parameters), experiment.inputs, experiment.targets)


@pytest.fixture(scope="module")
def walk() -> Walk:
    """A walk over the curve of w1 of a chain, 2 → 6 → 5, and what is written after each of its cues."""
    chain = lessons.chain()
    fair: Cue = ("step", {"learning_rate": 0.2, "times": 3, "text": "about right"})
    wild: Cue = ("step", {"learning_rate": 40.0, "times": 3})
    turn: Cue = ("turn", {"weight": "w2", "to": 0.3})
    ends = beat_ends("gradient_descent", chain, [CURVE, SLOPE, fair, BACK, wild, BACK, turn, BACK])
    return chain, [end.texts for end in ends]


def test_the_point_stands_where_the_network_is_and_the_slope_is_its_gradient(walk: Walk) -> None:
    assert {"w1 = 3", "loss = 2", "grad.w1 = 10/3"} <= set(walk[1][1])


@pytest.mark.parametrize(("rate", "cue"), [(0.2, 2), (40.0, 4)])
def test_steps_are_those_of_gradient_descent(walk: Walk, rate: float, cue: int) -> None:
    chain, texts = walk
    w1 = 3.0
    for _ in range(3):
        w1 -= rate * with_weight(chain, "w1", w1).number("grad.w1")
    there = with_weight(chain, "w1", w1)
    assert texts[cue].count(f"loss = {shown(there.loss)}") == 2  # on the tag, and in the table
    gradient = shown(there.number("grad.w1"))
    assert {f"learning_rate = {shown(rate)}", f"w1 = {shown(w1)}", f"grad.w1 = {gradient}"} <= set(texts[cue])


def test_back_returns_the_weight_and_keeps_the_list(walk: Walk) -> None:
    texts = walk[1][3]
    assert {"w1 = 3", "loss = 2", "grad.w1 = 10/3", "learning_rate = 0.2", "about right"} <= set(texts)


def test_turning_a_later_weight_changes_the_loss_and_the_slope(walk: Walk) -> None:
    chain, texts = walk
    turned = with_weight(chain, "w2", 0.3)
    loss, gradient = shown(turned.loss), turned.number("grad.w1")
    assert gradient < 0 < chain.trace.number("grad.w1")
    assert {"w2 = 0.3", "w1 = 3", f"loss = {loss}", f"grad.w1 = {shown(gradient)}"} <= set(texts[6])
    assert {"w2 = 5/6", "w1 = 3", "loss = 2", "grad.w1 = 10/3"} <= set(texts[7])


def test_the_network_stands_beside_its_curve_until_the_point_takes_a_step(chain: Experiment) -> None:
    network: Cue
    step: Cue
    network, step = ("show_network", {}), ("step", {"learning_rate": 0.01})
    there, gone = (end.texts for end in beat_ends("gradient_descent", chain, [CURVE, network, step])[1:])
    values = {"2", "6", "5", "w1 = 3", "w2 = 5/6", "target = 3"}
    assert values <= set(there) and not {"2", "6", "5", "target = 3"} & set(gone)


@pytest.mark.parametrize("make", [lessons.chain, lessons.negative_chain])
def test_a_chain_has_room_beside_its_curve(make: Callable[[], Experiment]) -> None:
    cues: list[Cue] = [CURVE, SLOPE, ("show_network", {}), ("show_direction", {}), ("show_rule", {})]
    assert [end.faults for end in beat_ends("gradient_descent", make(), cues)] == [[] for _ in cues]


def test_the_way_down_the_map_is_that_of_the_run(chain: Experiment) -> None:
    end = chain.run(5).trace(5)
    texts = texts_after("gradient_descent", chain, MAP, ("descend", {"steps": 5}))
    assert {f"{name} = {shown(end.number(name))}" for name in ("loss", "w1", "w2")} <= set(texts)


def test_examples_are_counted_along_each_way_down_the_map() -> None:
    experiment = lessons.dense()
    rows, rate = len(experiment.examples[0]), {"learning_rate": 0.1, "seen": "used"}
    cues: list[Cue] = [
        ("plot_surface", {"across": "W2[1,0]", "up": "b1[0]"}),
        ("descend", {"steps": 2, **rate}),
        ("descend_in_batches", {"steps": 3, "batch_size": 2, **rate}),
        ("descend", {"steps": 1, **rate}),
    ]
    counts = [2 * rows, 3 * min(2, rows), 3 * rows]
    for number, count in enumerate(counts, start=2):
        assert str(count) in texts_after("gradient_descent", experiment, *cues[:number])
    # The exact way goes on where it was left, as if there had been no other.
    ways = (cues, [cues[0], ("descend", {"steps": 3, **rate})])
    places = [stage_after("gradient_descent", experiment, *way).place.tolist() for way in ways]
    assert places[0] == pytest.approx(places[1])


@pytest.mark.parametrize(
    ("make", "across", "up"),
    [
        (lessons.sigmoid_chain, "w1", "w3"),
        (lessons.negative_chain, "w2", "w1"),
        (lessons.dense, "W2[1,0]", "b1[0]"),
    ],
)
def test_any_network_can_be_walked_on_without_overlaps(
    make: Callable[[], Experiment], across: str, up: str
) -> None:
    cues: list[Cue] = [
        ("plot_loss", {"over": across}),
        SLOPE,
        ("measure_slope", {"run": 0.02}),
        ("show_direction", {}),
        ("show_rule", {}),
        ("step", {"learning_rate": 0.1, "text": "too small"}),
        ("step", {"learning_rate": 50.0, "times": 3}),
        ("turn", {"weight": up, "to": -1.25}),
        ("plot_surface", {"across": across, "up": up}),
        ("descend", {"steps": 4, "learning_rate": 100.0}),
    ]
    assert [end.faults for end in beat_ends("gradient_descent", make(), cues)] == [[] for _ in cues]


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ([SLOPE], "no curve on stage"),
        ([CURVE, ("measure_slope", {"run": 1e9})], "leads out of the plot"),
        ([CURVE, ("step", {"learning_rate": -1.0})], "must be a number above 0"),
        ([CURVE, ("step", {"learning_rate": 0.1, "times": 51})], "from 1 to 50 steps"),
        ([CURVE, ("turn", {"weight": "w1", "to": 1.0})], "turn another weight"),
        ([("plot_surface", {"across": "w1", "up": "w1"})], "two different weights"),
        ([("descend", {"steps": 3})], "no map on stage"),
    ],
)
def test_what_cannot_be_drawn_is_said(chain: Experiment, cues: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError, match=message):
        texts_after("gradient_descent", chain, *cues)


@pytest.mark.parametrize("cue", [("roll", {}), ("turn", {"weight": "w1", "to": 4.0})])
def test_the_network_beside_the_curve_follows_and_loses_no_number_on_the_way(
    chain: Experiment, cue: Cue
) -> None:
    seen: list[set[str]] = []

    def look(stage: Stage, *_: int) -> None:
        labels = Snapshot(stage, is_still=True).labels()
        seen.append({label.piece.plain for label in labels if not label.piece.is_tick})

    cues: list[Cue] = [("plot_loss", {"over": "w2"}), ("show_network", {}), cue]
    watch(performance("gradient_descent", chain, cues), look)
    shown_once = next(k for k, texts in enumerate(seen) if {"6", "5", "w2 = 5/6", "target = 3"} <= texts)
    during = seen[shown_once:]
    assert all({"2", "h", "target = 3"} <= texts for texts in during)
    moved = {"w2 = 0.5", "6", "3"} if cue[0] == "roll" else {"w1 = 4", "8", shown(8 * 5 / 6)}
    assert moved <= during[-1]
    rolled = {text for texts in during for text in texts}
    assert cue[0] == "turn" or not {"w1 = 3.00", "6.00"} & rolled  # these do not change
    assert len(rolled) > 20


def test_the_name_of_the_learning_rate_stands_below_it(chain: Experiment) -> None:
    (rule,) = beat_ends("gradient_descent", chain, [CURVE, ("show_rule", {"text": "learning rate"})])[1:]
    assert rule.faults == []
    assert {"learning rate", "next.w1 = w1 − learning_rate × grad.w1"} <= set(rule.texts)


TURN: Cue = ("turn", {"weight": "w2", "to": 3.0})
STEP: Cue = ("step", {"learning_rate": 0.01})


@pytest.mark.parametrize(
    ("told", "run", "message"),
    [
        ([CURVE], 0.5, ""),
        ([CURVE], 3.0, "leads out of the plot"),  # the curve ends at 3.84
        ([CURVE, TURN], 0.01, "leads out of the plot"),  # the loss is 112.5 here, and the plot ends at 6.4
        ([CURVE, TURN, BACK], 0.5, ""),
        ([CURVE, STEP], 0.1, "moved point"),
        ([CURVE, ("roll", {}), BACK], 0.1, ""),
    ],
)
def test_a_run_out_of_the_plot_is_found_without_drawing(
    chain: Experiment, told: list[Cue], run: float, message: str
) -> None:
    scene, measure = scene_types()["gradient_descent"], ("measure_slope", {"run": run})
    found = fault_of(empty_stage(scene, "chain", {"chain": chain}), [*told, measure])
    assert (found is None) == (not message)
    assert found is None or (found[0] == len(told) and message in found[1])


def test_a_step_is_written_in_numbers_until_the_next_one() -> None:
    chain = lessons.chain()
    step: Cue = ("step", {"learning_rate": 0.2})
    texts = texts_after("gradient_descent", chain, CURVE, step, ("write_step", {}))
    gradient = chain.trace.number("grad.w1")  # 10/3
    assert gradient == pytest.approx(10 / 3)
    written = [text for text in texts if "0.2 ×" in text]
    assert [text.split() for text in written] == [["3", "−", "0.2", "×", "10/3", "=", "7/3"]]  # 3 - 2/3
    assert not any(
        "0.2 ×" in text
        for text in texts_after("gradient_descent", chain, CURVE, step, ("write_step", {}), step)
    )


def test_a_step_of_a_network_that_diverges_is_not_written() -> None:
    step: Cue = ("step", {"learning_rate": 1e9, "times": 40})
    with pytest.raises(StoryboardError, match="diverges within these steps; lower its learning rate"):
        texts_after("gradient_descent", lessons.chain(), CURVE, step, ("write_step", {}))


def test_a_step_is_written_below_its_row_where_there_is_no_room_below_the_others() -> None:
    steps: list[Cue] = [("step", {"learning_rate": rate}) for rate in (0.05, 0.1, 0.2)]
    for steps_after in ([], [("step", {"learning_rate": 0.3})]):
        cues = [CURVE, *steps, ("write_step", {}), *steps_after]
        ends = beat_ends("gradient_descent", lessons.chain(), cues)
        assert not any(end.faults for end in ends)
        rates = [text for text in ends[-1].texts if text.startswith("learning_rate")]
        assert len(rates) == 1 + len(steps_after) and rates[0].endswith("0.2")
    stage = stage_after("gradient_descent", lessons.chain(), CURVE, *steps, ("write_step", {}))
    assert stage.step_sum.get_top()[1] < stage.rows[0].get_bottom()[1]


def test_the_only_weight_of_a_picture_may_be_called_w() -> None:
    short: Cue = ("plot_loss", {"over": "w1", "short": True})
    ends = beat_ends("gradient_descent", lessons.chain(), [short, SLOPE, ("show_rule", {})])
    assert {"w = 3", "loss = 2", "grad.w = 10/3"} <= set(ends[1].texts)
    assert "next.w = w − learning_rate × grad.w" in ends[2].texts


def test_a_curve_that_fills_a_wide_frame_runs_below_its_numbers() -> None:
    valleys = load(STORYBOARDS / "plain.yaml").networks["valleys"]
    fills: Cue = ("plot_loss", {"over": "w1", "fills": True})
    steps: Cue = ("step", {"learning_rate": 0.2, "times": 20, "text": "20 steps"})
    ends = beat_ends("gradient_descent", valleys, [fills, steps, SLOPE, BACK])
    assert [end.faults for end in ends] == [[]] * 4
    assert "cost.grad.w1 = 0.00" in ends[2].texts  # in a valley
    stage = stage_after("gradient_descent", valleys, fills)
    left, right = (float(side[0]) for side in (stage.curve.axes.get_left(), stage.curve.axes.get_right()))
    assert right - left > 0.85 * stage.frame.whole.width
    with pytest.raises(StoryboardError, match="no room for the numbers above this curve"):
        texts_after("gradient_descent", lessons.chain(), fills)


@pytest.mark.parametrize("sides", [("w2", "w1"), ("w1", "w2")])
def test_a_way_that_begins_at_other_weights_leads_down_from_there(sides: tuple[str, str]) -> None:
    start = {"w1": 1.0, "w2": 0.1}
    bowl: Cue = ("plot_bowl", {"across": sides[0], "up": sides[1]})
    begin: Cue = ("descend", {"steps": 3, "across": start[sides[0]], "up": start[sides[1]]})
    stage = stage_after("gradient_descent", lessons.chain(), ("plot_loss", {"over": "w2"}), bowl, begin)
    w1, w2 = start["w1"], start["w2"]
    for _ in range(3):  # the loss is half of (2 w1 w2 - 3) squared
        gap = 2 * w1 * w2 - 3
        w1, w2 = w1 - 0.01 * gap * 2 * w2, w2 - 0.01 * gap * 2 * w1
    reached = dict(zip(stage.surface.landscape.names, stage.place, strict=True))
    assert reached == pytest.approx({"w1": w1, "w2": w2})
    too_far: Cue = ("descend", {"steps": 3, "up": 1000.0})
    with pytest.raises(StoryboardError, match="no room for a start"):
        stage_after("gradient_descent", lessons.chain(), bowl, too_far)


def test_a_ring_is_at_the_lowest_place_of_each_valley() -> None:
    layers = lessons.layered((1, 1, 1), "gelu", "identity", "half_squared_error")
    network = layers.with_parameters(np.array([-2.2, 0.0, 1.0, 0.0]))
    data = np.array([[-2.0], [0.8]]), np.array([[1.6], [2.4]])
    experiment = Experiment("made", network, data[0][0], data[1][0], "gradient_descent", *data)
    weight = network.names.parameters[0]
    stage = stage_after("gradient_descent", experiment, ("plot_loss", {"over": weight}), ("mark_valleys", {}))
    places = np.linspace(-2.5, 5.0, 3001)
    hidden = places[:, None] * data[0][:, 0]
    outputs = 0.5 * hidden * (1 + np.vectorize(math.erf)(hidden / math.sqrt(2)))
    costs = ((outputs - data[1][:, 0]) ** 2 / 2).mean(axis=1)
    inner = costs[1:-1]
    valleys = places[1:-1][(inner < costs[:-2]) & (inner <= costs[2:])]
    lines, rings = stage.valleys
    read = reading(stage.curve.axes)
    assert [read(ring.get_center())[0] for ring in rings] == pytest.approx(valleys.tolist(), abs=0.01)
    assert len(lines) == len(valleys) == 2


@pytest.mark.parametrize(("fills", "stays"), [(True, True), (False, False)])
def test_an_output_follows_the_weight_beside_a_curve_and_stays_where_the_plot_fills(
    fills: bool, stays: bool
) -> None:
    experiment = load(STORYBOARDS / "digits.yaml").networks["single"]
    weight = "W3[2,9]"
    plot: Cue = ("plot_loss", {"over": weight, "fills": fills, "short": True})
    cues: list[Cue] = [plot, ("show_output", {}), SLOPE, ("show_rule", {})]
    step: Cue = ("step", {"learning_rate": 20.0})
    ends = beat_ends("gradient_descent", experiment, [*cues, step])
    assert [end.faults for end in ends] == [[]] * 5
    trace = experiment.trace
    after = with_weight(experiment, weight, trace.number(weight) - 20 * trace.number(f"grad.{weight}"))
    assert f"{trace.number('y[2]'):.2f}" in ends[1].texts
    assert (f"{after.number('y[2]'):.2f}" in ends[4].texts) == stays
    if stays:
        fans = [
            stage_after("gradient_descent", experiment, *to).curve.parts["network"]
            for to in (cues, [*cues, step])
        ]
        (before, then) = (fan.edge.get_stroke_width() for fan in fans)
        assert then - before == pytest.approx(2.6 * (after.number(weight) - trace.number(weight)), rel=0.01)
    with pytest.raises(StoryboardError, match="is no weight into an output"):
        stage_after("gradient_descent", experiment, ("plot_loss", {"over": "W2[0,0]"}), ("show_output", {}))


def _ends_of_arrows(
    experiment: Experiment, batch_size: int | None = None, batches: int = 1
) -> list[list[float]]:
    """Where the arrows from the dot of a map lead to, in its two weights."""
    given = {"learning_rate": 0.3, "batches": batches} | ({"batch_size": batch_size} if batch_size else {})
    stage = stage_after("gradient_descent", experiment, WEIGHTS, ("point_downhill", given))
    surface, found = stage.surface, []
    corner, one = surface.point(surface.landscape.start), surface.landscape.start
    units = [surface.point(one + np.eye(2)[k])[k] - corner[k] for k in range(2)]
    for arrow in stage.arrows:
        corners = arrow[0].get_vertices()
        tip = corners[np.argmax(np.linalg.norm(corners - arrow.start, axis=1))]
        assert arrow.start == pytest.approx(corner)
        found.append([one[k] + (tip - corner)[k] / units[k] for k in range(2)])
    return found


def test_the_arrow_downhill_is_as_long_as_a_step_on_all_data(clusters: Experiment) -> None:
    names = ["W1[0,0]", "W1[0,1]"]
    slopes = np.mean(
        [
            [by_hand.slope(clusters.focused(k), name) for name in names]
            for k in range(len(clusters.examples[0]))
        ],
        axis=0,
    )
    start = [clusters.network.parameters[clusters.network.position(name)] for name in names]
    assert _ends_of_arrows(clusters)[0] == pytest.approx(start - 0.3 * slopes, abs=1e-3)


def test_the_arrows_of_the_mini_batches_of_an_epoch_have_the_exact_one_as_their_mean(
    clusters: Experiment,
) -> None:
    count = len(clusters.examples[0])
    assert count % 5 == 0
    each = _ends_of_arrows(clusters, 5, count // 5)
    assert np.mean(each, axis=0) == pytest.approx(_ends_of_arrows(clusters)[0], abs=1e-3)
    assert np.std(each, axis=0).min() > 1e-3


def test_arrows_leave_as_the_dot_takes_steps(clusters: Experiment) -> None:
    arrow: Cue = ("point_downhill", {"learning_rate": 0.3})
    stage = stage_after("gradient_descent", clusters, WEIGHTS, arrow, arrow, ("descend", {"steps": 1}))
    assert len(stage.arrows) == 0
    assert len(stage_after("gradient_descent", clusters, WEIGHTS, arrow, arrow).arrows) == 1


@pytest.mark.parametrize("cue", ["plot_surface", "plot_bowl"])
def test_the_two_weights_of_a_picture_may_be_called_w_and_v(cue: str) -> None:
    short: Cue = (cue, {"across": "w1", "up": "w2", "short": True})
    (end,) = beat_ends("gradient_descent", lessons.chain(), [short])
    assert {"w = 3", "v = 5/6"} <= set(end.texts)


def test_the_numbers_beside_a_map_are_those_of_the_dot_at_every_moment() -> None:
    chain = lessons.chain()
    cues: list[Cue] = [MAP, ("descend", {"steps": 1, "learning_rate": 0.05})]
    seen = 0

    def look(stage: Stage, frame: int, repeats: int) -> None:
        nonlocal seen
        surface = getattr(stage, "surface", None)
        for text in Snapshot(stage, None).texts if surface is not None else ():
            if text.startswith("w1 = ") and "." in text:
                x = float(text.removeprefix("w1 = "))
                across = surface.axes.point(x, 0.0)[0]
                assert surface.marker.get_center()[0] == pytest.approx(across, abs=0.1)
                seen += 1

    watch(performance("gradient_descent", chain, cues), look)
    assert seen > 2
