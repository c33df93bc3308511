"""Every number on stage at the end of a beat is the engine's, at the precision at which it is shown.

A text that names a quantity (`w1 = 3`) must show that quantity's number; any other number must be one of
the chapter's: those of the trace and of the next one, of the steps that a run is shown at, and of what the
cues suppose (an output moved by hand, a weight nudged), which is worked out here anew. What an author gives
as a plain fact (a year, a table of data, a listing) is no number of the engine's, nor are those at the
ticks of scales.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import islice, permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.graph_numbers import graph_numbers, trained_numbers
from helpers.recompute import ELLIPSIS, as_fraction, claims, half_unit

from storyreel.checks.layout_report import MEASURED
from storyreel.checks.snapshot import Snapshot
from storyreel.core.number_format import shown
from storyreel.core.paths import STORYBOARDS
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.trace import Trace
from storyreel.engine.training import Batches
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage
from storyreel.storyboard.lookup import Lookup
from storyreel.timing.beats import TimedChapter, TimedCue

Situation = dict[str, float]
"""Numbers that hold at the same time, by name; those without a name of their own have one with a space."""

TESTS = Path(__file__).parents[1]
FILES = sorted([*STORYBOARDS.glob("*.yaml"), *(TESTS / "storyboards").glob("*.yaml")])
CONSTANT = re.compile(r"(?<![\d./×])−?\d/\d+ ·|\^\d|(?<!\S)\d ·|\(1 [−+]|(?<!\S)−?1 / |max\([0.]+1?,?")
NUMBER = re.compile(r"(?:(?<![^\s(])−)?\d+(?:[./]\d+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?%?")
NAME = re.compile(r"[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹][\w.]*(?:\[[\d,]+\])?")
NAMED = re.compile(rf"({NAME.pattern}) [=≈] (?:.* [=≈] )?({NUMBER.pattern})")
WITH_IMAGES = ("recognition", "summary", "image_classes")
RUNS = {"train": ("until", "steps"), "plot_training": ("steps",), "learn": ("steps",)}
"""Cues that show a run, and their parameters that say at which steps."""
SURFACES = ("plot_surface", "plot_bowl")


def situation(trace: Trace, prefix: str = "") -> Situation:
    numbers = {prefix + name: trace.number(name) for name in trace}
    numbers |= {f"{prefix}grad.{name}": q.gradient for name, q in trace.items() if q.gradient is not None}
    for output, target in zip(trace.network.names.activations[-1], trace.network.names.targets, strict=True):
        gap = trace.number(output) - trace.number(target)
        numbers |= {f"{prefix}gap of {output}": gap, f"{prefix}square of {output}": gap**2}
    return numbers


def of_data(
    experiment: Experiment, network: Network, prefix: str = "", names: Iterable[str] | None = None
) -> Situation:
    """The cost of a network on the data, and its derivatives, as means over the traces of all examples; only
    those with respect to some `names`, if they are given."""
    if experiment.data_inputs is None:
        return {}
    traces = [Trace(network, *pair) for pair in zip(*experiment.examples, strict=True)]
    slopes = {
        f"{prefix}cost.grad.{name}": float(np.mean([trace.number(f"grad.{name}") for trace in traces]))
        for name in names or network.names.parameters
    }
    return {f"{prefix}cost": float(np.mean([trace.loss for trace in traces]))} | slopes


def counts(experiment: Experiment) -> Situation:
    """How many there are of each kind of quantity; a vector is a matrix of one column."""
    lookup = Lookup({experiment.name: experiment})
    names = [name for name in lookup.names(experiment.name) if name.startswith("count.")]
    return {name: lookup.value(experiment.name, name) for name in names} | {"one column": 1.0}


def situations(
    experiment: Experiment, chapter: TimedChapter, others: Mapping[str, Experiment]
) -> Iterator[Situation]:
    """All that the texts of a chapter may tell of; `others` are the networks of the lesson by name."""
    cues = [cue for beat in chapter.beats for cue in beat.cues]
    if chapter.scene in WITH_IMAGES:
        yield from of_images(experiment, cues, others)
    if chapter.scene == "image_classes":
        yield from of_classes(experiment, cues)
    if chapter.scene in ("data_table", "update_table", "training_runs"):
        yield from of_training(experiment, cues, others)
    if chapter.scene == "derivative_tree":
        yield from of_tree(experiment.trace)
    if chapter.scene in ("spectrum", "layer_gradients"):
        yield from of_charts(experiment, cues, others)
    yield from of_two_networks(experiment, cues, others)
    yield from of_linear_sums(experiment, cues, others)
    for cue in cues:
        if cue.name == "bend_response":  # its formula has signs between the numbers
            other = situation(others[cue.parameters["network"]].trace)
            yield other | {f"minus {name}": -number for name, number in other.items()}
        if cue.name == "draw_chain":
            drawn = others.get(cue.parameters.get("network") or "", experiment)
            yield situation(drawn.trace) | derivatives(drawn.trace)
            yield along_ways(drawn.trace, cue.parameters["weight"])
        if cue.name == "plot_bowl" and (steps := cue.parameters.get("trained_for")):
            one = others.get(cue.parameters.get("network") or "", experiment)
            trained = one.run(steps).network_at(steps)
            yield situation(Trace(trained, one.inputs, one.targets)) | of_data(one, trained)
    yield counts(experiment)
    yield situation(experiment.trace) | {"learning_rate": experiment.optimizer.learning_rate}
    yield of_data(experiment, experiment.network)
    for prefix in ("", "next."):
        yield situation(experiment.next, prefix) | of_data(experiment, experiment.next.network, prefix)
    yield from (facts(cue.parameters) for cue in cues)
    yield from Suppositions(experiment).of(cues)


def of_two_networks(
    experiment: Experiment, cues: Iterable[TimedCue], others: Mapping[str, Experiment]
) -> Iterator[Situation]:
    """The steps and the costs of two networks in training, side by side, where they stop."""
    trained, last = (experiment,), 0
    for cue in cues:
        if cue.name == "compare_networks":
            trained, last = (experiment, others[cue.parameters["other"]]), cue.parameters["steps"]
        if cue.name in ("compare_networks", "train_both"):
            step = (cue.parameters.get("until") or last) if cue.name == "train_both" else 0
            yield from ({"steps": step, "cost": each.run(step).objective[step]} for each in trained)
            yield from ({"mean gradient": mean_gradient(each, step)} for each in trained)


def mean_gradient(experiment: Experiment, step: int) -> float:
    """The mean size of the gradients of the cost by all weights, from the next step of gradient descent."""
    (before, after), rate = (
        experiment.run(step + 1).networks[step : step + 2],
        experiment.optimizer.learning_rate,
    )
    moves = [a.weights - b.weights for a, b in zip(after.layers, before.layers, strict=True)]
    return float(np.abs(np.concatenate([move.ravel() for move in moves])).mean() / rate)


def of_linear_sums(
    experiment: Experiment, cues: Iterable[TimedCue], others: Mapping[str, Experiment]
) -> Iterator[Situation]:
    """The numbers of the chapter's example with the weights of other networks, and what each input, and none,
    adds to the output of a network without activation functions."""
    taken = [others[cue.parameters["other"]] for cue in cues if cue.name == "take_weights"]
    for one in (experiment, *taken) if any(cue.name == "write_linear_sum" for cue in cues) else taken:
        yield situation(Trace(one.network, experiment.inputs, experiment.targets))
        inputs = np.vstack([np.zeros(len(one.network.input_names)), np.eye(len(one.network.input_names))])
        first, *rest = one.network.forward(inputs).prediction[:, 0].tolist()
        yield {"of no input": first} | {
            f"of input {number}": each - first for number, each in enumerate(rest)
        }


def derivatives(trace: Trace) -> Situation:
    """The derivative of each number of a chain by each one before it, and the slope of each gate: what the
    weighted sum before it would move."""
    gradients = {q.name: q.gradient for q in trace.values() if q.gradient}
    of_numbers = {f"∂{b}/∂{a}": gradients[a] / gradients[b] for a, b in permutations(gradients, 2)}
    return of_numbers | {f"slope at {name}": value for name, value in slopes_of_gates(trace).items()}


def slopes_of_gates(trace: Trace) -> Situation:
    """The slope of tanh at each neuron that has it, from the neuron's value."""
    names, network = trace.network.names, trace.network
    layers = zip(names.activations[1:], network.layers, strict=True)
    tanhs = [name for column, layer in layers for name in column if layer.activation.name == "tanh"]
    return {name: 1 - trace.number(name) ** 2 for name in tanhs}


