"""The lesson in PyTorch: what is written, and that PyTorch comes to the same numbers."""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest
from helpers.pytorch_scripts import outcomes
from helpers.random_graphs import random_graph
from helpers.random_networks import random_experiment
from helpers.random_trained_graphs import random_trained_graph

from storyreel.core.paths import STORYBOARDS
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.primitives import PRIMITIVES
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import OPTIMIZERS, Adam
from storyreel.engine.schedules import SCHEDULES
from storyreel.exports.base import ExportRequest
from storyreel.exports.pytorch import functions, training
from storyreel.exports.pytorch.cells import as_script
from storyreel.exports.pytorch.document import lesson_cells, write_pytorch
from storyreel.exports.pytorch.formula import formulas
from storyreel.lesson.manifest import Manifest
from storyreel.production.lesson_writer import graph_entry, network_entry
from storyreel.production.spoken import spoken_numbers
from storyreel.reader import load
from storyreel.storyboard.lookup import Lookup
from storyreel.storyboard.model import Storyboard

TESTS = Path(__file__).parents[1]
FILES = sorted(
    [
        *STORYBOARDS.glob("*.yaml"),
        *(TESTS / "worked_examples").glob("*.yaml"),
        *(TESTS / "graphs").glob("*.yaml"),
        *(TESTS / "storyboards").glob("*.yaml"),
    ]
)
Lesson = tuple[Path, Manifest]


def script(lesson: Manifest, storyboard: Storyboard) -> str:
    """The script of a storyboard's networks and graphs."""
    spoken = spoken_numbers(storyboard)
    networks = {name: network_entry(each, spoken.get(name)) for name, each in storyboard.networks.items()}
    graphs = {name: graph_entry(each, spoken.get(name)) for name, each in storyboard.graphs.items()}
    return written(replace(lesson, networks=networks, graphs=graphs))


def written(lesson: Manifest) -> str:
    return as_script(list(lesson_cells(lesson)))


def of_network(lesson: Manifest, experiment: Experiment, spoken: Iterable[str] = ()) -> str:
    """The script of one network, with the numbers that are spoken of it."""
    lookup = Lookup({"net": experiment})
    entry = network_entry(experiment, {name: lookup.value("net", name) for name in spoken})
    return written(replace(lesson, networks={"net": entry}, graphs={}))


def of_graph(lesson: Manifest, experiment: GraphExperiment, spoken: Iterable[str] = ()) -> str:
    """The script of one graph, with the numbers that are spoken of it."""
    lookup = Lookup({"graph": experiment})
    entry = graph_entry(experiment, {name: lookup.value("graph", name) for name in spoken})
    return written(replace(lesson, networks={}, graphs={"graph": entry}))


