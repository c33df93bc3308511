"""Graphs with parameters, trained: beside PyTorch, beside a network of layers, and by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.trained_graphs import CASES, GRAPHS, STEPS

from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.layer import Layer
from storyreel.engine.network import Network
from storyreel.engine.optimizers import OPTIMIZERS, Optimizer
from storyreel.engine.schedules import SCHEDULES

REFERENCE: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("torch_reference.json").read_text("utf-8")
)["training"]


def experiment_of(graph: dict[str, Any], optimizer: Optimizer | None = None, **more: Any) -> GraphExperiment:
    given = {**graph["input"], **graph.get("parameters", {})}
    arrays = {name: np.array(value, np.float64) for name, value in given.items()}
    shapes = {name: value.shape for name, value in arrays.items()}
    rows = graph.get("data", [])
    data = {name: np.array([row[name] for row in rows], np.float64) for name in (rows[0] if rows else ())}
    return GraphExperiment(
        "example",
        graph_of(shapes, graph["graph"]),
        arrays,
        parameters=tuple(graph.get("parameters", ())),
        data=data,
        optimizer=optimizer or OPTIMIZERS["gradient_descent"](0.1),
        **more,
    )


@pytest.mark.parametrize(
    ("case", "reference"),
    list(zip(CASES, REFERENCE, strict=True)),
    ids=[f"{name}-{how['optimizer']}" for name, how in CASES],
)
def test_training_takes_pytorchs_path(case: tuple[str, dict[str, Any]], reference: dict[str, Any]) -> None:
    name, how = case
    schedule = dict(how.get("schedule", {}))
    falling = SCHEDULES[schedule.pop("kind")](**schedule) if schedule else None
    optimizer = OPTIMIZERS[how["optimizer"]](**how["settings"], schedule=falling)
    more = {key: how[key] for key in ("l2", "reduction") if key in how}
    run = experiment_of(GRAPHS[name], optimizer, **more).run(STEPS)
    np.testing.assert_allclose(run.objective[:-1], reference["costs"], rtol=1e-10)
    path = [model.parameters for model in run.networks][1:]
    np.testing.assert_allclose(path, reference["path"], rtol=1e-9, atol=1e-13)


def test_the_numbers_of_training_have_names() -> None:
    """y = w x + b and half the squared error: w 2, b 1; x 3, t 5 in focus, and x 1, t 4 in the data."""
    graph = {
        "input": {"x": 3.0, "t": 5.0},
        "parameters": {"w": 2.0, "b": 1.0},
        "graph": {"y": "w * x + b", "loss": "half_squared_error(y, t)"},
        "data": [{"x": 3.0, "t": 5.0}, {"x": 1.0, "t": 4.0}],
    }
    experiment = experiment_of(graph, OPTIMIZERS["momentum"](0.1))
    expected = {  # y is 7 and 3, the errors 2 and −1
        "y": 7.0,
        "loss": 2.0,
        "grad.w": 6.0,
        "data[1].y": 3.0,
        "data[1].loss": 0.5,
        "data[1].grad.w": -1.0,
        "cost": 1.25,
        "cost.grad.w": 2.5,
        "cost.grad.b": 0.5,
        "learning_rate": 0.1,
        "velocity.w": 0.0,
    }
    for name, value in expected.items():
        assert experiment.number(name) == pytest.approx(value), name
    after = {"w": 1.75, "b": 0.95, "y": 6.2, "velocity.w": -0.25, "velocity.b": -0.05}
    for name, value in after.items():
        assert experiment.number(name, 1) == pytest.approx(value), name
    # y is then 6.2 and 2.7, the errors 1.2 and −1.3: the cost is (0.72 + 0.845) / 2
    assert experiment.number("cost", 1) == pytest.approx(0.7825)
    assert experiment.number("w", 2) == pytest.approx(1.75 + 0.9 * -0.25 - 0.1 * (3.6 - 1.3) / 2)
    for unknown in ("cost.grad.x", "velocity.x", "data[2].y", "first_moment.w", "data[0].none"):
        with pytest.raises(KeyError):
            experiment.number(unknown)


def test_without_data_a_step_lowers_the_output() -> None:
    experiment = experiment_of(GRAPHS["residual"])
    assert experiment.objective == "loss" and experiment.cost is None
    assert experiment.number("loss", 1) < experiment.number("loss")
    changed = experiment.number("W[1,0]") - 0.1 * experiment.number("grad.W[1,0]")
    assert experiment.number("W[1,0]", 1) == pytest.approx(changed)
    assert experiment.number("x[0]", 5) == 0.5


def test_what_is_no_parameter_stays_as_it_is() -> None:
    experiment = experiment_of(GRAPHS["recurrent"])
    assert experiment.number("u", 7) == 0.7 != experiment.number("w", 7)
    with pytest.raises(KeyError):
        experiment.number("cost.grad.u")


def test_a_graph_without_parameters_has_no_steps() -> None:
    experiment = experiment_of({"input": {"x": 2.0}, "graph": {"f": "x^2"}})
    assert experiment.number("f") == 4.0
    for name, step in (("f", 1), ("learning_rate", 0), ("cost", 0)):
        with pytest.raises(KeyError):
            experiment.number(name, step)


def test_a_graph_of_layers_is_trained_as_the_layers_are_in_mini_batches_too() -> None:
    random = np.random.default_rng(4)
    weights, bias, inputs = random.normal(size=(2, 3)), random.normal(size=2), random.normal(size=(7, 3))
    targets = np.eye(2)[random.integers(0, 2, 7)]
    network = Network("x", [Layer("y", weights, bias, "softmax")], "categorical_cross_entropy", l2=0.1)
    settings: dict[str, Any] = {"batch_size": 3, "seed": 5}
    layered = Experiment(
        "layers", network, inputs[0], targets[0], OPTIMIZERS["adam"](0.05), inputs, targets, **settings
    )
    given = {"x": inputs[0], "t": targets[0], "W": weights, "b": bias}
    formula = {"loss": "categorical_cross_entropy(softmax(W @ x + b), t)"}
    graph = GraphExperiment(
        "graph",
        graph_of({name: value.shape for name, value in given.items()}, formula),
        given,
        parameters=("W", "b"),
        data={"x": inputs, "t": targets},
        optimizer=OPTIMIZERS["adam"](0.05),
        l2=0.1,
        **settings,
    )
    np.testing.assert_allclose(graph.run(9).objective, layered.run(9).objective, rtol=1e-10)
    ours, theirs = graph.run(9).networks[9].parameters, layered.run(9).networks[9].parameters
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)
    assert graph.number("first_moment.W[1,2]", 9) == pytest.approx(
        layered.number("first_moment.W1[1,2]", 9), rel=1e-9
    )
