"""Random graphs with parameters, with everything that training has."""

import re
from dataclasses import replace

import numpy as np

from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.engine.schedules import CosineDecay, ExponentialDecay, StepDecay

from .random_graphs import random_graph


def random_trained_graph(seed: int) -> GraphExperiment:
    """The graph of a seed: some given values are trained, some are in the data, and one may be a bias."""
    random, made = np.random.default_rng(seed), random_graph(seed)
    given = {_named(name): np.array(value, np.float64) for name, value in made.given.items()}
    graph = graph_of(
        {name: value.shape for name, value in given.items()},
        {name: _named(formula) for name, formula in made.formulas.items()},
    )
    names = random.permutation(list(given)).tolist()
    trained = tuple(names[: random.integers(1, len(names) + 1)])
    rows = int(random.integers(2, 6))
    data = {
        name: given[name] + random.normal(scale=0.3, size=(rows, *given[name].shape))
        for name in names[len(trained) :][: random.integers(0, 3)]
    }
    optimizer = OPTIMIZERS[random.choice(list(OPTIMIZERS))](random.choice([0.01, 0.1]))
    if hasattr(optimizer, "epsilon"):  # with a small one, a gradient that is a rounding error makes a step
        optimizer = replace(optimizer, epsilon=1e-3)
    schedules = (None, StepDecay(2, 0.5), ExponentialDecay(0.9), CosineDecay(4, 0.001))
    optimizer = replace(
        optimizer, schedule=schedules[random.integers(4)], weight_decay=random.integers(2) / 4
    )
    return GraphExperiment(
        "graph",
        graph,
        given,
        parameters=trained,
        data=data,
        optimizer=optimizer,
        l2=random.choice([0.0, 0.1]),
        reduction="mean" if random.random() < 0.5 else "sum",
    )


def _named(text: str) -> str:
    """The text with the name of a bias for the first number."""
    return re.sub(r"\bn0\b", "b0", text)
