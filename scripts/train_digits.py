"""Train two networks on handwritten digits with storyreel's own engine, and write what lessons need of them:
one with a softmax, and one with squared errors, which is trained on no more digits than are in its file.

The images are those of `sklearn.datasets.load_digits`: 1,797 digits of 8 × 8 pixels by 13 writers. The last
500 are not trained on. Run twice, this writes the same bytes; weights are rounded, so that they are the same
on machines whose last digits differ.
"""

import io
import sys
from itertools import islice
from pathlib import Path

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.initializers import INITIALIZERS
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.engine.training import Batches, Training
from storyreel.exports.deterministic_zip import write_package

FOLDER = Path(__file__).parents[1] / "assets" / "storyboards"
FILE, FILE_OF_SQUARES = FOLDER / "digits.npz", FOLDER / "digits_squares.npz"
HELD_OUT = 500
HIDDEN, CLASSES = 16, 10
SEED = 317
"""With these weights the three is taken for a zero, and stays one in the first steps of training."""
STEPS, BATCH, LEARNING_RATE = 800, 32, 0.5
DECIMALS = 4
EXAMPLE = 1750
"""The image in the first lesson: a three of those held out, which is taken for a zero before training."""
OF_EACH, TO_TRAIN_ON = 2, 10
"""How many images of each class are written: the first of those held out, and the first of the others."""
BRIGHTEST = 16.0
"""The largest value of a pixel in the data set; pixels are divided by it."""
SEED_OF_SQUARES = 6
SIZES = {"g": 16, "h": 16, "y": CLASSES}
"""The layers of the network with squared errors, all with sigmoids."""
OF_EACH_FOR_SQUARES, TO_TEST_ON = 50, 6
"""How many images of each class it is trained on, and how many of those held out are drawn one by one; all of
these are written, and all that are held out, too."""
STEPS_OF_SQUARES, BATCH_OF_SQUARES, RATE_OF_SQUARES = 1000, 20, 6.0
EARLY = 250
"""The step after which the network is written, too: it has learned some digits by then."""
MISTAKEN = 152
"""The image of the lesson, of those that the network is trained on: a two, taken for a three after these
steps."""

SEED_OF_NOISE = 3
"""The seed of an image of random pixels, for which the trained network names a digit, too."""


def main() -> None:
    """Train both networks, print the shares of digits that they recognise, and write the files."""
    images, classes = load_images()
    train_softmax(images, classes)
    train_squares(images, classes)


def train_softmax(images: Array, classes: np.ndarray) -> None:
    """Train the network with a softmax, and write its file."""
    targets = np.eye(CLASSES)[classes]
    train, held_out = slice(None, -HELD_OUT), slice(-HELD_OUT, None)
    before = rounded(untrained(images.shape[1]))
    batches = Batches(len(images[train]), BATCH, SEED)
    after = trained(before, images[train], targets[train], batches, LEARNING_RATE, STEPS)
    for name, network in (("before", before), ("after", after)):
        shares = [accuracy(network, images[part], classes[part]) for part in (train, held_out)]
        said = f"{shares[0]:.1%} of the training digits, {shares[1]:.1%} of the {HELD_OUT} others"
        print(f"{name} training: {said}")
        output = network.forward(images[[EXAMPLE]]).prediction[0]
        print(f"  the {classes[EXAMPLE]} of the lesson: {', '.join(f'{share:.1%}' for share in output)}")
    examples = of_each_class(classes[held_out], OF_EACH)
    others = np.sort(of_each_class(classes[train], TO_TRAIN_ON))
    write(
        FILE,
        {
            "image": images[EXAMPLE],
            "target": targets[EXAMPLE],
            "images": images[held_out][examples],
            "targets": targets[held_out][examples],
            "train_images": images[train][others],
            "train_targets": targets[train][others],
            **weights(before, "_before"),
            **weights(after, ""),
        },
    )


