"""What the look of a network says: signs in colours and dashes, activations in light, gradients in sparks."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.stage import Cue, stage_after

from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame
from storyreel.graphics.motion.verbs import run_spark
from storyreel.graphics.networks.adjustable_network import AdjustableNetwork, area_above_knobs
from storyreel.graphics.networks.edge import Edge
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.neuron import Neuron
from storyreel.storyboard.themes.built_in import built_in_names, built_in_theme
from storyreel.storyboard.themes.contrast import contrast
from storyreel.storyboard.themes.difference import VISIONS, difference

Make = Callable[[], Experiment]
DRAWN: Cue = ("draw_network", {})
FILLED: Cue = ("draw_network", {"filled": True, "loss": True})


def sign_of(edge: Edge) -> str:
    (sign,) = (
        sign
        for sign in ("positive", "negative")
        if edge.get_stroke_color().to_hex().upper() == theme.colour(sign).upper()
    )
    return sign


def signs(numbers: dict[str, float], names: list[str]) -> list[str]:
    return ["negative" if numbers[name] < 0 else "positive" for name in names]


@pytest.mark.parametrize("name", built_in_names())
def test_the_signs_differ_in_lightness_too(name: str) -> None:
    colours = built_in_theme(name).colours
    positive, negative = colours["positive"], colours["negative"]
    assert min(difference(positive, negative, vision) for vision in VISIONS.values()) > 20
    assert contrast(positive, negative) > 1.3


def test_connections_are_as_wide_as_it_is_said(dense: Experiment) -> None:
    """1.5 for a weight of 0 and 6.5 for the largest, times √(24 / connections of the largest layer)."""
    edges = NetworkDiagram(dense.trace, Frame().stage).edges
    numbers = by_hand.numbers(dense)
    largest = max(abs(numbers[name]) for name in edges)
    calm = math.sqrt(24 / 30)
    for name, edge in edges.items():
        assert edge.get_stroke_width() == pytest.approx(calm * (1.5 + 5 * abs(numbers[name]) / largest))
        assert edge.get_stroke_opacity() == pytest.approx(calm)


def test_colour_says_the_sign_and_follows_it(dense: Experiment) -> None:
    network = AdjustableNetwork(dense, area_above_knobs(Frame()))
    edges, names = network.diagram.edges, list(network.diagram.edges)
    numbers = by_hand.numbers(dense)
    assert [sign_of(edges[name]) for name in names] == signs(numbers, names)
    assert {*signs(numbers, names)} == {"positive", "negative"}
    ends = [edge.get_start_and_end() for edge in edges.values()]
    network.show(-dense.network.parameters)
    turned = {name: -numbers[name] for name in names}
    assert [sign_of(edges[name]) for name in names] == signs(turned, names)
    np.testing.assert_allclose([edge.get_start_and_end() for edge in edges.values()], ends, atol=1e-9)


@pytest.mark.parametrize("make", [lessons.dense, lessons.relu])
def test_the_colour_of_a_gradient_says_which_way_a_step_goes(make: Make) -> None:
    experiment = make()
    slopes = slopes_by_hand(experiment)
    for cues in ((DRAWN, ("show_gradients", {})), (("carry_gradients", {}),)):
        for name, edge in stage_after("layers", experiment, *cues).diagram.edges.items():
            kind = "gradient" if slopes[name] < 0 else "falling"
            assert edge.get_stroke_color().to_hex().upper() == theme.colour(kind).upper()
    assert min(slopes.values()) < 0 < max(slopes.values())


def slopes_by_hand(experiment: Experiment) -> dict[str, float]:
    """The derivatives of the loss by all weights, by central differences."""
    return {name: by_hand.slope(experiment, name) for name in by_hand.numbers(experiment) if name[0] == "W"}


def test_connections_have_the_new_signs_after_an_update() -> None:
    experiment = lessons.dense()
    stage = stage_after("update", experiment, FILLED, ("show_gradients", {}), ("update", {}))
    now = by_hand.numbers(experiment, by_hand.descent(experiment, 1)[1])
    names = list(stage.diagram.edges)
    assert [sign_of(stage.diagram.edges[name]) for name in names] == signs(now, names)


def test_a_neuron_glows_in_proportion_to_its_brightness() -> None:
    neuron = Neuron("activation", 0.5)
    size = neuron.width, neuron.height

    def light() -> list[float]:
        return [float(ring.get_stroke_opacity()) for ring in neuron.glow]

    assert light() == [0, 0, 0]
    full = [float(opacity) for opacity in neuron.shine(1.0).glow[0].get_stroke_opacities()]
    whole = light()
    assert whole == sorted(whole) and whole[0] > 0 and full[0] == whole[0]
    neuron.shine(0.25)
    assert light() == pytest.approx([0.25 * each for each in whole])
    assert light() != [0, 0, 0] and neuron.go_dark() and light() == [0, 0, 0]
    widths = [ring.get_stroke_width() for ring in neuron.glow]
    assert widths == sorted(widths, reverse=True) and widths[-1] > 100 * size[0]
    assert (neuron.width, neuron.height) == size


def test_a_spark_has_the_size_of_the_gradients_between_which_it_runs() -> None:
    experiment = lessons.chain()
    stage = stage_after("backward_pass", experiment, FILLED)
    largest = max(abs(by_hand.slope(experiment, name)) for name in ("x", "w1", "w2", "h", "y"))
    for to, source in (("w2", "y"), ("h", "y"), ("w1", "h")):
        sizes = [abs(by_hand.slope(experiment, name)) / largest for name in (source, to)]
        (move,) = stage.backpropagate(to).animations
        move.begin()
        for alpha, size in ((0.0, sizes[0]), (1.0, sizes[1])):
            move.interpolate(alpha)
            for spark in move.mobject[1:]:
                assert spark[-1].width / 2 == pytest.approx(0.04 + 0.12 * size, rel=1e-3)


def test_light_runs_back_as_a_beam_with_three_sparks_one_behind_the_other() -> None:
    stage = stage_after("backward_pass", lessons.chain(), FILLED)
    edge = stage.diagram.edges["w2"]
    (move,) = stage.backpropagate("w2").animations
    beam, *sparks = move.mobject
    move.begin()
    seen = []
    for alpha in (0.1, 0.3, 0.5):
        move.interpolate(alpha)
        shown = [spark[-1].get_fill_opacity() > 0 for spark in sparks]
        seen.append(sum(shown))
        places = [spark.get_x() for spark, is_shown in zip(sparks, shown, strict=True) if is_shown]
        assert places == sorted(places) and beam.get_left()[0] == pytest.approx(places[0], abs=0.01)
        assert beam.get_right()[0] == pytest.approx(edge.get_end()[0], abs=1e-6)
    assert seen == [1, 2, 3]
    assert sparks[0].get_center() == pytest.approx(edge.get_start(), abs=1e-6)
    # As the gradient grows sixfold on the way, from 2 to 12, so does the beam, by the rule for sparks.
    widths = [np.ptp(beam.points[np.abs(beam.points[:, 0] - x) < 1e-6][:, 1]) for x in edge.get_end()[:1]]
    assert beam.height / widths[0] == pytest.approx((0.04 + 0.12) / (0.04 + 0.12 / 6), rel=1e-3)


def test_a_spark_that_says_nothing_of_a_size_keeps_it() -> None:
    edge = next(iter(NetworkDiagram(lessons.chain().trace, Frame().stage).edges.values()))
    move = run_spark(edge, "activation")
    move.begin()
    for alpha in (0.0, 0.5, 1.0):
        move.interpolate(alpha)
        assert move.mobject[-1].width == pytest.approx(0.22, rel=1e-3)
