"""A network beside the map of its data: both stay, and the ringed point goes into the inputs."""

import numpy as np
import pytest
from helpers import by_hand
from helpers.measure import number
from helpers.stage import Cue, stage_after

from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme

BESIDE: list[Cue] = [("show_data", {"beside": True}), ("draw_network", {})]
WEIGHT = "W2[1,2]"


@pytest.fixture
def first(clusters: Experiment) -> Experiment:
    """The clusters with the first of their examples in focus."""
    return clusters.focused(0)


def test_a_network_drawn_beside_a_map_covers_none_of_it(first: Experiment) -> None:
    stage = stage_after("layers", first, *BESIDE)
    nodes = [node.circle for node in stage.diagram.nodes.values()]
    right = float(stage.plane.get_right()[0])
    assert min(float(node.get_left()[0]) for node in nodes) > right
    assert max(float(node.get_right()[0]) for node in nodes) < stage.frame.whole.right


def test_the_ringed_point_goes_into_the_inputs(first: Experiment) -> None:
    stage = stage_after("layers", first, *BESIDE, ("point_out_example", {}), ("enter_example", {}))
    inputs = [stage.written[name][-1] for name in stage.diagram.columns[0]]
    assert [number(text.plain) for text in inputs] == pytest.approx(first.inputs[0], abs=0.006)
    assert stage.plane is not None and not stage.map_point.numbers[0].get_family()[0].has_points()


def test_bars_beside_a_map_leave_one_connection_lit(first: Experiment) -> None:
    grid: Cue = ("show_example_gradients", {"of": (WEIGHT,), "mean": "mean"})
    stage = stage_after("layers", first, *BESIDE, grid, ("average_gradients", {}))
    shapes = stage.get_mobject_family_members()
    lit = [one for one in shapes if type(one).__name__ == "Edge" and one.get_stroke_opacity() == 1]
    assert [edge.get_stroke_color().to_hex().upper() for edge in lit] == [theme.colour("weight").upper()]
    examples = [first.focused(k) for k in range(first.data_rows)]
    mean = np.mean([by_hand.slope(example, WEIGHT) for example in examples])
    (badge,) = stage.example_gradients.badges
    assert number(badge.number.plain) == pytest.approx(mean, abs=0.006)
    assert float(stage.plane.get_right()[0]) < float(stage.example_gradients.axes.get_left()[0])
