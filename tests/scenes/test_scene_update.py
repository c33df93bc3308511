"""The scene `update`: old numbers where the old ones are asked for, new ones where they have been made."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import line_through, middle, number, reading
from helpers.stage import Cue, beat_ends, performance, stage_after, texts_after

from storyreel.core.errors import StoryboardError, StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.engine.optimizers import Momentum
from storyreel.graphics.layout import Frame
from storyreel.graphics.networks.label_places import box_of
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.graphics.text.strike import Strike
from storyreel.graphics.text.typeset import Typeset
from storyreel.rendering.play import watch
from storyreel.stage.training_stage import stepwise

FILLED: Cue = ("draw_network", {"filled": True, "loss": True})
STEP: list[Cue] = [("update", {}), ("run_forward", {})]
COLUMNS = ("w1", "w2", "y", "loss", "grad.w1")


def write_down(row: str, before: bool = False, values: tuple[str, ...] | None = COLUMNS) -> Cue:
    return "write_down", {"row": row, "before": before} | ({"values": values} if values else {})


def table(experiment: Experiment, *cues: Cue) -> dict[str, dict[str, float]]:
    """The table on stage as it stands: by row and by column, each number in the column that it is below."""
    its = stage_after("update", experiment, FILLED, *cues).table
    columns = {head.plain: head.get_x() for head in its.header}
    rows: dict[float, list[tuple[float, str]]] = {}
    for part in (part for part in its.submobjects if isinstance(part, Typeset)):
        # The middles of words and of numbers on one baseline are not on one line.
        row = next((y for y in rows if abs(y - part.get_y()) < 0.2), part.get_y())
        rows.setdefault(row, []).append((part.get_x(), part.plain))
    found = {}
    for parts in rows.values():
        (_, title), *texts = sorted(parts)
        found[title] = {
            min(columns, key=lambda name, x=x: abs(columns[name] - x)): number(text) for x, text in texts
        }
        assert len(found[title]) == len(texts) == len(columns)
    return found


def rounded(numbers: Mapping[str, float]) -> Any:
    """The numbers of the columns, as exactly as a table writes them."""
    return pytest.approx({name: numbers[name] for name in COLUMNS}, abs=0.0051)


def numbers(experiment: Experiment, steps: int) -> dict[str, float]:
    """The numbers of the example by hand, with the slope of the loss, after some steps of training."""
    turned = by_hand.descent(experiment, steps)[steps]
    slope = by_hand.slope(experiment, "w1", turned)
    return {**by_hand.numbers(experiment, turned), "grad.w1": slope}


def test_a_table_written_before_an_update_has_the_first_numbers(chain: Experiment) -> None:
    written = table(chain, write_down("at first"))
    assert written == {"at first": rounded({"w1": 3, "w2": 5 / 6, "y": 5, "loss": 2, "grad.w1": 10 / 3})}


@pytest.mark.parametrize("make", [lessons.chain, lessons.negative_chain])
def test_after_an_update_a_row_of_before_has_the_old_numbers_and_another_the_new_ones(make: Any) -> None:
    experiment = make()
    written = table(experiment, *STEP, write_down("before", before=True), write_down("now", values=None))
    old, new = numbers(experiment, 0), numbers(experiment, 1)
    assert written == {"before": rounded(old), "now": rounded(new)}
    assert all(abs(old[name] - new[name]) > 0.02 for name in COLUMNS)


def test_a_weight_that_is_renewed_is_new_while_the_others_and_the_output_are_not(chain: Experiment) -> None:
    written = table(
        chain, ("update", {"weight": "w2"}), write_down("halfway"), write_down("before", True, None)
    )
    old, w2 = numbers(chain, 0), numbers(chain, 1)["w2"]
    assert written == {"halfway": rounded({**old, "w2": w2}), "before": rounded(old)}


@pytest.mark.parametrize("make", [lessons.chain, lessons.dense])
def test_curves_and_connections_stand_at_the_step_to_which_the_network_has_been_trained(make: Any) -> None:
    experiment: Experiment = make()
    trained: list[Cue] = [("plot_training", {"steps": 6}), ("train", {"until": 4})]
    stage = stage_after("update", experiment, FILLED, *trained)
    now = by_hand.numbers(experiment, by_hand.descent(experiment, 4)[4])
    output = experiment.network.names.activations[-1][-1]
    for plot, name in ((stage.picture.loss_plot, "loss"), (stage.picture.output_plot, output)):
        assert reading(plot)(middle(plot.head)) == pytest.approx((4, now[name]), rel=1e-5)
    edges = stage.diagram.edges
    _, slope = line_through(
        [abs(now[name]) for name in edges], [edges[name].get_stroke_width() for name in edges]
    )
    assert slope > 0.5


def test_a_loss_that_gets_small_is_never_written_as_zero() -> None:
    losses = np.array(
        [by_hand.numbers(lessons.chain(), w)["loss"] for w in by_hand.descent(lessons.chain(), 12)]
    )
    plot = RunPlot(Frame().side, "loss", "loss", losses)
    show = plot.follow(lambda share: 12 * share)
    for step, loss in enumerate(losses):
        show(step / 12)
        assert number(plot.badge.number.plain or "") == pytest.approx(loss, rel=0.05), step


def test_a_table_needs_columns(chain: Experiment) -> None:
    with pytest.raises(StoryboardError, match="the first row of the table needs `values`"):
        table(chain, write_down("row", values=None))


def test_no_new_number_is_behind_its_plate_when_all_weights_change_at_once() -> None:
    """The labels of these crossing connections have plates."""
    ends = beat_ends("update", lessons.salary(), [FILLED, *STEP])
    assert [end.faults for end in ends] == [[], [], []]


@pytest.mark.parametrize(("aspect", "least"), [("16:9", 0.95), ("1:1", 0.7), ("9:16", 0.95)])
def test_new_weights_are_as_large_as_the_old_ones_beside_the_neurons(aspect: str, least: float) -> None:
    trace = lessons.chain().trace
    diagram = NetworkDiagram(trace, Frame(aspect).stage, with_loss=True, has_values=True)
    for name, value in (("w1", 2.97), ("w2", 0.71)):
        old, new = diagram.labels[name], diagram.label(name, value, beside=True)
        assert old.symbol is not None and new.symbol is not None
        assert new.symbol.height >= least * old.symbol.height
        assert not any(node.meets(box_of(new.text)) for node in diagram.nodes.values())


def test_nothing_is_left_of_an_old_weight_that_is_struck_through() -> None:
    stage = stage_after("update", lessons.chain(), FILLED, ("update", {"weight": "w1"}))
    assert not any(isinstance(part, Strike) for part in stage.get_mobject_family_members())
    assert stage.diagram.labels["w1"].text.plain == "w1 = 2.97"


def test_light_runs_from_the_loss_to_the_output_below_its_target() -> None:
    diagram = stage_after("update", lessons.chain(), FILLED).diagram
    (way,) = diagram.backward_paths("y")
    (target,) = diagram.targets.values()
    assert target.get_bottom()[1] > way.get_start()[1] + 0.1
    assert diagram.nodes["y"].get_right()[0] < target.get_left()[0] < target.get_right()[0]
    assert target.get_right()[0] < diagram.nodes["loss"].get_left()[0]


@pytest.mark.parametrize("aspect", ["16:9", "1:1", "9:16"])
def test_factors_of_gradients_stand_side_by_side_in_the_order_of_their_weights(aspect: str) -> None:
    cues: list[Cue] = [("show_factors", {"of": name}) for name in ("w2", "w1")]
    stage = stage_after("update", lessons.chain(), FILLED, *cues, aspect=aspect)
    values = by_hand.numbers(lessons.chain())
    arrives = {"w1": values["w2"] * (values["y"] - 3), "w2": values["y"] - 3}
    for name, before in (("w1", "x"), ("w2", "h")):
        first, second = stage.factors[name].text.plain.partition(" = ")[2].split(" × ")
        assert (number(first), number(second)) == pytest.approx((arrives[name], values[before]))
        assert number(first) * number(second) == pytest.approx(by_hand.slope(lessons.chain(), name))
    first, second = stage.factors["w1"], stage.factors["w2"]
    assert first.get_right()[0] < second.get_left()[0]
    assert first.get_y() == pytest.approx(second.get_y())
    lowest = min(box_of(name)[1] for name in stage.diagram.names.values())
    assert aspect == "9:16" or first.get_top()[1] < lowest


def test_factors_leave_when_a_weight_is_updated(chain: Experiment) -> None:
    cues: list[Cue] = [("show_factors", {"of": "w2"}), ("update", {"weight": "w2"})]
    stage = stage_after("update", chain, FILLED, *cues)
    assert not stage.factors and stage.equation.quantity == "next.w2"


def test_numbers_of_a_table_appear_in_their_places(chain: Experiment) -> None:
    """Copies that flew there from the picture would pass over its other numbers."""
    paths: dict[str, set[tuple[float, float]]] = {}

    def look(stage: Any, frame: int, repeats: int) -> None:
        its = stage.table
        for part in its.submobjects if its is not None else ():
            if isinstance(part, Typeset):
                spot = round(float(part.get_x()), 3), round(float(part.get_y()), 3)
                paths.setdefault(f"{id(part)}", set()).add(spot)

    cues = [FILLED, *STEP, write_down("before", before=True), write_down("after", values=None)]
    watch(performance("update", chain, cues), look)
    assert len(paths) == 2 * (1 + len(COLUMNS))
    assert all(len(spots) == 1 for spots in paths.values())


def fixed(chain: Experiment) -> Experiment:
    """The chain 2 → 6 → 5 with biases of 0, of which only the second weight is trained."""
    first, second = (replace(layer, bias=[0.0], train_bias=False) for layer in chain.network.layers)
    layers = (replace(first, train_weights=False), second)
    return replace(chain, network=replace(chain.network, layers=layers))


def test_what_is_not_trained_stays_while_all_others_change(chain: Experiment) -> None:
    experiment = fixed(chain)
    stage = stage_after("update", experiment, FILLED, ("show_gradients", {"of": ["w1", "b1", "w2"]}), *STEP)
    assert stage.renewed == {"w2"} and stage.gradients == {}
    # ∂L/∂w2 is 2 · 6, so w2 = 5/6 − 0.01 · 12, with which y = 6 w2 and L = ½ (y − 3)².
    w2 = 5 / 6 - 0.12
    expected = {"w1": 3, "w2": w2, "b1": 0, "y": 6 * w2, "loss": (6 * w2 - 3) ** 2 / 2}
    texts = {name: node.value.plain for name, node in stage.network.nodes.items()}
    texts |= {name: label.text.plain.split(" = ")[-1] for name, label in stage.network.labels.items()}
    shown = {name: number(texts[name]) for name in expected if name in texts}
    assert shown == pytest.approx({name: expected[name] for name in shown}, abs=0.0051)
    assert {"w1", "w2", "y"} <= set(shown)


def test_what_is_not_trained_is_not_waited_for_and_not_updated(chain: Experiment) -> None:
    assert stage_after("update", fixed(chain), FILLED, ("update", {"weight": "w2"}), STEP[1]).has_run
    with pytest.raises(StoryreelError, match="'w1' is not trained"):
        stage_after("update", fixed(chain), FILLED, ("update", {"weight": "w1"}))


def test_a_table_has_what_the_optimizer_remembers(chain: Experiment) -> None:
    # v = 0 before, then −η ∂L/∂w: −0.01 · 10/3 and −0.01 · 12.
    experiment = replace(chain, optimizer=Momentum(0.01))
    its = ("velocity.w1", "velocity.w2")
    stage = stage_after(
        "update", experiment, FILLED, *STEP, write_down("before", True, its), write_down("now", values=None)
    )
    assert [head.plain for head in stage.table.header] == list(its)
    texts = [part.plain for part in stage.table.submobjects if isinstance(part, Typeset)]
    found = [number(text) for text in texts if text not in ("before", "now")]
    assert found == pytest.approx([0, 0, -0.1 / 3, -0.12], abs=0.0005)


KNOBS: list[Cue] = [("carry_network", {"loss": True}), ("show_knobs", {"loss": "loss"})]
TURNS: list[Cue] = [("turn", {"weight": "w2", "to": 0.6}), ("turn", {"weight": "w1", "to": 2.5})]


@pytest.mark.parametrize(
    ("turns", "expected", "loss"),
    # y = w2 w1 x, with x = 2, and L = ½ (y − 3)².
    [
        (0, {"w1 = 3", "w2 = 5/6", "6", "5"}, 2),
        (1, {"w1 = 3", "w2 = 0.6", "6", "3.6"}, 0.18),
        (2, {"w1 = 2.5", "w2 = 0.6", "5", "3"}, 0),
    ],
)
def test_the_network_and_the_loss_follow_the_knobs(
    chain: Experiment, turns: int, expected: set[str], loss: float
) -> None:
    texts = texts_after("update", chain, *KNOBS, *TURNS[:turns])
    assert expected <= set(texts) and texts.count(f"{loss:g}") >= 2  # in its node and above its bar
    start = stage_after("update", chain, *KNOBS).meter.bar.height
    stage = stage_after("update", chain, *KNOBS, *TURNS[:turns])
    assert stage.meter.bar.height == pytest.approx(max(start * loss / 2, 0.02), abs=0.01)
    values = {name: knob.value for name, knob in stage.knobs.items()}
    assert values == pytest.approx({"w1": 2.5 if turns == 2 else 3, "w2": 0.6 if turns else 5 / 6})


def test_a_knob_of_a_chain_is_turned_back(chain: Experiment) -> None:
    texts = texts_after("update", chain, *KNOBS, TURNS[0], ("turn", {"weight": "w2"}))
    assert {"w2 = 5/6", "5"} <= set(texts)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_each_knob_is_below_its_connection_or_beside_it(chain: Experiment, aspect: str) -> None:
    places: dict[str, tuple[float, float]] = {}
    covered: dict[str, bool] = {}

    def look(stage: Any, frame: int, repeats: int) -> None:
        for name, knob in stage.knobs.items():
            x, y, _ = knob.face.get_center() - stage.network.edges[name].get_center()
            places[name] = x, y
            covered[name] = any(node.meets(box_of(knob.track)) for node in stage.network.nodes.values())

    cues: list[Cue] = [*KNOBS, ("write", {"text": "Now you"})]
    watch(replace(performance("update", chain, cues), aspect=aspect), look)
    across, along = (1, 0) if aspect == "9:16" else (0, 1)
    assert covered == {"w1": False, "w2": False}
    assert all(abs(place[across]) < 1e-6 and place[along] < -1 for place in places.values())


def test_a_short_run_rests_at_each_step() -> None:
    run = [stepwise(step) for step in np.linspace(0, 3, 301).tolist()]
    assert [run[0], run[100], run[200], run[300]] == [0, 1, 2, 3]
    assert all(before <= after for before, after in pairwise(run))
    assert [sum(step == whole for step in run) > 30 for whole in (1, 2, 3)] == [True, True, True]
    assert max(after - before for before, after in pairwise(run)) < 0.06  # and it never jumps


def test_values_are_pale_from_the_update_until_the_network_runs_again() -> None:
    filled: Cue = ("draw_network", {"filled": True, "loss": True})
    shown: Cue = ("show_gradients", {"of": ["h", "y"]})
    one, both = ("update", {"weight": "w2"}), ("update", {})

    def pale(*cues: Cue) -> set[str]:
        stage = stage_after("update", lessons.chain(), filled, *cues)
        nodes = stage.network.nodes
        return {name for name, node in nodes.items() if node.circle.get_fill_opacity() < 1}

    assert pale(one) == {"y", "loss"}
    assert pale(one, both) == {"h", "y", "loss"}
    assert pale(shown, one, both, ("run_forward", {})) == set()
    assert stage_after("update", lessons.chain(), filled, shown, both).gradients
    assert not stage_after("update", lessons.chain(), filled, shown, both, ("run_forward", {})).gradients