def compared(text: str) -> int:
    """How many numbers the calls of `check` in a script compare."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    checks = (each.args[2] for each in calls if isinstance(each.func, ast.Name) and each.func.id == "check")
    return sum(isinstance(node, ast.Constant) for each in checks for node in ast.walk(each))


def everything_spoken(experiment: Experiment) -> Iterator[str]:
    """Names of every kind, of several steps."""
    parameters = experiment.network.names.parameters
    first, last = parameters[0], experiment.network.names.activations[-1][0]
    yield from (
        "learning_rate",
        "next.learning_rate",
        "run.learning_rate[4]",
        "run.loss[3]",
        f"run.{last}[2]",
    )
    yield from (f"grad.{first}", f"next.grad.{first}", f"run.grad.{first}[3]", f"run.{first}[4]")
    if experiment.cost is not None:
        yield from ("cost", "run.cost[3]", f"cost.grad.{first}", f"run.cost.grad.{first}[2]")
    if experiment.data_rows:
        yield from (f"data[0].{last}", f"next.data[0].grad.{first}", "run.data[0].loss[3]")
    optimizer, trained = experiment.optimizer, experiment.network.trained
    for state in optimizer.numbers(optimizer.start(experiment.network.parameters), 1):
        for name in trained[:2]:
            yield from (f"next.{state}.{name}", f"run.{state}.{name}[3]")


def is_tame(experiment: Experiment) -> bool:
    """True for a network that a lesson could show: without overflows, and without infinite numbers."""
    entry = network_entry(experiment)
    numbers = [*entry.values.values(), *entry.gradients.values(), *entry.next.values()]
    later = experiment.run(4).networks[4].parameters
    return bool(np.all(np.abs([*numbers, *later]) < 1e4))


def tame_experiments(count: int) -> Iterator[Experiment]:
    """Random networks; every third one with data is trained on mini-batches."""
    random = np.random.default_rng(11)
    found = 0
    while found < count:
        experiment = random_experiment(random)
        if experiment.data_rows > 1 and experiment.optimizer.uses_batches and found % 3 == 0:
            experiment = replace(experiment, batch_size=2, seed=found, shuffle=bool(found % 2))
        if is_tame(experiment):
            found += 1
            yield experiment


def test_everything_that_the_engine_has_is_known_in_pytorch() -> None:
    assert set(functions.ACTIVATIONS) == set(ACTIVATIONS)
    assert set(functions.LOSSES) == set(LOSSES)
    assert set(training._OPTIMIZERS) == set(OPTIMIZERS)
    assert set(training._SCHEDULES) == set(SCHEDULES)
    fused = {name: loss.fused.activation for name, loss in LOSSES.items() if loss.fused}
    assert {name: row.activation for name, row in functions.LOSSES.items() if row.activation} == fused


def test_pytorch_comes_to_the_numbers_of_all_lessons(page_lesson: Lesson, tmp_path: Path) -> None:
    storyboards = {str(path.relative_to(TESTS.parent)): load(path) for path in FILES}
    scripts = {name: script(page_lesson[1], each) for name, each in storyboards.items()}
    for name, each in storyboards.items():
        numbers = sum(len(it.trace) for it in each.networks.values())
        numbers += sum(len(it.trace.numbers) for it in each.graphs.values())
        assert compared(scripts[name]) > numbers, name
    assert outcomes(tmp_path, scripts) == dict.fromkeys(scripts, "")


def test_pytorch_comes_to_the_numbers_of_random_networks(page_lesson: Lesson, tmp_path: Path) -> None:
    experiments = list(tame_experiments(60))
    assert {type(each.optimizer) for each in experiments} == set(OPTIMIZERS.values())
    assert {each.network.loss.name for each in experiments} == set(LOSSES)
    assert sum(each.uses_mini_batches for each in experiments) > 3
    scripts = {
        str(number): of_network(page_lesson[1], each, everything_spoken(each))
        for number, each in enumerate(experiments)
    }
    assert outcomes(tmp_path, scripts) == dict.fromkeys(scripts, "")


def test_pytorch_comes_to_the_numbers_of_random_graphs(page_lesson: Lesson, tmp_path: Path) -> None:
    scripts = {}
    used: set[str] = set()
    for seed in range(60):
        random = random_graph(seed)
        given = {name: np.array(value, np.float64) for name, value in random.given.items()}
        graph = graph_of({name: value.shape for name, value in given.items()}, random.formulas)
        used |= {node.primitive.name for node in graph.nodes if node.primitive}
        scripts[str(seed)] = of_graph(page_lesson[1], GraphExperiment("graph", graph, given))
    assert used >= set(PRIMITIVES) - {"hinge"}
    assert outcomes(tmp_path, scripts) == dict.fromkeys(scripts, "")


def test_pytorch_trains_random_graphs_to_the_same_numbers(page_lesson: Lesson, tmp_path: Path) -> None:
    graphs = [random_trained_graph(seed) for seed in range(60)]
    graphs += [
        replace(each, optimizer=Adam(0.01), batch_size=2, seed=7) for each in graphs if each.data_rows > 2
    ]
    assert {type(each.optimizer) for each in graphs} == set(OPTIMIZERS.values())
    assert sum(each.uses_mini_batches for each in graphs) > 10
    scripts = {
        str(number): of_graph(page_lesson[1], each, spoken_of_graph(each))
        for number, each in enumerate(graphs)
    }
    assert outcomes(tmp_path, scripts) == dict.fromkeys(scripts, "")


def spoken_of_graph(experiment: GraphExperiment) -> Iterator[str]:
    """Names of every kind, of several steps."""
    first, last = experiment.model.parameter_names[0], experiment.graph.output
    yield from ("learning_rate", "run.learning_rate[4]", f"run.{last}[3]", f"next.grad.{first}")
    if experiment.cost is not None:
        yield from ("cost", "run.cost[3]", f"cost.grad.{first}", f"run.cost.grad.{first}[2]")
    if experiment.data_rows:
        yield from (f"data[0].{last}", f"next.data[1].grad.{first}", f"run.data[0].{last}[3]")
    optimizer = experiment.optimizer
    for state in optimizer.numbers(optimizer.start(experiment.model.parameters), 1):
        yield from (f"next.{state}.{first}", f"run.{state}.{first}[3]")


def test_a_graph_whose_names_the_script_uses_itself_is_trained(page_lesson: Lesson, tmp_path: Path) -> None:
    given = {name: np.array(0.5) for name in ("row", "range", "data_x", "train", "step", "values", "rate")}
    named = {
        "run": " + ".join(f"{name}^2" for name in given),
        "optimizer": "run * values",
        "out": "optimizer^2",
    }
    graph = GraphExperiment(
        "graph",
        graph_of(dict.fromkeys(given, ()), named),
        given,
        parameters=("values", "step", "train"),
        data={"row": np.array([1.0, 2.0, 0.1]), "data_x": np.array([0.3, 0.2, 0.1])},
        optimizer=Adam(0.01),
    )
    text = of_graph(page_lesson[1], graph, spoken_of_graph(graph))
    assert outcomes(tmp_path, {"names": text}) == {"names": ""}


def test_how_many_answers_are_right_is_asserted(page_lesson: Lesson, tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    inputs, classes = random.normal(size=(2, 30, 3)), np.eye(4)[random.integers(4, size=(2, 30))]
    W1, W2 = random.normal(size=(5, 3)), random.normal(size=(4, 5))
    layers = [Layer("h", W1, None, "tanh"), Layer("y", W2)]
    right = int(np.sum(np.argmax(np.tanh(inputs[0] @ W1.T) @ W2.T, axis=1) == np.argmax(classes[0], axis=1)))
    experiment = Experiment(
        "net",
        Network(["p", "q", "r"], layers, "mean_squared_error"),
        inputs[0, 0],
        classes[0, 0],
        data_inputs=inputs[0],
        data_targets=classes[0],
        test=(inputs[1], classes[1]),
    )
    names = [
        f"{moment.format(number)}"
        for moment in ("{}", "next.{}", "run.{}[5]")
        for number in (
            "accuracy",
            "correct",
            "answers[2]",
            "test.accuracy",
            "test.correct",
            "test.answers[0]",
        )
    ]
    text = of_network(page_lesson[1], experiment, names)
    for name in names:
        assert f'check("{name}", ' in text, name
    assert "test_x" not in of_network(page_lesson[1], experiment, ["accuracy"])
    line = "(answers_of(data_x) == data_target.argmax(1)).sum(), {})"
    wrong = text.replace(line.format(float(right)), line.format(right + 1.0), 1)
    found = outcomes(tmp_path, {"right": text, "wrong": wrong})
    assert found["right"] == ""
    assert found["wrong"].startswith("AssertionError: correct: ")


def test_answers_are_counted_in_all_examples_whichever_is_in_focus(tmp_path: Path) -> None:
    file = tmp_path / "lesson.yaml"
    file.write_text(
        """