def along_ways(trace: Trace, weight: str) -> Situation:
    """The local derivatives on all ways from a weight to the loss, and their product along each."""
    names = trace.network.names
    quantity, gradients = (
        names[weight],
        {q.name: q.gradient for q in trace.values() if q.gradient is not None},
    )
    layer, place = quantity.layer or 0, quantity.index[0] if quantity.index else 0
    neuron = names.activations[layer][place]
    if not gradients[neuron]:
        return {}
    numbers = {"on a way, the first": gradients[weight] / gradients[neuron]}
    ways = {(neuron,): numbers["on a way, the first"]}
    for after in range(layer + 1, len(names.activations)):
        longer = {}
        for way, product in ways.items():
            before = names.activations[after - 1].index(way[-1])
            for row, name in enumerate(names.activations[after]):
                slope = gradients[names.pre_activations[after][row]] / gradients[name]
                local = slope * trace.number(names.weights[after][row][before])
                numbers[f"on a way, {way[-1]} to {name}"] = local
                longer[(*way, name)] = product * local
        ways = longer
    for way, product in ways.items():
        numbers[f"on a way, {way[-1]} to the loss"] = gradients[way[-1]]
        numbers[f"along {way}"] = product * gradients[way[-1]]
    return numbers


def of_images(
    experiment: Experiment, cues: Iterable[TimedCue], others: Mapping[str, Experiment]
) -> Iterator[Situation]:
    """The numbers of networks whose inputs are shown as an image, also after training, its side, and the
    classes, counted from 0."""
    shown_one, learned = experiment, 0
    for cue in cues:
        if cue.name == "learn":
            learned += cue.parameters["steps"]
            yield situation(shown_one.run(learned).trace(learned)) | {"steps": learned}
        if cue.name in ("show_image", "draw_image_network", "show_image_network"):
            learned = 0
            shown_one = others.get(cue.parameters.get("network", ""), experiment)
            inputs, classes = len(shown_one.network.input_names), shown_one.network.layers[-1].size
            yield situation(shown_one.trace) | {"its side": math.isqrt(inputs)}
            yield {f"class {number}": number for number in range(classes)}


def of_tree(trace: Trace) -> Iterator[Situation]:
    """The derivative of each neuron's value by what it is made of: the other factor, where neurons are
    linear, and that times the slope where they are not."""
    yield {"of a bias": 1.0} | {name: trace.number(name) for name in trace}
    for neuron, slope in slopes_of_gates(trace).items():
        names = {f"{name} times the slope at {neuron}": slope * trace.number(name) for name in trace}
        yield {f"of a bias of {neuron}": slope} | names