def train_squares(images: Array, classes: np.ndarray) -> None:
    """Train the network with squared errors, and write its file."""
    targets = np.eye(CLASSES)[classes]
    train = np.sort(of_each_class(classes[:-HELD_OUT], OF_EACH_FOR_SQUARES))
    held_out = np.arange(len(classes) - HELD_OUT, len(classes))
    test = held_out[of_each_class(classes[held_out], TO_TEST_ON)]
    before = rounded(untrained_squares(images.shape[1]))
    networks = {"before": before}
    for name, steps in (("early in", EARLY), ("after", STEPS_OF_SQUARES)):
        batches = Batches(len(train), BATCH_OF_SQUARES, SEED_OF_SQUARES)
        its = images[train], targets[train], batches
        networks[name] = trained(before, *its, RATE_OF_SQUARES, steps)
    for name, network in networks.items():
        shares = [accuracy(network, images[part], classes[part]) for part in (train, held_out, test)]
        others = f"{shares[1]:.1%} of the {HELD_OUT} others, {shares[2]:.1%} of the {len(test)} in the file"
        print(f"squared errors, {name} training: {shares[0]:.1%} of the training digits, {others}")
        output = network.forward(images[train][[MISTAKEN]]).prediction[0]
        print(f"  the {classes[train][MISTAKEN]} of the lesson: {', '.join(f'{y:.2f}' for y in output)}")
    write(
        FILE_OF_SQUARES,
        {
            "image": images[train][MISTAKEN],
            "target": targets[train][MISTAKEN],
            "train_images": images[train],
            "train_targets": targets[train],
            "test_images": images[test],
            "test_targets": targets[test],
            "unseen_images": images[held_out],
            "unseen_targets": targets[held_out],
            "noise": np.round(np.random.default_rng(SEED_OF_NOISE).uniform(size=images.shape[1]), DECIMALS),
            **weights(before, "_before"),
            **weights(networks["early in"], "_early"),
            **weights(networks["after"], ""),
        },
    )


def load_images() -> tuple[Array, np.ndarray]:
    """The pixels, from 0 to 1 and of shape (images, 64), and the digit that each image shows."""
    try:
        from sklearn.datasets import load_digits  # type: ignore[import-not-found]
    except ImportError:
        sys.exit("scikit-learn is missing, which has the images: .venv/bin/pip install -e '.[digits]'")
    digits = load_digits()
    return digits.data / BRIGHTEST, digits.target


def untrained(inputs: int) -> Network:
    """The network with random weights, and biases of 0.

    Its hidden neurons have ReLUs: none is below 0, so that a larger weight raises the output after it.
    """
    rule = INITIALIZERS["xavier"]
    hidden = Layer("h", rule(seed=SEED).weights(HIDDEN, inputs), np.zeros(HIDDEN), ACTIVATIONS["relu"])
    output = rule(seed=SEED + 1).weights(CLASSES, HIDDEN)
    last = Layer("y", output, np.zeros(CLASSES), ACTIVATIONS["softmax"])
    names = tuple(f"x[{number}]" for number in range(inputs))
    return Network(names, (hidden, last), LOSSES["categorical_cross_entropy"])


def untrained_squares(inputs: int) -> Network:
    """The network with squared errors, with random weights, and biases of 0."""
    layers = list[Layer]()
    width = inputs
    for number, (name, size) in enumerate(SIZES.items()):
        drawn = INITIALIZERS["xavier"](seed=SEED_OF_SQUARES + number).weights(size, width)
        layers.append(Layer(name, drawn, np.zeros(size), ACTIVATIONS["sigmoid"]))
        width = size
    names = tuple(f"x[{number}]" for number in range(inputs))
    return Network(names, tuple(layers), LOSSES["half_squared_error"])


def trained(
    network: Network, images: Array, targets: Array, batches: Batches, learning_rate: float, steps: int
) -> Network:
    """The network after so many steps of stochastic gradient descent, rounded."""
    training = Training(network, OPTIMIZERS["sgd"](learning_rate=learning_rate), images, targets, batches)
    *_, last = islice(training, steps)
    return rounded(last)


def rounded(network: Network) -> Network:
    """The network with weights that have few decimals."""
    return network.with_parameters(np.round(network.parameters, DECIMALS))


def accuracy(network: Network, images: Array, classes: np.ndarray) -> float:
    """The share of images whose largest output is that of their class."""
    return float((network.forward(images).prediction.argmax(axis=1) == classes).mean())


def of_each_class(classes: np.ndarray, count: int) -> np.ndarray:
    """The places of the first `count` images of each class."""
    return np.concatenate([np.flatnonzero(classes == number)[:count] for number in range(CLASSES)])


def weights(network: Network, suffix: str) -> dict[str, Array]:
    """The arrays W1, b1, W2, b2, … by name, with a suffix."""
    arrays = {}
    for number, layer in enumerate(network.layers, start=1):
        assert layer.bias is not None
        arrays |= {f"W{number}{suffix}": layer.weights, f"b{number}{suffix}": layer.bias}
    return arrays


def write(path: Path, arrays: dict[str, Array]) -> None:
    """Write an .npz whose bytes depend on the arrays only, and print its size."""
    entries: dict[str, bytes | Path] = {}
    for name, array in arrays.items():
        stream = io.BytesIO()
        np.lib.format.write_array(stream, np.ascontiguousarray(array))
        entries[f"{name}.npy"] = stream.getvalue()
    write_package(path, entries)
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