title: Answers
networks:
  net:
    input: {x: 1}
    layers: [{name: y, weights: [[1], [-1]]}]
    target: [1, 0]
    loss: mean_squared_error
    learning_rate: 0.1
    data: [{x: 1, target: [1, 0]}, {x: 2, target: [0, 1]}]
chapters:
  - id: answers
    title: Answers
    scene: forward_pass
    network: net
    example: 1
    beats: [{say: "Of all answers, {correct} is right, and here the first output is {y[0]}."}]
""",
        "utf-8",
    )
    assert spoken_numbers(load(file)) == {"net": {"correct": 1.0, "data[1].y[0]": 2.0}}


def test_one_wrong_number_is_found_wherever_it_is(page_lesson: Lesson, tmp_path: Path) -> None:
    text = script(page_lesson[1], load(TESTS / "worked_examples" / "mazur.yaml"))
    numbers = [
        (node.lineno, node.col_offset, node.end_col_offset or 0)
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "check"
        for node in ast.walk(call.args[2])
        if isinstance(node, ast.Constant)
    ]
    scripts, lines = {}, text.splitlines(keepends=True)
    for row, start, end in numbers[:: max(1, len(numbers) // 40)]:
        line = lines[row - 1]
        wrong = repr(float(line[start:end]) * (1 + 1e-5) + 1e-8)
        scripts[f"{row}: {line[:start]}"] = "".join(
            [*lines[: row - 1], f"{line[:start]}{wrong}{line[end:]}", *lines[row:]]
        )
    found = outcomes(tmp_path, scripts)
    assert len(found) > 20
    for where, said in found.items():
        assert said.startswith("AssertionError: "), where
        if name := re.search(r'check\("(.+?)"', where):
            assert said.startswith(f"AssertionError: {name[1]}: "), where


def test_layers_with_awkward_names_are_written_with_others(page_lesson: Lesson, tmp_path: Path) -> None:
    names = ("lambda", "torch", "x", "values", "ﬁ", "h_1")
    layers = [Layer(name, 0.5, 0.1, "tanh") for name in names]
    experiment = Experiment("net", Network("q", layers, "huber"), 1.0, 2.0)
    text = of_network(page_lesson[1], experiment, everything_spoken(experiment))
    assert "h_1 = torch.tanh(z6)" in text
    assert "a1 = torch.tanh(z1)" in text
    assert outcomes(tmp_path, {"names": text}) == {"names": ""}


def test_formulas_with_awkward_names_are_written_with_others(page_lesson: Lesson, tmp_path: Path) -> None:
    given = {"lambda": np.array(2.0), "F": np.array([1.0, 2.0]), "θ": np.array(3.0), "ﬁ": np.array(4.0)}
    named = {
        "torch": "F * θ + lambda",
        "fi": "sum(torch) + ﬁ",
        "c": "3",
        "d": "sqrt(2) ^ 2 * 4",
        "e": "flatten(F)",
        "g": "identity(fi)",
        "check": "fi * c - d + fi * g + sum(e * F)",
    }
    graph = graph_of({name: value.shape for name, value in given.items()}, named)
    text = of_graph(page_lesson[1], GraphExperiment("graph", graph, given))
    assert "torch_ = F_ * θ + lambda_" in text
    assert outcomes(tmp_path, {"names": text}) == {"names": ""}


@pytest.mark.parametrize(
    ("formula", "expression"),
    [
        ("x + y * z", "x + y * z"),
        ("(x + y) * z", "(x + y) * z"),
        ("x - (y - z)", "x - (y - z)"),
        ("x - y - z", "x - y - z"),
        ("x / (y * z)", "x / (y * z)"),
        ("-x^2", "-x ** 2"),
        ("(-x)^2", "(-x) ** 2"),
        ("x^-y", "x ** -y"),
        ("(x^y)^z", "(x ** y) ** z"),
        ("x^y^z", "x ** y ** z"),
        ("-(x + y)", "-(x + y)"),
        ("x * -y", "x * -y"),
        ("exp(-x) + 1", "torch.exp(-x) + 1"),
        ("max(x, 0)", "torch.maximum(x, torch.tensor(0.0))"),
        ("sigmoid(x) * 0.5", "torch.sigmoid(x) * 0.5"),
        ("mean_squared_error(x, y)", "mean_squared_error(x, y)"),
    ],
)
def test_formulas_are_as_one_writes_them(formula: str, expression: str) -> None:
    graph = graph_of(dict.fromkeys("xyz", ()), {"f": formula})
    values = graph.forward(dict.fromkeys("xyz", 2.0))
    assert formulas(graph, values) == {"f": expression}


def test_the_script_reads_as_one_would_write_it(page_lesson: Lesson, chain: Experiment) -> None:
    text = of_network(page_lesson[1], chain, ["h", "next.w2", "run.y[8]"])
    for piece in (
        "z1 = x @ W1.T\n    h = z1\n    z2 = h @ W2.T\n    y = z2\n",
        "return 0.5 * ((y - t) ** 2).sum(-1)",
        "optimizer = torch.optim.SGD([W1, W2])",
        'check("loss", values["loss"], 2.0)',
        'check("grad.W2", gradients["W2"], [[12.0]])',
        "while steps < 8:\n    train()",
        'check("run.y[8]", values["y"][0, 0], 3.0549',
    ):
        assert piece in text, piece


def test_a_function_of_another_package_is_told_and_the_rest_is_written(
    page_lesson: Lesson, chain: Experiment
) -> None:
    entry = network_entry(chain)
    foreign = replace(entry, layers=(replace(entry.layers[0], activation="swish"), entry.layers[1]))
    graph = graph_entry(next(iter(load(STORYBOARDS / "graph.yaml").graphs.values())))
    name, _, inputs = graph.nodes[-1]
    other = replace(graph, nodes=(*graph.nodes[:-1], (name, ("mine", (), ""), inputs)))
    text = written(replace(page_lesson[1], networks={"a": foreign, "b": entry}, graphs={"c": other}))
    assert "This network uses `swish`, which is not written in PyTorch." in text
    assert "This network uses `mine`, which is not written in PyTorch." in text
    assert 'check("grad.W2", gradients["W2"], [[12.0]])' in text


def test_the_notebook_has_the_cells_of_the_script(page_lesson: Lesson) -> None:
    folder, lesson = page_lesson
    paths = write_pytorch(ExportRequest(folder, lesson))
    assert [path.name for path in paths] == ["lesson_in_pytorch.py", "lesson_in_pytorch.ipynb"]
    notebook = nbformat.reads(paths[1].read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    text = paths[0].read_text("utf-8")
    assert [cell.source for cell in notebook.cells if cell.cell_type == "code"] == [
        part.removeprefix("\n").rstrip("\n")
        for part in re.split(r"^# %%(?: \[markdown\]\n(?:#.*\n)*)?", text, flags=re.MULTILINE)
        if part.strip()
    ]
    assert json.loads(paths[1].read_text("utf-8"))["cells"][0]["source"][0] == f"# {lesson.title}\n"
