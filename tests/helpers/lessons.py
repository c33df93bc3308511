"""The networks that tests are about, as experiments."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.initializers import He, Xavier
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import GradientDescent


def chain() -> Experiment:
    """2 → 6 → 5, target 3."""
    layers = (Layer("h", 3.0), Layer("y", 5 / 6))
    network = Network(("x",), layers, LOSSES["half_squared_error"])
    return Experiment("chain", network, np.array([2.0]), np.array([3.0]), GradientDescent(0.01))


def negative_chain() -> Experiment:
    """2 → −3 → 2.25, target 4 above the output."""
    network = Network(("x",), (Layer("h", -1.5), Layer("y", -0.75)), LOSSES["half_squared_error"])
    return Experiment("negative", network, np.array([2.0]), np.array([4.0]), GradientDescent(0.05))


def sigmoid_chain() -> Experiment:
    """1-1-1-1 with sigmoid and biases."""
    layers = (
        Layer(name, weight, [bias], ACTIVATIONS["sigmoid"])
        for name, weight, bias in (("a", 1.5, 0.2), ("b", -2.0, 0.5), ("y", 1.2, -0.3))
    )
    network = Network(("x",), tuple(layers), LOSSES["half_squared_error"])
    return Experiment("sigmoid", network, np.array([0.8]), np.array([1.0]), GradientDescent(0.5))


def large_chain() -> Experiment:
    """40 → −50 → sigmoid of a negative fraction: negative numbers, and a target far above the output."""
    layers = (Layer("h", -1.25), Layer("y", 1 / 3, [-0.7], ACTIVATIONS["sigmoid"]))
    network = Network(("x",), layers, LOSSES["half_squared_error"])
    return Experiment("large", network, np.array([40.0]), np.array([1.0]), GradientDescent(0.5))


def dead_chain() -> Experiment:
    """2 → 0 → 0: the ReLU of the hidden neuron lets nothing through."""
    layers = (Layer("h", -1.0, None, ACTIVATIONS["relu"]), Layer("y", 2.0))
    network = Network(("x",), layers, LOSSES["half_squared_error"])
    return Experiment("dead", network, np.array([2.0]), np.array([4.0]), GradientDescent(0.05))


def dense() -> Experiment:
    """2-6-5: tanh, softmax and cross-entropy, with biases."""
    layers = (
        Layer("h", Xavier(7).weights(6, 2), np.linspace(-0.2, 0.3, 6), ACTIVATIONS["tanh"]),
        Layer(None, Xavier(8).weights(5, 6), np.zeros(5), ACTIVATIONS["softmax"]),
    )
    network = Network(("x[0]", "x[1]"), layers, LOSSES["categorical_cross_entropy"])
    return Experiment("dense", network, np.array([0.5, -1.0]), np.eye(5)[2], GradientDescent(0.1))


def clusters() -> Experiment:
    """`dense` with two points in each of five groups to train on."""
    middles = np.array([[0, 0], [-1, 1], [1, 1], [1, -1], [-1, -1]], dtype=float)
    inputs = np.concatenate([middles - 0.1, middles + 0.1])
    targets = np.concatenate([np.eye(5), np.eye(5)])
    return Experiment(
        "clusters", dense().network, inputs[8], targets[8], GradientDescent(0.5), inputs, targets
    )


def wide(outputs: int) -> Experiment:
    """3-2-1 or 3-2-2 with tanh, then identity, and biases."""
    hidden = Layer("h", [[0.5, -1.0, 0.25], [1.5, 0.5, 0.5]], [0.1, -0.2], ACTIVATIONS["tanh"])
    output = Layer("y", [[1.0, -0.5], [0.75, 1.25]][:outputs], [0.1, 0.2][:outputs])
    network = Network(("x[0]", "x[1]", "x[2]"), (hidden, output), LOSSES["half_squared_error"])
    targets = np.array([1.0, -1.0][:outputs])
    return Experiment("wide", network, np.array([0.8, -0.5, 1.0]), targets, GradientDescent(0.05))


def relu() -> Experiment:
    """3-4-2 with ReLU, a large target and a negative one."""
    built = layered((3, 4, 2), "relu", "identity", "mean_squared_error")
    return Experiment("relu", built, np.array([1.0, -0.5, 2.0]), np.array([12.5, -1.25]), GradientDescent())


def salary() -> Experiment:
    """2-2-1, linear, all weights 1."""
    layers = (Layer("h", np.ones((2, 2)), np.zeros(2)), Layer("y", np.ones((1, 2)), np.zeros(1)))
    built = Network(("grade", "iq"), layers, LOSSES["mean_squared_error"])
    return Experiment("salary", built, np.array([3.4, 1.1]), np.array([6.0]), GradientDescent())


def layered(sizes: Sequence[int], activation: str, last: str, loss: str) -> Network:
    """A network of these sizes with zero biases, its last layer with another activation."""
    initializer = He if activation == "relu" else Xavier
    activations = [activation] * (len(sizes) - 2) + [last]
    layers = [
        Layer(None, initializer(3 + number).weights(size, inputs), np.zeros(size), ACTIVATIONS[its])
        for number, ((inputs, size), its) in enumerate(zip(pairwise(sizes), activations, strict=True))
    ]
    return Network(tuple(f"x[{i}]" for i in range(sizes[0])), tuple(layers), LOSSES[loss])


def image_of(hidden: Sequence[int] = (4,), classes: int = 3, side: int = 3) -> Experiment:
    """An image of `side` × `side` pixels, hidden layers with tanh, and a softmax over some classes."""
    sizes = [side**2, *hidden, classes]
    layers = [
        Layer(
            "y" if number == len(hidden) else f"h{number}",
            Xavier(number + 3).weights(outputs, inputs),
            np.linspace(-0.2, 0.2, outputs),
            ACTIVATIONS["softmax" if number == len(hidden) else "tanh"],
        )
        for number, (inputs, outputs) in enumerate(pairwise(sizes))
    ]
    names = tuple(f"x[{k}]" for k in range(side**2))
    pixels = np.abs(np.sin(np.arange(side**2)))
    network = Network(names, tuple(layers), LOSSES["categorical_cross_entropy"])
    return Experiment("image", network, pixels, np.eye(classes)[classes - 1], GradientDescent(0.1))


def of_formulas(
    given: Mapping[str, ArrayLike], formulas: Mapping[str, str], name: str = "example"
) -> GraphExperiment:
    """A graph of formulas for these values."""
    arrays = {each: np.array(value, float) for each, value in given.items()}
    shapes = {each: value.shape for each, value in arrays.items()}
    return GraphExperiment(name, graph_of(shapes, formulas), arrays)


def small_graph() -> GraphExperiment:
    """A residual connection and its loss, of single numbers."""
    formulas = {"h": "tanh(w * x)", "y": "x + h", "loss": "half_squared_error(y, t)"}
    return of_formulas({"x": 1.5, "w": 0.8, "t": 1}, formulas, "residual")


def array_graph() -> GraphExperiment:
    """A layer, of which the largest number is added to a power."""
    formulas = {"h": "relu(W @ x)", "p": "b^2", "f": "max(h) * p + b"}
    return of_formulas({"W": [[1, 2], [3, 4]], "x": [1, -0.5], "b": 0.5}, formulas, "arrays")
