"""Gradients of a layer stand at its neurons, and times their weights add up to that of a hidden neuron."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from helpers import by_hand, lessons
from helpers.measure import number
from helpers.stage import Cue, performance, stage_after

from storyreel.core.errors import StoryboardError, StoryreelError
from storyreel.engine.equations.neuron_sum import neuron_sum
from storyreel.engine.experiment import Experiment
from storyreel.graphics.networks.dense.sum_arrows import ELLIPSIS, SumArrows, terms_of
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.gradient_products import GradientProducts
from storyreel.graphics.networks.label_places import box_of
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage

SHOWN: list[Cue] = [("draw_network", {}), ("show_output_gradients", {})]
Make = Callable[[], Experiment]
WIDE: list[Make] = [lessons.dense, lessons.relu]
ASPECTS = ["16:9", "9:16", "1:1"]


def stage_in(aspect: str, experiment: Experiment, *cues: Cue) -> Any:
    """The scene `layers` as it is when the last of the cues is over, in a frame of this aspect ratio."""
    stages: list[Stage] = []
    watch_beats(replace(performance("layers", experiment, cues), aspect=aspect), stages.append)
    return stages[-1]


def gathered(neuron: str) -> list[Cue]:
    return [("gather_gradients", {"neuron": neuron}), ("add_gradients", {}), ("times_slope", {})]


def slopes_at_outputs(experiment: Experiment) -> list[float]:
    return [by_hand.slope(experiment, name) for name in experiment.network.names.pre_activations[-1]]


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("make", WIDE)
def test_the_badge_of_an_output_is_its_gradient(make: Make, aspect: str) -> None:
    experiment = make()
    stage = stage_in(aspect, experiment, *SHOWN)
    badges = [stage.output_gradients[name] for name in stage.diagram.columns[-1]]
    said = [number(badge.number.plain) for badge in badges]
    assert said == pytest.approx(slopes_at_outputs(experiment), abs=0.006)
    assert [badge.get_y() for badge in badges] == pytest.approx(
        [stage.diagram.nodes[name].get_y() for name in stage.diagram.columns[-1]]
    )


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("make", WIDE)
@pytest.mark.parametrize("neuron", [0, 3])
def test_products_add_up_to_the_gradient_of_a_hidden_neuron(make: Make, neuron: int, aspect: str) -> None:
    experiment = make()
    names, weights = experiment.network.names, experiment.network.layers[1].weights[:, neuron]
    name, before = names.activations[1][neuron], names.pre_activations[1][neuron]
    stage = stage_in(aspect, experiment, *SHOWN, *gathered(name))
    slopes = slopes_at_outputs(experiment)
    shares = [slope * weight for slope, weight in zip(slopes, weights, strict=True)]
    picture = stage.gathering.products
    said = {place: number(badge.number.plain) for place, badge in picture.products.items()}
    assert said == pytest.approx(dict(enumerate(shares)), abs=0.006)
    factors = {place: number(label.text.plain.removeprefix("× ")) for place, label in picture.factors.items()}
    assert factors == pytest.approx({place: weights[place] for place in factors}, abs=0.006)
    total = number(stage.gathering.arrows.total_number.plain)
    assert total == pytest.approx(by_hand.slope(experiment, name), abs=0.006)
    own = number(stage.gathering.own.number.plain)
    assert own == pytest.approx(by_hand.slope(experiment, before), abs=0.006)


@pytest.mark.parametrize("aspect", ASPECTS)
def test_each_product_is_on_its_own_connection(aspect: str, dense: Experiment) -> None:
    name = dense.network.names.activations[1][2]
    stage = stage_in(aspect, dense, *SHOWN, gathered(name)[0])
    node, picture = stage.gathering.node, stage.gathering.products
    for place, badge in picture.products.items():
        sink = stage.diagram.nodes[stage.diagram.columns[-1][place]]
        (x1, y1, _), (x2, y2, _) = node.get_center(), sink.get_center()
        on_line = y1 + (badge.get_x() - x1) / (x2 - x1) * (y2 - y1)
        assert x1 < badge.get_x() < x2
        assert abs(on_line - badge.get_y()) < badge.height


def test_nothing_but_the_neuron_and_what_follows_it_is_on_stage_until_gradients_flow(
    dense: Experiment,
) -> None:
    hidden = dense.network.names.activations[1]
    cues: list[Cue] = [*SHOWN, *gathered(hidden[1])]
    stage = stage_after("layers", dense, *cues)
    on_stage = {id(part) for part in stage.get_mobject_family_members()}
    others = [name for column in stage.diagram.columns[:2] for name in column]
    assert not [name for name in others if id(stage.diagram.nodes[name].circle) in on_stage]
    stage = stage_after("layers", dense, *cues, ("show_gradients", {}))
    on_stage = {id(part) for part in stage.get_mobject_family_members()}
    assert not [name for name in others if id(stage.diagram.nodes[name].circle) not in on_stage]
    assert stage.gathering is None and not stage.hidden


def test_a_second_neuron_takes_the_place_of_the_first(dense: Experiment) -> None:
    hidden = dense.network.names.activations[1]
    stage = stage_after("layers", dense, *SHOWN, *gathered(hidden[1]), *gathered(hidden[4]))
    written = [part for part in stage.shown if isinstance(part, SumArrows)]
    assert len(written) == 1
    assert number(stage.gathering.arrows.total_number.plain) == pytest.approx(
        by_hand.slope(dense, hidden[4]), abs=0.006
    )


def fan(stage: Any, neuron: str, length: float) -> list[Edge]:
    """The connections of a hidden neuron, scaled about their end to this share of their length."""
    names = stage.trace.network.names
    (index,) = names[neuron].index
    edges = [stage.diagram.edges[row[index]].copy() for row in names.weights[2]]
    return [edge.stretch(length, 0, about_point=edge.get_end()) for edge in edges]


def test_short_connections_have_only_the_products(dense: Experiment) -> None:
    stage, numbers = stage_after("layers", dense, *SHOWN), neuron_sum(dense.trace, "h[0]")
    long, short = (GradientProducts(numbers, fan(stage, "h[0]", length), []) for length in (1.0, 0.35))
    assert len(long.factors) == len(long.products) == 5
    assert not short.factors and len(short.products) == 5
    for picture in (long, short):
        boxes = [box_of(label) for label in (*picture.factors.values(), *picture.products.values())]
        for k, (left, bottom, right, top) in enumerate(boxes):
            for other in boxes[:k]:
                assert min(right, other[2]) <= max(left, other[0]) or min(top, other[3]) <= max(
                    bottom, other[1]
                )


def test_numbers_too_long_for_connections_are_said_to_be(dense: Experiment) -> None:
    stage, numbers = stage_after("layers", dense, *SHOWN), neuron_sum(dense.trace, "h[0]")
    with pytest.raises(StoryreelError, match="there is no room for the numbers of this sum"):
        GradientProducts(numbers, fan(stage, "h[0]", 1.0), [(-9.0, -9.0, 9.0, 9.0)])


def arrow(shape: Any) -> tuple[float, float, float]:
    """The start, the end and the height of an arrow: its tail is cut straight, its tip is one corner."""
    corners = shape.points[::4]
    tip = len(corners) // 2
    return float(corners[0][0]), float(corners[tip][0]), float(corners[tip][1])


@pytest.mark.parametrize("aspect", ASPECTS)
@pytest.mark.parametrize("make", WIDE)
def test_arrows_of_one_scale_add_up_to_the_gradient(make: Make, aspect: str) -> None:
    experiment = make()
    name, before = experiment.network.names.activations[1][1], experiment.network.names.pre_activations[1][1]
    picture = stage_in(aspect, experiment, *SHOWN, *gathered(name)).gathering.arrows
    weights = experiment.network.layers[1].weights[:, 1]
    shares = [slope * weight for slope, weight in zip(slopes_at_outputs(experiment), weights, strict=True)]
    starts, ends, heights = zip(*map(arrow, picture.arrows), strict=True)
    assert [end - start for start, end in zip(starts, ends, strict=True)] == pytest.approx(
        [picture.unit * share for share in shares], abs=1e-3
    )
    assert starts[1:] == pytest.approx(ends[:-1])
    assert list(heights) == sorted(heights, reverse=True)
    assert [number(text.plain) for text in picture.numbers] == pytest.approx(shares, abs=0.006)
    assert [text.get_y() for text in picture.numbers] == pytest.approx(heights)
    zero = float(picture.zero.get_x())
    for shape, quantity in ((picture.total, name), (picture.product[0], before)):
        start, end, _ = arrow(shape)
        assert start == pytest.approx(zero)
        assert end - zero == pytest.approx(picture.unit * by_hand.slope(experiment, quantity), abs=1e-3)
    assert ends[-1] == pytest.approx(arrow(picture.total)[1], abs=1e-3)


def test_products_that_are_left_out_are_one_arrow(dense: Experiment) -> None:
    numbers = neuron_sum(dense.trace, dense.network.names.activations[1][0])
    terms, values = terms_of(numbers, {0, 4}), [product.value for product in numbers.products]
    assert [term.text for term in terms][1] == ELLIPSIS
    assert [term.value for term in terms] == pytest.approx([values[0], sum(values[1:4]), values[4]])


@pytest.mark.parametrize("aspect", ASPECTS)
def test_the_gradient_of_a_weight_is_its_neurons_times_its_input(aspect: str, dense: Experiment) -> None:
    name, weight = dense.network.names.activations[1][1], dense.network.names.weights[1][1][1]
    stage = stage_in(aspect, dense, *SHOWN, *gathered(name), ("weigh_input", {"weight": weight}))
    *_, line, badge = stage.gathering.weighed
    before, times, given, sign, after = line.text.plain.split()
    assert (times, number(after)) == ("×", pytest.approx(by_hand.slope(dense, weight), abs=0.006))
    own = by_hand.slope(dense, dense.network.names.pre_activations[1][1])
    assert (number(before), number(given)) == pytest.approx((own, dense.inputs[0][1]), abs=0.006)
    assert badge.number.plain == after and sign in "=≈"
    assert stage.gathering.arrows is None


def test_a_weight_of_another_neuron_is_refused(dense: Experiment) -> None:
    name, weight = dense.network.names.activations[1][1], dense.network.names.weights[1][2][1]
    with pytest.raises(StoryboardError, match="is not a weight through which something comes into"):
        stage_after("layers", dense, *SHOWN, *gathered(name), ("weigh_input", {"weight": weight}))