def of_training(
    experiment: Experiment, cues: Iterable[TimedCue], others: Mapping[str, Experiment]
) -> Iterator[Situation]:
    """The numbers of all examples before each step of the training on stage, the cost there, and the steps of
    all weights; of runs those of all steps at which one may stop."""
    taken = {0}
    for cue in cues:
        last = max(taken)
        if cue.name in ("go_through", "train"):
            taken |= set(range(last, last + 1 + (cue.parameters.get("rows") or cue.parameters["steps"])))
        if cue.name == "carry_table":
            taken |= {cue.parameters.get("steps") or 0}
        if cue.name in ("plot_runs", "plot_paths", "plot_prediction", "plot_example_gradients", "run"):
            taken |= {cue.parameters.get("until") or cue.parameters.get("steps") or last}
        if cue.name == "compare_predictions":
            taken |= {cue.parameters["steps"], cue.parameters["other_steps"]}
    called = [cue.parameters.get("network") or cue.parameters.get("other") for cue in cues]
    for one in (experiment, *(others[name] for name in called if name)):
        for step in sorted(taken):
            network = one.run(step).networks[step]
            yield of_data(one, network) | {"step": step}
            yield situation(Trace(network, one.inputs, one.targets))
            for pair in zip(*one.examples, strict=True):
                yield situation(Trace(network, *pair))
    for cue in cues:
        if cue.name == "compare_column":
            one, step = others[cue.parameters["other"]], cue.parameters.get("steps") or 0
            network = one.run(step).networks[step]
            for pair in zip(*one.examples, strict=True):
                yield situation(Trace(network, *pair))
            yield situation(Trace(network, one.inputs, one.targets))
        if cue.name == "measure_new_example":
            for one in (experiment, *(others[name] for name in called if name)):
                for step in sorted(taken):
                    trace = Trace(one.run(step).networks[step], one.inputs, one.targets)
                    output, target = trace.network.names.activations[-1][0], trace.network.names.targets[0]
                    yield {"off by": trace.number(output) - trace.number(target)}
    before, after = experiment.trace, experiment.next
    yield {f"step of {name}": before.number(name) - after.number(name) for name in experiment.network.trained}
    if experiment.data_inputs is not None:
        columns = np.hstack([experiment.data_inputs, np.ones((len(experiment.data_inputs), 1))])
        _, residuals, *_ = np.linalg.lstsq(columns, experiment.data_targets, rcond=None)
        yield {"the best straight fit": float(residuals.sum() / len(columns))}


def of_charts(
    experiment: Experiment, cues: Iterable[TimedCue], others: Mapping[str, Experiment]
) -> Iterator[Situation]:
    """The outputs of each example after the steps of training on stage, how many of the tested ones are right
    in each network at any step up to 300, and the mean sizes of the gradients of the layers."""
    steps = [0, *(cue.parameters["until"] for cue in cues if cue.name == "train")]
    for step in steps if len(steps) > 1 else []:
        network = experiment.run(step).networks[step]
        for pair in zip(*experiment.examples, strict=True):
            yield situation(Trace(network, *pair))
        yield situation(Trace(network, experiment.inputs, experiment.targets))
    for one in (experiment, *(others[cue.parameters["other"]] for cue in cues if "other" in cue.parameters)):
        sizes = [float(np.abs(layer).mean()) for layer in one.trace.gradients.weights]
        yield {f"the mean size in layer {number}": size for number, size in enumerate(sizes)}
        if any(cue.name == "compare_answers" for cue in cues):
            yield {f"class {number}": number for number in range(len(one.network.names.targets))}
        if one.test is not None:
            for step in {*steps, 300}:
                outputs = one.run(step).networks[step].forward(one.test[0]).prediction
                right = outputs.argmax(axis=1) == one.test[1].argmax(axis=1)
                yield {"right": int(right.sum()), "of the test": len(right)}


def of_classes(experiment: Experiment, cues: Iterable[TimedCue]) -> Iterator[Situation]:
    """The classes of outputs, the sum of their squared errors, minus all gradients and those through one
    output, and how many of the tested examples are right, and of which class, after steps of training."""
    trace, names = experiment.trace, experiment.network.names
    yield {f"class {number}": number for number in range(len(names.targets))}
    squares = [value for name, value in situation(trace).items() if name.startswith("square of ")]
    yield {"the sum of squares": sum(squares)}
    descents = {f"minus grad.{name}": -q.gradient for name, q in trace.items() if q.gradient is not None}
    for bias, row in zip(names.biases[-1], names.weights[-1], strict=True):
        descents |= {f"through {name}": descents[f"minus grad.{bias}"] * trace.number(name) for name in row}
    yield descents
    learned = 0
    for cue in cues:
        if cue.name == "draw_examples":
            weights, cost = cue.parameters["weights"], experiment.cost
            assert cost is not None
            yield {f"neuron {k + 1}": k + 1 for each in weights for k in names[each].index}
            yield {f"minus the mean of grad.{each}": -cost.gradient(each) for each in weights}
            for number in range(cue.parameters["count"]):
                focused = experiment.focused(number).trace
                yield {f"minus grad.{each}": -focused.number(f"grad.{each}") for each in weights}
        if cue.name == "show_confusion" and experiment.test is not None:
            classes, steps = experiment.test[1].argmax(axis=1), cue.parameters["steps"]
            for step, network in enumerate(experiment.run(steps).networks):
                found = network.forward(experiment.test[0]).prediction.argmax(axis=1)
                yield {f"right after step {step}": int((found == classes).sum())}
                if step in (0, steps):
                    pairs = list(zip(classes.tolist(), found.tolist(), strict=True))
                    yield {f"answers {pair}": pairs.count(pair) for pair in set(pairs)}
            yield {"the last step": steps}
        if cue.name in ("show_answers", "train_answers") and experiment.test is not None:
            learned += cue.parameters.get("steps", 0)
            yield {"steps of training": learned}
            outputs = experiment.run(learned).networks[learned].forward(experiment.test[0]).prediction
            found, classes = outputs.argmax(axis=1), experiment.test[1].argmax(axis=1)
            yield {"of the test": len(found), "right": int((found == classes).sum())} | {
                f"of class {number}": int((found == number).sum()) for number in range(len(names.targets))
            }


