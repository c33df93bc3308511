"""The page's arithmetic and number format, run in Node, compared with the engine and `shown`."""

import json
import math
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers.random_networks import random_experiment
from helpers.random_trained_graphs import random_trained_graph

from storyreel.core.number_format import shown
from storyreel.core.paths import ASSETS, STORYBOARDS
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.equations.notation import Notation
from storyreel.engine.experiment import Experiment
from storyreel.engine.losses import LOSSES
from storyreel.engine.optimizers import OPTIMIZERS, Adam, Momentum, Optimizer, RMSprop
from storyreel.engine.schedules import CosineDecay, ExponentialDecay, StepDecay
from storyreel.exports.figures.figure import figure_data
from storyreel.exports.figures.graph_figure import graph_figure
from storyreel.production.lesson_writer import graph_entry, network_entry
from storyreel.reader import load
from storyreel.storyboard.values import values_of

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js to run the page's script")

# JSON has no infinite numbers, and `NaN` only in Python: both go as text.
DRIVER = """
const [, script, ask] = process.argv;
const it = require(script);
const read = (key, value) => ["Infinity", "-Infinity", "NaN"].includes(value) ? Number(value) : value;
const write = (key, value) => typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
const answers = {
  run: (network) => {
    const { values, gradients, costGradients } = it.run(network);
    return { values, gradients, cost_gradients: costGradients, next: it.run(it.step(network)).values };
  },
  five_steps: (network) => it.run([1, 2, 3, 4, 5].reduce(it.step, network)).values,
  known_trained: (graphs) => graphs.map((graph) => [it.isKnown(graph), it.isTrained(graph)]),
  known: (networks) => networks.map(it.isKnown),
  erf: it.erf,
  shown: it.shown,
  shown_in: ([value, digits]) => it.shown(value, digits),
  written: ([notation, name, value]) => it.writer(notation)(name, value),
};
require("readline").createInterface({ input: process.stdin }).on("line", (line) =>
  console.log(JSON.stringify(answers[ask](JSON.parse(line, read)), write)));
"""


def in_node(script: str, ask: str, questions: Iterable[Any]) -> Iterator[Any]:
    """The answers of the page's `script` to some questions, in one process."""
    lines = "\n".join(json.dumps(question) for question in questions)
    command = ["node", "-e", DRIVER, str(ASSETS / "page" / script), ask]
    process = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    return (json.loads(line) for line in process.stdout.splitlines())


def as_data(experiment: Experiment) -> dict[str, Any]:
    """An experiment in the form that the page's script takes."""
    return figure_data(network_entry(experiment))


def test_500_random_networks_have_the_engines_numbers() -> None:
    random = np.random.default_rng(5)
    experiments = [random_experiment(random) for _ in range(500)]
    used = {layer.activation.name for one in experiments for layer in one.network.layers}
    assert used == set(ACTIVATIONS)
    assert {one.network.loss.name for one in experiments} == set(LOSSES)
    assert {type(one.optimizer) for one in experiments} == set(OPTIMIZERS.values())
    assert sum(one.network.fusion is not None for one in experiments) > 10
    found = list(in_node("network.js", "run", map(as_data, experiments)))
    assert len(found) == 500
    overflowed = 0
    for experiment, answer in zip(experiments, found, strict=True):
        its_values: dict[str, Any] = {**values_of(experiment)}
        for column in ("values", "gradients", "cost_gradients", "next"):
            numbers = its_values[column]
            its = {name: float(number) for name, number in answer[column].items()}
            assert list(its) == list(numbers)
            if any(abs(number) > 1e150 for number in numbers.values()):
                # Which of ∞ and "not a number" a sum is that overflows depends on the order of its terms.
                overflowed += 1
                assert any(abs(number) > 1e149 for number in its.values())
                continue
            assert its == pytest.approx(numbers, rel=1e-9, abs=1e-9, nan_ok=True), column
    assert overflowed < 0.05 * 4 * len(found)
    assert sum("cost" in answer["values"] for answer in found) > 100


def test_300_random_graphs_are_trained_as_the_engine_trains_them() -> None:
    graphs = [random_trained_graph(seed) for seed in range(300)]
    assert {type(one.optimizer) for one in graphs} == set(OPTIMIZERS.values())
    assert sum(one.data_rows > 0 for one in graphs) > 100
    data = [graph_figure(graph_entry(one)) for one in graphs]
    assert any(("b0", False) in one["parameters"] for one in data if one)
    ran = in_node("trained_graph.js", "run", data)
    later = in_node("trained_graph.js", "five_steps", data)
    for graph, answer, after in zip(graphs, ran, later, strict=True):
        values: dict[str, Any] = {**values_of(graph)}
        for column in ("values", "gradients", "cost_gradients", "next"):
            assert answer[column] == pytest.approx(values[column], rel=1e-9, abs=1e-12), column
        expected = {name: graph.number(name, 5) for name in values["values"]}
        assert after == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_a_graph_with_mini_batches_has_no_steps_in_the_script() -> None:
    trained = next(one for one in map(random_trained_graph, range(99)) if one.data_rows > 1)
    others = (replace(trained, optimizer=Adam(), batch_size=1), replace(trained, parameters=(), data={}))
    data = [graph_figure(graph_entry(one)) for one in (trained, *others)]
    foreign = {**(data[0] or {}), "optimizer": "mine"}
    (found,) = in_node("trained_graph.js", "known_trained", [[*data, foreign]])
    assert found == [[True, True], [True, False], [True, False], [False, True]]


