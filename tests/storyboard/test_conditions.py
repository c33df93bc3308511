"""The limits that conditions of cues state are those of what is drawn."""

from collections.abc import Callable
from dataclasses import replace
from runpy import run_path
from types import ModuleType

import pytest
from helpers.lessons import image_of, layered

from storyreel.core.errors import StoryreelError
from storyreel.core.paths import SCENES
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame
from storyreel.graphics.maths import chain_graph
from storyreel.graphics.maths.computation_graph import ComputationGraph
from storyreel.graphics.maths.outer_product import OuterProduct
from storyreel.graphics.motion import trail
from storyreel.graphics.networks.images.image_classifier import ImageClassifier
from storyreel.graphics.parts import cycle_diagram
from storyreel.graphics.plots import output_loss_curve
from storyreel.stage import race_stage
from storyreel.stage.tables import table_stage
from storyreel.storyboard.conditions import (
    networks,
    parameters,
    paths,
    plots,
    runs,
    tables,
    tones,
    two_networks,
)
from storyreel.storyboard.things import StageContents
from storyreel.storyboard.vocabulary import scene_types


def stage_about(network: Network) -> StageContents:
    """An empty stage in a chapter about the network."""
    inputs, outputs = len(network.input_names), network.layers[-1].size
    experiment = Experiment("net", network, [0.5] * inputs, [1.0] * outputs)
    return StageContents(scene_types()["layers"], "net", {"net": experiment}, str)


def is_drawn(draw: Callable[[], object]) -> bool:
    """True if there is room for the drawing."""
    try:
        draw()
    except StoryreelError:
        return False
    return True


def test_limits_are_stated_as_they_are_drawn() -> None:
    assert paths.LONGEST_CHAIN == chain_graph.LARGEST_CHAIN
    assert len(theme.class_colours()) == networks.MOST_CLASSES
    assert parameters.MOST_STEPS == trail.MOST_STEPS
    assert parameters.SIZES_OF_CYCLE == cycle_diagram.SIZES_OF_CYCLE
    assert plots.REACH == output_loss_curve.REACH
    assert two_networks.MOST_RACING == race_stage.MOST_RACING
    assert tables.MOST_ROWS == table_stage.MOST_ROWS
    assert tables.WIDEST_HEADING == table_stage.WIDEST_HEADING


@pytest.mark.parametrize(
    ("scene", "stated", "limits"),
    [
        ("layers", networks, ("MOST_BADGES",)),
        ("layer_gradients", two_networks, ("MOST_LAYERS",)),
        ("spectrum", tones, ("HEARD", "MOST_TONES")),
        ("timeline", parameters, ("MOST_EVENTS",)),
        ("training_runs", runs, ("MOST_CURVES", "MOST_POINTS")),
    ],
)
def test_limits_are_stated_as_scenes_have_them(
    scene: str, stated: ModuleType, limits: tuple[str, ...]
) -> None:
    drawn = run_path(str(SCENES / f"{scene}.py"))
    for limit in limits:
        assert getattr(stated, limit) == drawn[limit]


@pytest.mark.parametrize(("layers", "activations"), [(n, k) for n in range(1, 7) for k in range(n + 1)])
def test_a_chain_is_too_long_for_its_graph_where_the_drawing_is(layers: int, activations: int) -> None:
    kinds = ["tanh"] * activations + ["identity"] * (layers - activations)
    built = [Layer(None, 0.5, None, ACTIVATIONS[kind]) for kind in kinds]
    stage = stage_about(Network("x", built, "half_squared_error"))
    assert stage.experiment is not None
    trace = stage.experiment.trace
    assert (paths.is_chain(stage) is None) == is_drawn(lambda: ComputationGraph(trace, Frame().stage))


@pytest.mark.parametrize(("rows", "columns"), [(26, 27), (27, 27), (26, 28)])
def test_a_layer_is_too_large_for_its_matrices_where_the_drawing_is(rows: int, columns: int) -> None:
    whole = Frame().whole
    area = replace(whole, bottom=whole.bottom + 1.3)  # that of the scene `layers`
    stage = stage_about(layered((columns, rows), "tanh", "tanh", "half_squared_error"))
    assert stage.experiment is not None
    trace = stage.experiment.trace
    assert (networks.has_layer(stage, 1) is None) == is_drawn(lambda: OuterProduct(trace, 1, area))


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("size", [14, 15, 16, 17, 18, 28, 29, 30, 31, 40])
def test_a_weight_is_left_out_where_the_drawing_has_no_room_for_its_neurons(aspect: str, size: int) -> None:
    experiment = image_of((size, 16), 3)
    network = experiment.network
    stage = StageContents(scene_types()["image_classes"], "net", {"net": experiment}, str, aspect=aspect)
    diagram = ImageClassifier(experiment, Frame(aspect)).diagram
    for weight in (*network.names.weights[1], *network.names.weights[2]):
        for name in weight:
            drawn = is_drawn(lambda name=name: diagram.place_of(name))
            assert (networks.is_drawn_weight(stage, name) is None) == drawn
