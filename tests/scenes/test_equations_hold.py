"""Every equation on stage is true at the digits that it shows, recomputed from its text alone."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from helpers.recompute import ELLIPSIS, claims, falsehood

from storyreel.checks.layout_report import MEASURED
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryreelError
from storyreel.core.paths import STORYBOARDS
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.equations.calculation import calculation_of
from storyreel.engine.equations.notation import Notation
from storyreel.engine.equations.rounding import with_digits
from storyreel.engine.equations.written import WrittenCalculation
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import Adam, GradientDescent, RMSprop
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage

FOLDERS = (STORYBOARDS, *(Path(__file__).parents[1] / name for name in ("storyboards", "worked_examples")))
FILES = sorted(path for folder in FOLDERS for path in folder.glob("*.yaml"))
NETWORKS = 200


@pytest.mark.parametrize(
    "text",
    [
        "h = 3 × 2 = 6",
        "loss = 1/2 · (5 − 3)^2 = 2",
        "grad.w1 = 5/3 × 2 = 10/3",
        "z ≈ 0.1250 × 1.005 + (−0.5) × 0.125 + 0.1 ≈ 0.16",
        "loss ≈ −ln(1.322×10⁻⁹) ≈ 20.44",
        "next.w1 = 3 − 0.01 × 10/3 ≈ 2.97",
    ],
)
def test_what_is_true_is_taken_as_true(text: str) -> None:
    (claim,) = claims(text)
    assert falsehood(claim) == ""


@pytest.mark.parametrize(
    "text",
    [
        "z ≈ 1/8 × 0.77 + (−3/8) × 1 + 0.34 ≈ 0.054",
        "q ≈ 0.63 × (−44) ≈ −27.77",
        "loss ≈ −ln(1) ≈ 0.000045",
        "h = 3 × 2.1 = 6",
        "y = 1/3 × 1 = 0.33",
        "y = 2 × 5/6 ≈ 11/6",
    ],
)
def test_what_is_false_is_found(text: str) -> None:
    (claim,) = claims(text)
    assert falsehood(claim)


def test_what_cannot_be_recomputed_claims_nothing() -> None:
    assert claims("w1 = 3") == claims("z ≈ 1 × 2 + 3 × 4 + ⋯ + 5 ≈ 30") == claims("y") == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_equation_on_stage_holds(path: Path) -> None:
    production = plan(load(path), quality=MEASURED, voice="silent")
    texts: set[str] = set()

    def look(stage: Stage) -> None:
        texts.update(label.piece.plain for label in Snapshot(stage, is_still=True).labels())

    for chapter in production.timeline.chapters:
        watch_beats(production.performance(chapter, draw=()), look, has_views=False)
    found = [claim for text in texts for claim in claims(text)]
    assert [fault for claim in found if (fault := falsehood(claim))] == []


def random_experiment(random: Random) -> Experiment:
    """A network of one to three layers whose numbers are as authors write them, or drawn, small or large."""
    sizes = [random.randint(1, 4) for _ in range(random.randint(2, 4))]
    scale = random.choice([0.1, 1, 1, 1, 3, 30, 1e3])
    decimals = random.choice([1, 2, 3, 12])

    def drawn(*shape: int) -> np.ndarray:
        numbers = [round(random.gauss(0, 1) * scale, decimals) for _ in range(int(np.prod(shape)))]
        return np.array(numbers).reshape(shape)

    names = [name for name in ACTIVATIONS if name != "softmax"]
    layers = []
    for number, (before, size) in enumerate(pairwise(sizes), start=1):
        bias = drawn(size) if random.random() < 0.7 else None
        layers.append(Layer(f"a{number}", drawn(size, before), bias, random.choice(names)))
    loss = random.choice([name for name in LOSSES if name != "hinge"])
    more = Random(f"{sizes} {scale} {decimals} {loss}")  # a stream of its own
    if more.random() < 0.15:
        loss = "hinge"
    fused = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}.get(loss)
    targets = drawn(sizes[-1])
    if fused:
        layers[-1] = Layer(layers[-1].name, layers[-1].weights, layers[-1].bias, fused)
        targets = np.eye(sizes[-1])[random.randrange(sizes[-1])]
    if loss == "hinge":
        targets = np.eye(sizes[-1])[more.randrange(sizes[-1])]
    network = Network("x", layers, loss, l2=more.choice([0, 0, 0.1, 0.25]))
    rate, decay = random.choice([0.01, 0.1, 0.5, 0.125]), more.choice([0, 0, 0.3])
    kind = more.choice([GradientDescent, GradientDescent, Adam, RMSprop])
    optimizer = kind(rate, weight_decay=decay)
    return Experiment("random", network, drawn(sizes[0]), targets, optimizer)


def names_of_all(experiment: Experiment) -> Iterator[str]:
    trace, names = experiment.trace, experiment.network.names
    yield from (name for name in trace if trace[name].operation.operands)
    gradients = (name for name in trace if trace[name].gradient_operation)
    yield from (f"grad.{name}" for name in gradients if trace[name].gradient_operation.operands)
    yield from (f"next.{name}" for name in names.parameters)
    if experiment.has_cost:
        yield from ("cost", *(f"cost.grad.{name}" for name in names.parameters))
    yield from (f"chain of {name}" for name in names.parameters)
    yield from (f"error of {name}" for name in names.activations[-1])


def is_beyond_numbers(experiment: Experiment) -> bool:
    """True where an output is closer to 0 or 1 than a computer can tell, or where numbers are huge."""
    largest = max(float(abs(z).max()) for z in experiment.trace.forward.pre_activations)
    outputs = experiment.trace.forward.prediction
    return largest > 1e9 or (experiment.network.fusion is not None and bool({0.0, 1.0} & set(outputs[0])))


def test_every_equation_of_random_networks_holds() -> None:
    false, read, elided = [], 0, 0
    for seed in range(NETWORKS):
        random = Random(seed)
        experiment = random_experiment(random)
        calculations = []
        for name in names_of_all(experiment):
            try:
                calculations.append(calculation_of(experiment, name))
            except StoryreelError:  # more than one way leads to the loss
                continue
        notation, failing = with_digits(Notation(random.choice([None, None, 3, 6])), calculations)
        for calculation in calculations:
            text = WrittenCalculation(calculation, notation).plain
            if calculation in failing:
                assert is_beyond_numbers(experiment), f"{seed}: cannot hold: {text}"
                continue
            found = claims(text)
            elided += ELLIPSIS in text
            read += len(found)
            assert found or ELLIPSIS in text or calculation.is_copy, text
            false += [f"{seed}: {fault} in {text}" for claim in found if (fault := falsehood(claim))]
    assert false == []
    assert read > 20 * NETWORKS > elided
