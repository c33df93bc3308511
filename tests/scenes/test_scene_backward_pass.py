"""The scene `backward_pass`: products term by term, nudges compared, a race of two ways to gradients."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import number as read
from helpers.stage import Cue, performance, stage_after
from manim import VGroup

from storyreel.core.errors import StoryboardError
from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame
from storyreel.graphics.maths.gradient_race import GradientRace
from storyreel.graphics.networks.label_places import box_of, is_clear
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.rendering.play import watch_beats
from storyreel.stage.race_stage import weight_count

FILLED: Cue = ("draw_network", {"filled": True, "loss": True})
ARRIVES: Cue = ("write_number", {"of": "grad.w2", "number": "grad.y", "text": "what arrives"})
LOCAL: Cue = ("write_number", {"of": "grad.w2", "number": "h", "text": "local derivative"})
COMPARED: list[Cue] = [("compare_nudges", {"of": ("w1", "w2")})]
TRIED: list[Cue] = [("try_nudge", {"of": name}) for name in ("w1", "w2")]


def is_on(stage: Any, *shapes: Any) -> bool:
    there = set(stage.get_mobject_family_members())
    return all(part in there for shape in shapes for part in shape)


@pytest.mark.parametrize("aspect", ["16:9", "1:1", "9:16"])
def test_the_numbers_of_a_product_are_written_one_after_the_other_above_their_words(aspect: str) -> None:
    first = stage_after("backward_pass", lessons.chain(), FILLED, ARRIVES, aspect=aspect)
    (arriving,), (local,) = (first.equation.number_of(name) for name in ("grad.y", "h"))
    equals, times = first.equation.operators
    assert is_on(first, arriving, [equals]) and not is_on(first, local) and not is_on(first, [times])
    both = stage_after("backward_pass", lessons.chain(), FILLED, ARRIVES, LOCAL, aspect=aspect)
    assert is_on(both, both.equation.number_of("h")[0]) and not is_on(both, both.equation.result_number)
    numbers = [both.equation.number_of(name)[0] for name in ("grad.y", "h")]
    for number, remark in zip(numbers, both.remarks_below, strict=True):
        words, line = remark
        start, end = line.get_start()[0], line.get_end()[0]
        assert words.get_left()[0] < end < words.get_right()[0]
        assert start == pytest.approx(number.get_x())
        assert words.get_top()[1] < line.get_bottom()[1] < line.get_top()[1] < number.get_bottom()[1]
        assert words[0].get_fill_color() == number[0].get_fill_color() == line.get_stroke_color()
        assert is_clear(words, [box_of(glyph) for glyph in both.equation.text])
    left, right = (remark.words for remark in both.remarks_below)
    assert left.get_right()[0] < right.get_left()[0] - 0.4
    assert left.first_baseline == pytest.approx(right.first_baseline)
    assert left[0].em == pytest.approx(right[0].em, rel=0.1)


@pytest.mark.parametrize("value", ["loss", "grad.y", "z2"])
def test_a_rule_in_symbols_stands_in_the_middle_and_makes_room_for_its_numbers(value: str) -> None:
    rule: Cue = ("write_rule", {"value": value})
    alone = stage_after("backward_pass", lessons.chain(), FILLED, rule)
    middle = alone.formula_area.centre[0]
    assert shown_middle(alone) == pytest.approx(middle)
    filled = stage_after("backward_pass", lessons.chain(), FILLED, rule, ("calculate", {"value": value}))
    once = stage_after("backward_pass", lessons.chain(), FILLED, ("calculate", {"value": value}))
    for glyph, same in zip(filled.equation.text, once.equation.text, strict=True):
        assert glyph.get_center() == pytest.approx(same.get_center())


def shown_middle(stage: Any) -> float:
    left, _, right, _ = box_of(VGroup(*stage.equation.left, *stage.equation.symbols))
    return (left + right) / 2


def test_calculate_adds_only_what_is_left_and_another_rule_takes_the_words_away() -> None:
    cues: list[Cue] = [FILLED, ARRIVES, LOCAL, ("calculate", {"value": "grad.w2"})]
    done = stage_after("backward_pass", lessons.chain(), *cues)
    assert is_on(done, done.equation.result_number, *done.remarks_below)
    assert done.gradients["w2"].number.plain == "12"
    later = stage_after("backward_pass", lessons.chain(), *cues, ("write_rule", {"value": "grad.h"}))
    assert not later.remarks_below and not later.written


def test_a_number_that_is_not_in_the_equation_has_no_place_there() -> None:
    cue: Cue = ("write_number", {"of": "grad.w2", "number": "x", "text": "the input"})
    with pytest.raises(StoryboardError, match=r"there is no `x` in the equation of `grad\.w2`"):
        stage_after("backward_pass", lessons.chain(), FILLED, cue)


@pytest.mark.parametrize("aspect", ["16:9", "1:1", "9:16"])
def test_gradients_stand_below_their_numbers_or_all_to_the_left(aspect: str) -> None:
    trace = lessons.chain().trace
    network = NetworkDiagram(trace, Frame(aspect).stage, with_loss=True, has_values=True)
    for name in ("w1", "w2", "h", "y"):
        badge = network.badge(name, "gradient", trace.number(f"grad.{name}"))
        own = network.labels[name] if name in network.labels else network.names[name]
        if network.runs_down:
            assert badge.get_right()[0] < own.get_left()[0]
            assert badge.get_y() == pytest.approx(own.get_y(), abs=0.35)
        else:
            assert badge.get_top()[1] < own.get_bottom()[1]
            assert badge.get_x() == pytest.approx(own.get_x(), abs=0.35)


@pytest.mark.parametrize("make", [lessons.chain, lessons.negative_chain, lessons.sigmoid_chain])
def test_a_bar_is_as_long_as_the_change_of_the_loss(make: Any) -> None:
    experiment: Experiment = make()
    names, nudge = ("w1", "w2"), 0.01
    cues: list[Cue] = [FILLED, ("compare_nudges", {"of": names, "nudge": nudge})]
    waiting = stage_after("backward_pass", experiment, *cues)
    assert not is_on(waiting, *(row.text for row in waiting.bars.rows.values()))
    stage = stage_after("backward_pass", experiment, *cues, *(("try_nudge", {"of": name}) for name in names))
    loss = by_hand.numbers(experiment)["loss"]
    for name, row in stage.bars.rows.items():
        change = by_hand.numbers(experiment, None, {name: nudge})["loss"] - loss
        assert is_on(stage, row.text, row.bar, row.block)
        assert row.bar.width / row.block.width == pytest.approx(abs(change) / nudge, rel=1e-3)
        assert (row.bar.get_fill_opacity() > 0) == (change > 0)
    units = [row.block.width for row in stage.bars.rows.values()]
    assert units[0] == pytest.approx(units[1])


def test_a_bar_has_a_piece_for_each_length_of_the_nudge() -> None:
    stage = stage_after("backward_pass", lessons.chain(), FILLED, *COMPARED, *TRIED)
    for name, pieces in (("w1", 4), ("w2", 13)):  # 3.3 and 12.02 nudges
        assert len(stage.bars.rows[name].bar.get_subpaths()) == pieces


def test_the_change_of_the_loss_stands_beside_it_until_the_next_nudge() -> None:
    experiment = lessons.chain()
    loss = by_hand.numbers(experiment)["loss"]
    for count, name in enumerate(("w1", "w2"), start=1):
        stage = stage_after("backward_pass", experiment, FILLED, *COMPARED, *TRIED[:count])
        change = by_hand.numbers(experiment, None, {name: 0.001})["loss"] - loss
        nudge, moved = stage.tags
        assert nudge.number.plain == "+0.001" and is_on(stage, nudge, moved)
        assert read(moved.number.plain.removeprefix("+")) == pytest.approx(change, rel=1e-3)
        assert moved.get_right()[0] <= stage.diagram.area.right + 1e-6
    cleared = stage_after("backward_pass", experiment, FILLED, *COMPARED, *TRIED, ("clear_equation", {}))
    assert not cleared.tags and not cleared.rows


def test_gradients_of_neurons_make_room_for_the_bars() -> None:
    shown: list[Cue] = [("calculate", {"value": f"grad.{name}"}) for name in ("y", "h", "w1")]
    stage = stage_after("backward_pass", lessons.chain(), FILLED, *shown, *COMPARED)
    assert stage.gradients.keys() == {"w1"}


def test_what_is_nudged_is_as_before_in_the_end() -> None:
    stage = stage_after("backward_pass", lessons.chain(), FILLED, *COMPARED, *TRIED)
    assert {name: node.value.plain for name, node in stage.diagram.nodes.items() if name != "loss"} == {
        "x": "2",
        "h": "6",
        "y": "5",
    }


def test_only_what_is_compared_can_be_tried() -> None:
    cues: list[Cue] = [("compare_nudges", {"of": ("w1",)}), ("try_nudge", {"of": "w2"})]
    with pytest.raises(StoryboardError, match="there is no bar for this nudge"):
        stage_after("backward_pass", lessons.chain(), FILLED, *cues)


RUNS, PASSES = ("run", "runs"), ("pass back", "passes back")


def race(runs: float, back: float) -> GradientRace:
    """The pictures at a share of the runs and of the pass back."""
    areas = Frame().halves(Frame().stage, gap=1.0)
    picture = GradientRace(lessons.dense().trace, areas, (RUNS, PASSES))
    picture.run(runs)
    picture.pass_back(back)
    return picture


def known(network: Any) -> set[str]:
    looks = {theme.colour(kind).upper() for kind in ("gradient", "falling")}
    return {name for name, edge in network.edges.items() if edge.get_stroke_color().to_hex().upper() in looks}


def test_each_run_with_a_nudge_gives_one_gradient_and_one_pass_back_gives_all() -> None:
    for share in (0.0, 0.1, 0.45, 0.7, 0.9, 1.0):
        nudging = race(share, 0.0).nudging
        assert len(known(nudging)) == nudging.passes
    before, end = race(1.0, 0.0), race(1.0, 1.0)
    assert before.nudging.passes == 12 + 30 and not known(before.back) and before.back.passes == 0
    assert len(known(end.back)) == 12 + 30 and end.back.passes == 2  # one forward, one back


def test_the_pass_back_begins_once_the_network_has_run_forward() -> None:
    running, ran = race(1.0, 0.1).back, race(1.0, 0.3).back
    assert running.passes == 0 and running.front.get_stroke_opacity() > 0.5
    assert ran.passes == 1 and ran.front.get_stroke_opacity() == 0
    assert not any(node.get_fill_opacity() for node in running.lit.values())
    assert any(node.get_fill_opacity() for node in ran.lit.values())


@pytest.mark.parametrize("aspect", ["16:9", "1:1", "9:16"])
def test_a_race_goes_on_to_larger_networks(aspect: str) -> None:
    chain, image = lessons.chain(), lessons.image_of((12,), 10, 8)
    begun: list[Cue] = [
        FILLED,
        ("race", {"network": "chain", "nudged": RUNS, "back": PASSES, "weights": "weights"}),
        ("race_on", {"network": "image"}),
    ]

    def after(*cues: Cue) -> Any:
        played = performance("backward_pass", chain, [*begun, *cues])
        played = replace(played, experiments={"chain": chain, "image": image}, aspect=aspect)
        stages: list[Any] = []
        watch_beats(played, stages.append, has_views=False)
        return stages[-1]

    larger, weights = after(), 64 * 12 + 12 * 10
    picture, counts = larger.larger_race
    assert larger.gradient_race is None and larger.weights_in_race == weights
    assert picture[-1].plain == f"64 × 12 + 12 × 10 = {weights} weights"
    assert picture.get_bottom()[1] > counts.get_top()[1]
    last = after(("race_on", {"weights": 1000000}))
    (heading,), _ = last.larger_race  # there is no picture of it
    assert heading.plain == "1000000 weights" and last.weights_in_race == 1000000
    assert after(("end_race", {})).larger_race is None
    with pytest.raises(StoryboardError, match="either a larger network or a number"):
        after(("race_on", {}))


def test_the_weights_of_a_race_are_counted_layer_by_layer() -> None:
    area = Frame().whole
    text = weight_count(lessons.dense().network, "weights", area)
    assert text.plain == "2 × 6 + 6 × 5 = 42 weights"
    assert text.get_top()[1] == pytest.approx(area.top)


@pytest.mark.parametrize(("passes", "words"), [(0, "passes back"), (1, "pass back"), (2, "passes back")])
def test_one_pass_has_a_word_of_its_own(passes: int, words: str) -> None:
    network = race(0.0, 0.0).back
    network.show_count(passes)
    assert [text.plain for text in network.texts] == ["pass back", "passes back"]
    shown = next(text for text in network.texts if text.plain == words)
    assert sum(len(glyph.points) > 0 for glyph in network.text) == len(shown)
    assert network.text.get_center() == pytest.approx(shown.get_center())
    assert network.count.get_right()[0] < network.text.get_left()[0]


def test_the_pass_goes_from_the_outputs_to_the_inputs() -> None:
    network = race(1.0, 0.601).back  # half-way back after a run forward in the first fifth
    weights = network.trace.network.names.weights
    assert known(network) == set(sum(weights[2], ()))


@pytest.mark.parametrize(("share", "layer", "before"), [(0.36, 2, 6), (0.76, 1, 2)])
def test_light_from_one_neuron_goes_to_all_weights_before_it(share: float, layer: int, before: int) -> None:
    network = race(1.0, share).back
    lit = {name: ray for name, ray in network.rays.items() if ray.get_stroke_opacity() > 0}
    places = [network.trace.network.names[name] for name in lit]
    assert {place.layer for place in places} == {layer} and len({place.index[0] for place in places}) == 1
    assert sorted(place.index[1] for place in places) == list(range(before))
    own = network.trace.network.names.activations[layer]
    neuron = own[places[0].index[0]]
    assert network.lit[neuron].get_fill_opacity() > 0.8
    assert not any(network.lit[other].get_fill_opacity() for other in own if other != neuron)
    for ray in lit.values():
        start = ray.get_start() - network.diagram.nodes[neuron].get_center()
        assert np.hypot(*start[:2]) == pytest.approx(network.diagram.nodes[neuron].radius, abs=0.1)


def test_both_ways_find_the_same_gradients_and_show_them_in_the_widths() -> None:
    experiment, picture = lessons.dense(), race(1.0, 1.0)
    slopes = {name: by_hand.slope(experiment, name) for name in picture.back.edges}
    steepest = max(map(abs, slopes.values()))
    for network in (picture.nudging, picture.back):
        for name, edge in network.edges.items():
            assert edge.get_stroke_width() == pytest.approx(1 + 6 * abs(slopes[name]) / steepest, rel=1e-4)
            kind = "gradient" if slopes[name] < 0 else "falling"
            assert edge.get_stroke_color().to_hex().upper() == theme.colour(kind).upper()


def test_the_network_comes_back_from_a_race_with_its_gradients() -> None:
    cues: list[Cue] = [
        FILLED,
        ("race", {"network": "dense", "nudged": RUNS, "back": ("pass back",)}),
        ("pass_back", {}),
        ("end_race", {"gradients": ("w1", "w2")}),
    ]
    stages: list[Any] = []
    played = replace(
        performance("backward_pass", lessons.chain(), cues), experiments={"dense": lessons.dense()}
    )
    racing: list[bool] = []

    def look(stage: Any) -> None:
        stages.append(stage)
        racing.append(stage.gradient_race is not None and stage.diagram is None)

    watch_beats(played, look)
    stage = stages[-1]
    assert racing == [False, True, True, False] and stage.gradients.keys() == {"w1", "w2"}
    values = {name: node.value.plain for name, node in stage.diagram.nodes.items()}
    assert values == {"x": "2", "h": "6", "y": "5", "loss": "2"}


def test_a_race_leaves_the_colours_of_the_gradients_signs() -> None:
    experiment = lessons.dense()
    areas = Frame("16:9").halves(Frame("16:9").whole, gap=1.0)
    race = GradientRace(experiment.trace, areas, (RUNS, PASSES))
    race.run(1.0)
    race.pass_back(1.0)
    negative = {name for name in race.back.weights if by_hand.slope(experiment, name) < 0}
    assert 0 < len(negative) < len(race.back.weights)
    for network in (race.nudging, race.back):
        rising = {
            name
            for name, edge in network.edges.items()
            if edge.get_stroke_color().to_hex().upper() == theme.colour("gradient").upper()
        }
        assert rising == negative


def test_no_count_of_a_race_leaves_its_area() -> None:
    areas = Frame("1:1").halves(Frame("1:1").whole, gap=1.0)
    picture = GradientRace(lessons.dense().trace, areas, (("nudged run", "nudged runs"), PASSES))
    for network, area in zip((picture.nudging, picture.back), areas, strict=True):
        for passes in range(42 + 1):
            network.show_count(passes)
            assert network.count.get_left()[0] > area.left - 1e-3
        assert network.text.get_right()[0] < area.right + 1e-3
