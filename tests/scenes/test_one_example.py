"""One example in the scene `layers`: from its point on the map into the inputs, and on through the layers."""

from pathlib import Path

import numpy as np
import pytest
from helpers import by_hand
from helpers.stage import Cue, beat_ends, stage_after

from storyreel.core.errors import StoryboardError
from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.networks.label_places import box_of, is_clear
from storyreel.reader import load

POINT: tuple[Cue, ...] = (("show_data", {}), ("point_out_example", {}))
DRAWN: Cue = ("draw_network", {})
PLANE = """
title: A plane
voice: silent
networks:
  plane:
    input: {x: [FIRST, 2]}
    layers:
      - {name: y, size: 2, init: xavier, activation: softmax}
    target: [1, 0]
    loss: categorical_cross_entropy
    learning_rate: 0.1
    data:
      - {x: [1, 2], target: [1, 0]}
      - {x: [-1, 0], target: [0, 1]}
chapters:
  - id: plane
    title: The plane
    scene: layers
    network: plane
    beats:
      - say: Here are two points, and one of them is ours.
        do: [show_data, point_out_example]
"""
LESSON = Path(__file__).parents[2] / "assets" / "storyboards" / "backpropagation.yaml"


@pytest.fixture
def own(clusters: Experiment) -> Experiment:
    """The clusters, with the third of their examples as the network's own inputs."""
    return replace_inputs(clusters, clusters.data_inputs[2])


def replace_inputs(experiment: Experiment, inputs: np.ndarray) -> Experiment:
    return Experiment(
        experiment.name,
        experiment.network,
        inputs,
        experiment.targets,
        experiment.optimizer,
        *experiment.examples,
    )


def test_the_ring_is_at_the_example_and_its_lines_lead_to_its_coordinates(own: Experiment) -> None:
    stage = stage_after("layers", own, *POINT)
    plane, mark = stage.plane, stage.map_point
    point = plane.examples[2].get_center()
    np.testing.assert_allclose(mark.ring.get_center(), point, atol=1e-6)
    below, beside = mark.lines
    assert below.get_end() == pytest.approx([point[0], plane.frame.get_bottom()[1], 0.0])
    assert beside.get_end() == pytest.approx([plane.frame.get_left()[0], point[1], 0.0])
    assert [float(number.plain.replace("−", "-")) for number in mark.numbers] == pytest.approx(
        own.data_inputs[2].tolist(), abs=0.006
    )
    assert all(is_clear(name, list(map(box_of, mark.numbers))) for name in plane.names)


def test_its_coordinates_go_into_the_inputs(own: Experiment) -> None:
    stage = stage_after("layers", own, *POINT, DRAWN)
    inputs, numbers = own.network.input_names, stage.trace
    for name in inputs:
        node = stage.diagram.nodes[name]
        inside = [part for part in stage.written[name] if node.meets(box_of(part))]
        assert [part.plain for part in inside] == [numbers.text(name)]
        assert node.circle.get_fill_color().to_hex().upper() != theme.colour("surface").upper()
    ends = beat_ends("layers", own, (*POINT, DRAWN, ("light_up", {})))
    assert [end.faults for end in ends] == [[]] * 4
    given = [numbers.text(name) for name in inputs]
    assert [ends[2].texts.count(text) for text in given] == [given.count(text) for text in given]


@pytest.mark.parametrize(("first", "is_told"), [("1", False), ("1.5", True)])
def test_only_an_example_of_the_data_has_a_point(first: str, is_told: bool) -> None:
    text = PLANE.replace("FIRST", first)
    problems = list[str]()
    try:
        load(Path("plane.yaml"), text=text)
    except StoryboardError as error:
        problems = [str(problem) for problem in error.problems]
    assert [("not among the examples" in problem) for problem in problems] == [True] * is_told


def test_neurons_show_their_sums_until_they_light_up(dense: Experiment) -> None:
    sums: Cue = ("show_sums", {"layer": 1})
    stage, now = stage_after("layers", dense, DRAWN, sums), by_hand.numbers(dense)
    hidden, weighted = dense.network.names.activations[1], dense.network.names.pre_activations[1]
    shown = [float(stage.waiting[name].plain.replace("−", "-")) for name in hidden]
    assert shown == pytest.approx([now[name] for name in weighted], abs=0.06)
    own = {name for row in dense.network.names.weights[1] for name in row}
    faint = {name for name, edge in stage.diagram.edges.items() if edge.get_stroke_opacity() < 0.2}
    assert faint == set(stage.diagram.edges) - own
    lit = stage_after("layers", dense, DRAWN, sums, ("light_up", {"layer": 1}))
    assert not lit.waiting and set(hidden) <= lit.numbered
    ends = beat_ends("layers", dense, (DRAWN, sums, ("light_up", {"layer": 1})))
    assert [end.faults for end in ends] == [[]] * 3


def test_an_enlarged_gate_stands_between_the_layers_and_leaves_one_number(dense: Experiment) -> None:
    name = dense.network.names.activations[1][1]
    cues: tuple[Cue, ...] = (
        DRAWN,
        ("show_sums", {"layer": 1}),
        ("show_gates", {"of": [name]}),
        ("pass_gate", {"value": name}),
    )
    stage = stage_after("layers", dense, *cues)
    assert set(stage.waiting) == set(dense.network.names.activations[1]) - {name}
    inside = stage.written[name][-1]
    assert beat_ends("layers", dense, cues)[-1].texts.count(inside.plain) == 1


def test_the_lesson_says_what_mini_batches_reach() -> None:
    """Its words have the numbers of steps, and that the cost falls faster, as plain facts."""
    experiment, said = load(LESSON).networks["layers"], " ".join(LESSON.read_text(encoding="utf-8").split())
    price = "for the price of twelve steps it makes sixty"
    assert f"{price}, so its cost, the average loss, staggers down faster" in said
    assert 60 * 5 == 12 * 25 == 300
    assert experiment.in_batches(5).run(60).objective[-1] < 0.8 * experiment.run(12).objective[-1]