def facts(parameters: dict[str, Any]) -> Situation:
    """The numbers in the texts that an author gives a cue, and those of a table of data."""
    texts = [value for value in parameters.values() if isinstance(value, str)]
    numbers = [number for text in texts for number in numbers_in(text) if number.strip("−0123456789./") == ""]
    found = [float(Fraction(number.replace("−", "-"))) for number in numbers]
    found += [row for value in parameters.values() if isinstance(value, tuple) for row in value]
    return {f"a fact, {number}": number for number in found if isinstance(number, float)}


def plotted(
    experiment: Experiment, parameters: dict[str, Any], given: dict[tuple[str, str], Any]
) -> Iterator[Situation]:
    """What the curves of a plot read at the places where its point is sent."""
    places = [parameters["x"]] if isinstance(parameters.get("x"), float) else []
    if parameters.get("to") in experiment.trace:
        places.append(experiment.trace.number(parameters["to"]))
    for x in places:
        if activation := ACTIVATIONS.get(given.get(("plot_activation", "name"), "")):
            z = np.array([[x]])
            a = activation.value(z)
            slope = activation.vjp(z, a, np.ones((1, 1)))
            yield {"z": x, "a": float(a[0, 0]), "slope of a": float(slope[0, 0])}
        if loss := LOSSES.get(given.get(("plot_loss", "name"), "")):
            y, t = np.array([[x]]), np.array([[experiment.trace.number(given["plot_loss", "target"])]])
            yield {"y": x, "loss": float(loss.value(y, t)[0]), "slope of the loss": loss.gradient(y, t)[0, 0]}