@pytest.mark.parametrize("name", sorted(path.stem for path in STORYBOARDS.glob("*.yaml")))
def test_the_networks_of_lessons_that_ship_have_the_engines_numbers(name: str) -> None:
    networks = load(STORYBOARDS / f"{name}.yaml").networks.values()
    known = [each for each in networks if not each.uses_mini_batches]
    for experiment, answer in zip(known, in_node("network.js", "run", map(as_data, known)), strict=True):
        expected: dict[str, Any] = {**values_of(experiment)}
        for column in ("values", "gradients", "cost_gradients", "next"):
            assert answer[column] == pytest.approx(expected[column], rel=1e-9, abs=1e-12), column


def test_mini_batches_are_not_known_to_the_script(clusters: Experiment) -> None:
    batches = replace(clusters, optimizer=Adam(), batch_size=4)
    (known,) = in_node("network.js", "known", [[as_data(each) for each in (clusters, batches)]])
    assert known == [True, False]


def test_the_error_function_is_that_of_the_c_library() -> None:
    places = [*np.linspace(-7, 7, 4001).tolist(), 1e-300, -1e-9, 0.0, 2.9999999, 3.0, 6.0, 40.0]
    for place, found in zip(places, in_node("functions.js", "erf", places), strict=True):
        assert found == pytest.approx(math.erf(place), rel=1e-13, abs=1e-300)


def test_numbers_are_written_as_everywhere_else() -> None:
    random = np.random.default_rng(3)
    numbers = [sign * n / d for sign in (1, -1) for n in range(130) for d in range(1, 17)]
    numbers += (random.normal(size=4000) * 10.0 ** random.integers(-12, 14, 4000)).tolist()
    numbers += np.round(random.normal(size=2000), 3).tolist()
    numbers += [sign * digits * 10.0**power for sign in (1, -1) for digits in (1, 5, 9.5, 9.995, 1.125, 1.375)
                for power in range(-12, 15)]  # fmt: skip
    numbers += [k / 64 for k in range(-7000, 7000, 13)]
    numbers += [100.125, -100.375, 0.0625, 0.0, -0.0, 1e-320, 1.7e308, 0.1, 0.09999999999999999, 0.005]
    special = [math.inf, -math.inf, math.nan]
    questions = [*numbers, "Infinity", "-Infinity", "NaN"]
    found = list(in_node("number.js", "shown", questions))
    wrong = [
        (number, text, shown(number))
        for number, text in zip([*numbers, *special], found, strict=True)
        if text != shown(number)
    ]
    assert not wrong


def test_numbers_have_the_digits_that_the_lesson_gives_them() -> None:
    random = np.random.default_rng(4)
    numbers = (random.normal(size=2000) * 10.0 ** random.integers(-9, 12, 2000)).tolist()
    asked = [(number, int(random.integers(1, 13))) for number in [*numbers, 0.0, 1 / 3, 0.5, 999.96, 1234.5]]
    found = in_node("number.js", "shown_in", asked)
    wrong = [
        (*one, text) for one, text in zip(asked, found, strict=True) if text != shown(one[0], digits=one[1])
    ]
    assert not wrong


def test_numbers_are_written_as_the_lesson_writes_them() -> None:
    texts = {("w1", 0.125): "0.1250", ("grad.h", 0.495104323126): "0.495"}
    notation = Notation(4, texts, {"w1": 6})
    asked = [("w1", 0.125), ("w1", 2 / 3), ("h", 0.495104323126), ("grad.h", 0.49510432312612), ("y", 1 / 3)]
    found = list(in_node("number.js", "written", [(notation.as_data, *one) for one in asked]))
    assert found == ["0.1250", "0.666667", "0.4951", "0.495", "0.3333"]
    assert found == [notation.text(*one) for one in asked]


@pytest.mark.parametrize(
    "optimizer",
    [
        Momentum(0.02, momentum=0.8, weight_decay=0.5, schedule=StepDecay(2, 0.5)),
        RMSprop(0.01, beta=0.8, schedule=ExponentialDecay(0.9)),
        Adam(0.05, beta1=0.7, schedule=CosineDecay(4, 0.01)),
    ],
)
def test_many_steps_remember_what_the_engines_optimizer_remembers(
    dense: Experiment, optimizer: Optimizer
) -> None:
    experiment = replace(dense, optimizer=optimizer)
    (found,) = in_node("network.js", "five_steps", [as_data(experiment)])
    expected = experiment.run(5).trace(5)
    assert found == pytest.approx({name: expected[name].value for name in expected}, rel=1e-9)