class Suppositions:
    """What the cues of a chapter suppose: numbers that would be if something were different."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment, self.trace, self.steps, self.learned = experiment, experiment.trace, 0, 0
        self.given: dict[tuple[str, str], Any] = {}
        """The parameters of all cues so far, by the names of both."""
        self.on_map: Trace | None = None
        self.exact: Trace | None = None
        self.used = 0
        """Where the last descent on the map has come to."""

    def draw_examples_of(self, weight: str, count: int) -> Iterator[Situation]:
        """Minus the gradients of the first examples with respect to a weight, their sum, and their mean."""
        traces = (self.experiment.focused(number).trace for number in range(count))
        steps = [-trace.number(f"grad.{weight}") for trace in traces]
        found = {f"step of example {number}": step for number, step in enumerate(steps)}
        yield found | {"sum of steps": sum(steps), "a share": 1 / count, "mean step": sum(steps) / count}

    def of(self, cues: Iterable[TimedCue]) -> Iterator[Situation]:
        for cue in cues:
            self.given |= {(cue.name, name): value for name, value in cue.parameters.items()}
            yield from getattr(self, cue.name, lambda **_: ())(**cue.parameters)
            yield from plotted(self.experiment, cue.parameters, self.given)
            for name in RUNS.get(cue.name, ()):
                if (step := cue.parameters.get(name)) is not None:
                    if cue.name == "learn":  # so many steps more
                        self.learned = step = self.learned + step
                    trace = self.experiment.run(step).trace(step)
                    yield situation(trace) | of_data(self.experiment, trace.network) | {"its step": step}

    def _with(self, network: Network) -> Trace:
        return Trace(network, self.trace.inputs, self.trace.targets)

    def _slopes(self, trace: Trace, *names: str) -> Situation:
        """By weight, of those called `names`, the derivatives of what a step lowers."""
        slopes = of_data(self.experiment, trace.network, names=names) or situation(trace)
        return {name: slopes[self.experiment.objective_gradient + name] for name in names}

    def take_example(self, example: int, filled: bool = True) -> Iterator[Situation]:
        """Another example comes into focus."""
        self.experiment = self.experiment.focused(example)
        self.trace = self.experiment.trace
        yield situation(self.trace)
        yield situation(self.experiment.next)

    def write_sum(self, neuron: str) -> Iterator[Situation]:
        """Of the forward pass: the bias of a layer that has none."""
        layer = self.trace.network.names[neuron].layer
        assert layer is not None
        if self.trace.network.layers[layer - 1].bias is None:
            yield {f"b{layer}": 0.0}

    def show_inputs(self, of: str, **_: object) -> Iterator[Situation]:
        """Of the weighted sum: each input of a neuron times its weight."""
        names = self.trace.network.names
        layer, (k,) = names[of].layer, names[of].index
        assert layer is not None
        yield {
            f"{name} times {weight}": self.trace.number(name) * self.trace.number(weight)
            for name, weight in zip(names.activations[layer - 1], names.weights[layer][k], strict=True)
        }

    def mark(self, loss: str, title: str) -> Iterator[Situation]:
        """Of the marked test: the chance that each output gives to its target, what is left of 1, and the
        cross-entropy of it alone, and the mean; squares are there."""
        names = self.trace.network.names
        pairs = zip(names.activations[-1], names.targets, strict=True)
        shares = [abs(1 - self.trace.number(target) - self.trace.number(name)) for name, target in pairs]
        surprises = [-math.log(share) for share in shares]
        yield {f"surprise {k}": one for k, one in enumerate(surprises)} | {"their mean": np.mean(surprises)}
        yield {f"chance {k}": share for k, share in enumerate(shares)}
        yield {f"gap {k}": 1 - share for k, share in enumerate(shares)}

    def change_answer(self, of: str, to: float | None = None) -> Iterator[Situation]:
        """Of the marked test: an answer is another one, and both marks of it, and both means."""
        names = self.trace.network.names
        outputs = {name: self.trace.number(name) for name in names.activations[-1]}
        outputs |= {of: outputs[of] if to is None else to}
        gaps = [outputs[n] - self.trace.number(t) for n, t in zip(outputs, names.targets, strict=True)]
        marks = {"square": [gap**2 for gap in gaps], "surprise": [-math.log(1 - abs(gap)) for gap in gaps]}
        means = {f"mean {name}": float(np.mean(column)) for name, column in marks.items()}
        each = {f"{name} {k}": mark for name, column in marks.items() for k, mark in enumerate(column)}
        yield outputs | each | means
        yield {f"gap {k}": abs(gap) for k, gap in enumerate(gaps)}
        yield {f"chance {k}": 1 - abs(gap) for k, gap in enumerate(gaps)}

    def split_gap(self, of: str | None = None) -> Iterator[Situation]:
        """Of the bullseye: how far each output is from its target."""
        names = self.trace.network.names
        pairs = zip(names.activations[-1], names.targets, strict=True)
        yield {f"off {name}": self.trace.number(name) - self.trace.number(target) for name, target in pairs}

    def write_loss(self) -> Iterator[Situation]:
        """Of the bullseye: the gaps, their squares, and what the sum of these is divided by."""
        names = self.trace.network.names
        pairs = zip(names.activations[-1], names.targets, strict=True)
        gaps = [abs(self.trace.number(name) - self.trace.number(target)) for name, target in pairs]
        yield {f"gap {k}": gap for k, gap in enumerate(gaps)} | {"whole": 1.0, "outputs": float(len(gaps))}
        yield {f"square {k}": gap**2 for k, gap in enumerate(gaps)}

    def shoot(self, example: int | None = None) -> Iterator[Situation]:
        """Of the bullseye: another example comes into focus."""
        if example is not None:
            yield from self.take_example(example)

    def draw_board(self, **_: Any) -> Iterator[Situation]:
        """Of the bullseye: the loss where each output is so many whole units off, at its outermost ring."""
        count = len(self.trace.network.names.targets)
        share = count if self.trace.network.loss.name == "mean_squared_error" else 2
        yield {f"{off} off": off**2 / share for off in range(1, 9)}

    def pass_back(self, to: str = "") -> Iterator[Situation]:
        """Of the rows of arrows: the number of the hidden neuron, counted from 1."""
        if to:
            yield {"neuron": 1.0 + self.trace.network.names[to].index[0]}

    def shoot_new(self) -> Iterator[Situation]:
        """Of the bullseye: an example of the test, by the network after the chapter's training."""
        inputs, targets = self.experiment.test or ((), ())
        step = self.given.get(("train", "until"), 0)
        for pair in zip(inputs, targets, strict=True):
            yield situation(Trace(self.experiment.run(step).network_at(step), *pair))

    def merge_connections(self) -> Iterator[Situation]:
        """Of the forward pass: the product of all weights."""
        yield {"all weights": float(np.prod([layer.weights for layer in self.trace.network.layers]))}

    def plot_response(
        self, of: str | None = None, input: float | None = None, examples: str | None = None
    ) -> Iterator[Situation]:
        """Of the forward pass: the output for an input, and for twice that, and the formula of a line."""
        yield from self.merge_connections()
        first = float(self.trace.inputs[0, 0]) if input is None else input
        for x in (first, 2 * first):
            yield situation(Trace(self.trace.network, np.array([[x]]), self.trace.targets))

    def plot_data(
        self, steps: int, x_label: str | None = None, y_label: str | None = None
    ) -> Iterator[Situation]:
        """Of the regression: the cost before training and after the last step."""
        for step in (0, steps):
            yield of_data(self.experiment, self.experiment.run(step).networks[step])

    def bend_gate(self, of: str, into: str) -> Iterator[Situation]:
        """Of the forward pass: the same, with another activation function in a layer."""
        network, layer = self.trace.network, self.trace.network.names[of].layer
        layers = [
            Layer(one.name, one.weights, one.bias, into) if number == layer else one
            for number, one in enumerate(network.layers, start=1)
        ]
        before, self.trace = self.trace, self._with(Network(network.input_names, layers, network.loss))
        yield from self.plot_response(of, self.given.get(("plot_response", "input")))
        self.trace = before
        function = ACTIVATIONS[into].value
        yield {f"where it ends at {far}": float(function(np.array([[far]]))[0, 0]) for far in (-100.0, 100.0)}

    def swing_line(self, slopes: list[float]) -> Iterator[Situation]:
        """Of the forward pass: the formula of the line, which is back at the end."""
        yield from self.plot_response()

    def slide(self, to: str) -> Iterator[Situation]:
        """Of the loss: an output is moved by hand."""
        yield self._with_output(self.experiment.trace.number(to))

    def stretch_gap(self, times: float) -> Iterator[Situation]:
        """Of the loss: the same, to where the error is a multiple of what it was."""
        trace, output = self.experiment.trace, self.given["number_line", "output"]
        number = trace.network.names.activations[-1].index(output)
        target = trace.number(trace.network.names.targets[number])
        gap = times * (trace.number(output) - target)
        yield self._with_output(target + gap) | {"the gap": gap, "its square": gap * gap}

    def _with_output(self, value: float) -> Situation:
        trace, output = self.experiment.trace, self.given["number_line", "output"]
        outputs = trace.forward.prediction.copy()
        outputs[0, trace.network.names.activations[-1].index(output)] = value
        return {output: value, "loss": float(trace.network.loss.value(outputs, trace.targets)[0])}

    def nudge(self, by: float) -> Iterator[Situation]:
        """Of the chain rule: a weight is turned a little."""
        nudged = self._with(self.trace.network.nudged(self.given["draw_chain", "weight"], by))
        moves = {f"Δ{name}": nudged.number(name) - self.trace.number(name) for name in self.trace}
        ratios = {f"{a}/{b}": moves[a] / moves[b] for a, b in permutations(moves, 2) if moves[b]}
        yield situation(nudged) | moves | ratios

    def take_limit(self) -> Iterator[Situation]:
        """Of the chain rule: the derivative of each number by each one before it."""
        yield derivatives(self.trace)

    def check_gradient(self, of: str, nudge: float = 0.001) -> Iterator[Situation]:
        """Of the backward pass: the loss after a nudge, and its slope to there."""
        after = self._with(self.trace.network.nudged(of, nudge)).loss
        slope = (after - self.trace.loss) / nudge
        yield {"the nudge": nudge, "the loss after it": after, "the slope to there": slope}

    def compare_nudges(self, of: Iterable[str], nudge: float = 0.001) -> Iterator[Situation]:
        """Of the backward pass: the changes of the loss after equal nudges, each of one weight."""
        for name in of:
            change = self._with(self.trace.network.nudged(name, nudge)).loss - self.trace.loss
            yield {f"Δ{name}": nudge, "Δloss": change, "its ratio": change / nudge}

    def race_on(self, network: str | None = None, weights: int | None = None) -> Iterator[Situation]:
        """Of the backward pass: how many weights a larger network has, where the author says it, or the
        classes of one whose inputs are the pixels of a digit."""
        if weights is not None:
            yield {"its weights": weights}
        else:
            yield {f"class {number}": number for number in range(10)}

    def step(self, learning_rate: float, times: int = 1, text: str | None = None) -> Iterator[Situation]:
        """Of gradient descent: a few steps of one weight alone."""
        weight = self.given["plot_loss", "over"]
        for _ in range(times):
            down = -learning_rate * self._slopes(self.trace, weight)[weight]
            self.trace = self._with(self.trace.network.nudged(weight, down))
        yield situation(self.trace) | {"learning_rate": learning_rate}
        yield of_data(self.experiment, self.trace.network)

    def roll(self) -> Iterator[Situation]:
        """Of gradient descent: a ball comes to rest at the minimum, where many steps lead, too."""
        yield from self.step(self.experiment.optimizer.learning_rate, times=400)

    def turn(
        self, weight: str, to: float | None = None, learning_rate: float = 0.0, ratio: bool = False
    ) -> Iterator[Situation]:
        """Of gradient descent, the introduction, recognition and the weighted sum: a weight is turned, or has
        its first value again, or is a step from there; with `ratio`, also how much it changes, and the loss
        with it."""
        to = self.experiment.trace.number(weight) if to is None else to
        if learning_rate:
            to -= learning_rate * self._slopes(self.experiment.trace, weight)[weight]
        changes = {"nudge": to - self.trace.number(weight), "loss": -self.trace.loss}
        self.trace = self._with(self.trace.network.nudged(weight, to - self.trace.number(weight)))
        yield situation(self.trace) | of_data(self.experiment, self.trace.network)
        if ratio:
            changes["loss"] += self.trace.loss
            yield changes | {"ratio": changes["loss"] / changes["nudge"]}
        if ("show_inputs", "of") in self.given:
            yield from self.show_inputs(self.given["show_inputs", "of"])

    def plot_surface(self, across: str, up: str, **_: object) -> Iterator[Situation]:
        """Of gradient descent: a new map, on which descents begin at the network."""
        self.on_map, self.exact, self.used = None, None, 0
        yield {}

    plot_bowl = plot_surface

    def descend(
        self,
        steps: int,
        learning_rate: float | None = None,
        again: bool = False,
        seen: str | None = None,
        across: float | None = None,
        up: float | None = None,
    ) -> Iterator[Situation]:
        """Of gradient descent: steps of the two weights of a map, all others as they are, from where such
        steps have come to before, or `again` from where the network is, or from other weights."""
        if again or (across, up) != (None, None):
            self.exact, self.used = None, 0
        for side, value in (("across", across), ("up", up)):
            if value is not None:
                name = self.given[next(plot for plot, _ in reversed(self.given) if plot in SURFACES), side]
                network = (self.exact or self.trace).network
                self.exact = self._with(network.nudged(name, value - self.trace.number(name)))
        self.exact = self._descend(self.exact or self.trace, [self.experiment] * steps, learning_rate)
        self.on_map, self.used = self.exact, self.used + steps * len(self.experiment.examples[0])
        rates = {"learning_rate": learning_rate} if learning_rate else {}
        yield (
            situation(self.on_map)
            | of_data(self.experiment, self.on_map.network)
            | {"used": self.used}
            | rates
        )

    def descend_in_batches(
        self, batch_size: int, steps: int, learning_rate: float | None = None, seen: str | None = None
    ) -> Iterator[Situation]:
        """Of gradient descent: steps from where the network is, each on some of the examples."""
        inputs, targets = self.experiment.examples
        order = Batches(len(inputs), batch_size, self.experiment.seed)
        rows = islice(order, steps)
        batches = [replace(self.experiment, data_inputs=inputs[k], data_targets=targets[k]) for k in rows]
        self.on_map = self._descend(self.trace, batches, learning_rate)
        used = {"used": sum(len(batch.examples[0]) for batch in batches)}
        yield situation(self.on_map) | of_data(self.experiment, self.on_map.network) | used

    def _descend(self, trace: Trace, experiments: Iterable[Experiment], learning_rate: float | None) -> Trace:
        """The trace after a step with the examples of each experiment."""
        rate = learning_rate or self.experiment.optimizer.learning_rate
        plot = next(name for name, _ in reversed(self.given) if name in SURFACES)
        sides = [self.given[plot, side] for side in ("across", "up")]
        whole = self.experiment
        for self.experiment in experiments:
            network, slopes = trace.network, self._slopes(trace, *sides)
            for name in sides:
                network = network.nudged(name, -rate * slopes[name])
            trace = self._with(network)
        self.experiment = whole
        return trace

    def show_gate(self, from_steepest: bool = False) -> Iterator[Situation]:
        """A quarter is the slope of a sigmoid in its middle, where its sum is 0."""
        if from_steepest:
            yield {"in the middle": 0.0, "the slope there": 0.25}

    def repeat(self, steps: int, stops: bool = True) -> Iterator[Situation]:
        """Of the summary: the run goes on."""
        self.steps += steps
        run = self.experiment.run(self.steps + 1)
        yield situation(run.trace(self.steps)) | situation(run.trace(self.steps + 1), "next.")
        yield of_data(self.experiment, run.trace(self.steps).network)

    def _gradients(self) -> dict[str, float]:
        """By neuron, the gradient of its weighted sum."""
        names = self.trace.network.names
        neurons = zip(sum(names.activations[1:], ()), sum(names.pre_activations[1:], ()), strict=True)
        return {neuron: self.trace.number(f"grad.{z}") for neuron, z in neurons}

    def show_output_gradients(self) -> Iterator[Situation]:
        """Of layers: the gradient at each output."""
        yield {f"gradient at {neuron}": slope for neuron, slope in self._gradients().items()}

    def show_neuron_gradients(self, layer: int, factors: bool = False) -> Iterator[Situation]:
        """Of layers: the gradient of each neuron's weighted sum, and with `factors` each output's
        slope, which is that gradient divided by the output's own."""
        yield from self.show_output_gradients()
        if factors:
            names = self.trace.network.names
            pairs = zip(names.pre_activations[-1], names.activations[-1], strict=True)
            grad = {name: float(self.trace.number("grad." + name)) for pair in pairs for name in pair}
            pairs = zip(names.pre_activations[-1], names.activations[-1], strict=True)
            yield {f"slope of {output}": grad[total] / grad[output] for total, output in pairs}

    def carry_gradients(self, **_: object) -> Iterator[Situation]:
        """Of layers: the gradient at each output, from the first frame on."""
        yield from self.show_output_gradients()

    def gather_gradients(self, neuron: str) -> Iterator[Situation]:
        """Of layers: the gradients of the next layer times weights, their sum, and what passes of it."""
        names, slopes = self.trace.network.names, self._gradients()
        address = names[neuron]
        rows = zip(names.activations[address.layer + 1], names.weights[address.layer + 1], strict=True)
        shares = {w[address.index[0]]: slopes[k] * self.trace.number(w[address.index[0]]) for k, w in rows}
        total = sum(shares.values())
        yield {f"share through {weight}": share for weight, share in shares.items()}
        yield {"sum": total, "passed": slopes[neuron], "slope": slopes[neuron] / total}

    def measure_gaps(self) -> Iterator[Situation]:
        """Of layers: the gap at each output."""
        outputs, targets = (self.trace.network.names.activations[-1], self.trace.targets[0])
        pairs = zip(outputs, targets.tolist(), strict=True)
        yield {f"gap of {name}": self.trace.number(name) - target for name, target in pairs}

    def show_example_gradients(self, of: list[str], **words: str) -> Iterator[Situation]:
        """Of layers: the gradients of each example's own loss."""
        for k in range(self.experiment.data_rows):
            trace = self.experiment.focused(k).trace
            yield {f"grad.{name} of {k}": trace.number(f"grad.{name}") for name in of}

    def average_batch(self, batch_size: int, text: str) -> Iterator[Situation]:
        """Of layers: the mean gradient of the first mini-batch of a training."""
        rows, of = self.experiment.data_rows, self.given["show_example_gradients", "of"]
        order = np.random.default_rng(self.experiment.in_batches(batch_size).seed).permutation(rows)
        each = [self.experiment.focused(k).trace for k in order[:batch_size].tolist()]
        yield {f"mean of {name}": float(np.mean([one.number(f"grad.{name}") for one in each])) for name in of}

    def take_batches(self, batch_size: int, steps: int) -> Iterator[Situation]:
        """Of layers: the cost after some steps with mini-batches."""
        yield {"cost": self.experiment.in_batches(batch_size).run(steps).objective[-1]}

    def compare_batches(self, batch_size: int, steps: int, **words: str) -> Iterator[Situation]:
        """Of layers: the costs after training with all examples, and with some of them, in each step."""
        rows = self.experiment.data_rows
        for size in (rows, batch_size):
            run = self.experiment.in_batches(size).run(steps * -(-rows // size) // -(-rows // batch_size))
            yield of_data(self.experiment, run.networks[0]) | {"cost": run.objective[0]}
            yield {"cost": run.objective[-1]}
            steps_taken = len(run.networks) - 1
            yield {"steps": steps_taken, "examples in a step": size, "examples": steps_taken * size}

    def measure_slope(self, run: float) -> Iterator[Situation]:
        """Of gradient descent: the rise of the tangent over a run."""
        over = self.given["plot_loss", "over"]
        yield {"run": run, "rise": run * self._slopes(self.trace, over)[over]}

    def back(self) -> Iterator[Situation]:
        """Of gradient descent: all weights are what they were."""
        self.trace = self.experiment.trace
        yield {}


EXPONENT = re.compile(r"e\^\(−([\d.]+)\)")


class Known:
    """The numbers of some situations, each by its name, and all of them."""

    def __init__(self, *situations: Situation) -> None:
        self.named: dict[str, list[float]] = {}
        for name, number in (pair for situation in situations for pair in situation.items()):
            self.named.setdefault(name, []).append(number)
        self.all = [number for numbers in self.named.values() for number in numbers]

    def untrue(self, text: str) -> list[str]:
        """The numbers in a text that are nobody's, or not those of whom they are said to be."""
        named = NAMED.fullmatch(text)
        if named and not is_rounded(named[2], self.named.get(named[1], self.all)):
            return [named[2]]
        # The sign of an exponent may be the formula's, as of a sigmoid, or the number's own, as of a softmax.
        both = self.all + [-number for number in self.all]
        exponents = set(EXPONENT.findall(text))
        return [
            number
            for number in numbers_in(text)
            if not is_rounded(number, both if number in exponents else self.all)
        ]


def is_rounded(text: str, numbers: list[float]) -> bool:
    """True if the text is one of the numbers, rounded to the digits that it shows."""
    digits, percent, _ = text.partition("%")
    scale = 100 if percent else 1
    said = float(as_fraction(digits)) / scale
    at_most = 0.5 if percent else 0.05 if "." in digits else 0.005  # `3` is 3.00 without its zeros
    slack = min(float(half_unit(digits)), at_most) / scale * (1 + 1e-9)
    return any(abs(number - said) <= max(slack, 1e-12 * abs(number)) for number in numbers)


def numbers_in(text: str) -> list[str]:
    """The numbers in a text without the constants in the formula of an equation, such as 1/2 · (5 − 3)^2."""
    text = text.replace("e^(−", "e^(")  # the sign is the formula's
    is_equation = claims(text) or ELLIPSIS in text
    rule = CONSTANT.sub(" ", NAME.sub(" ", text)) if is_equation else NAME.sub(" ", text)
    return NUMBER.findall(rule)


def of_graph_in(graph: GraphExperiment, cues: list[TimedCue]) -> list[Situation]:
    """The numbers of a graph at the steps of training that the cues show."""
    steps = {int(each.parameters.get("steps") or 0) for each in cues if each.name == "plot_training"}
    steps |= {
        int(each.parameters["until"])
        for each in cues
        if each.name == "train" and each.parameters.get("until")
    }
    trained = trained_numbers(graph, {0, 1, *steps}) if graph.parameters and graph.data_rows else []
    return [graph_numbers(graph), *trained]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_number_on_stage_is_one_of_the_engines(path: Path) -> None:
    production = plan(load(path), quality=MEASURED, voice="silent")
    wrong, read = [], 0
    for chapter in production.timeline.chapters:
        performance = production.performance(chapter)
        experiment, others = performance.experiment, map(counts, performance.experiments.values())
        cues = [cue for beat in chapter.beats for cue in beat.cues]
        told = (
            situations(experiment, chapter, production.storyboard.networks)
            if experiment
            else (facts(cue.parameters) for cue in cues)
        )
        of_graph = of_graph_in(performance.graph, cues) if performance.graph else []
        known = Known(*told, *others, *of_graph)
        texts: list[list[str]] = []

        def look(stage: Stage, texts: list[list[str]] = texts) -> None:
            labels = Snapshot(stage, is_still=True).labels()
            texts.append([label.piece.plain for label in labels if not label.piece.is_tick])

        watch_beats(production.performance(chapter, draw=()), look, has_views=False)
        for beat, on_stage in zip(chapter.beats, texts, strict=True):
            for text in dict.fromkeys(on_stage):
                read += len(numbers_in(text))
                if numbers := known.untrue(text):
                    wrong.append(
                        f"{beat.place}: chapter {chapter.id}, beat {beat.number}: {numbers} in `{text}`"
                    )
    assert wrong == [], "\n".join(wrong)
    assert read > 2 * len(production.timeline.chapters)


@pytest.mark.parametrize(
    "text",
    [
        *("h = 3 × 2 = 6", "w2 = 5/6", "grad.w1 = 5/3 × 2 = 10/3", "grad.w1 ≈ 3.33", "5 − 3 = 2"),
        *("loss = 1/2 · (5 − 3)^2 = 2", "y", "12", "L"),
    ],
)
def test_what_is_true_is_taken_as_true(chain: Experiment, text: str) -> None:
    assert Known(situation(chain.trace)).untrue(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [("y = 6", "6"), ("w2 = 0.84", "0.84"), ("−5", "−5"), ("5.01", "5.01"), ("grad.w1 = 5/3 × 2 = 12", "12")],
)
def test_a_wrong_number_is_found(chain: Experiment, text: str, number: str) -> None:
    assert Known(situation(chain.trace)).untrue(text) == [number]


def test_what_a_text_says_of_the_next_step_is_of_the_next_step(chain: Experiment) -> None:
    now, following = situation(chain.trace), situation(chain.next, "next.")
    w1 = shown(chain.next.number("w1"))
    assert Known(now, following).untrue(f"next.w1 = {w1}") == []
    assert Known(now, following).untrue("next.w1 = 3") == ["3"]
    assert Known(now).untrue(f"w1 = {w1}") == [w1]
