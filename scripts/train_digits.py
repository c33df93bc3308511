"""Train a network on handwritten digits with storyreel's own engine, and write what lessons need of it.

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

FILE = Path(__file__).parents[1] / "assets" / "storyboards" / "digits.npz"
HELD_OUT = 500
HIDDEN, CLASSES = 16, 10
SEED = 6
STEPS, BATCH, LEARNING_RATE = 400, 32, 0.5
DECIMALS = 4
EXAMPLE = 1750
"""The image in the first lesson: a three of those held out, which is taken for a zero before training."""
OF_EACH, TO_TRAIN_ON = 2, 10
"""How many images of each class are written: the first of those held out, and the first of the others."""
BRIGHTEST = 16.0
"""The largest value of a pixel in the data set; pixels are divided by it."""


def main() -> None:
    """Train, print the shares of digits that are recognised, and write the file."""
    images, classes = load_images()
    targets = np.eye(CLASSES)[classes]
    train, held_out = slice(None, -HELD_OUT), slice(-HELD_OUT, None)
    before = rounded(untrained(images.shape[1]))
    optimizer = OPTIMIZERS["sgd"](learning_rate=LEARNING_RATE)
    batches = Batches(len(images[train]), BATCH, SEED)
    training = Training(before, optimizer, images[train], targets[train], batches)
    *_, last = islice(training, STEPS)
    after = rounded(last)
    for name, network in (("before", before), ("after", after)):
        shares = [accuracy(network, images[part], classes[part]) for part in (train, held_out)]
        said = f"{shares[0]:.1%} of the training digits, {shares[1]:.1%} of the {HELD_OUT} others"
        print(f"{name} training: {said}")
        output = network.forward(images[[EXAMPLE]]).prediction[0]
        print(f"  the {classes[EXAMPLE]} of the lesson: {', '.join(f'{share:.1%}' for share in output)}")
    examples = of_each_class(classes[held_out], OF_EACH)
    others = np.sort(of_each_class(classes[train], TO_TRAIN_ON))
    write(
        {
            "image": images[EXAMPLE],
            "target": targets[EXAMPLE],
            "images": images[held_out][examples],
            "targets": targets[held_out][examples],
            "train_images": images[train][others],
            "train_targets": targets[train][others],
            **weights(before, "_before"),
            **weights(after, ""),
        }
    )
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")


def load_images() -> tuple[Array, np.ndarray]:
    """The pixels, from 0 to 1 and of shape (images, 64), and the digit that each image shows."""
    try:
        from sklearn.datasets import load_digits  # type: ignore[import-not-found]
    except ImportError:
        sys.exit("scikit-learn is missing, which has the images: .venv/bin/pip install -e '.[digits]'")
    digits = load_digits()
    return digits.data / BRIGHTEST, digits.target


def untrained(inputs: int) -> Network:
    """The network with random weights, and biases of 0."""
    rule = INITIALIZERS["xavier"]
    hidden = Layer("h", rule(seed=SEED).weights(HIDDEN, inputs), np.zeros(HIDDEN), ACTIVATIONS["tanh"])
    output = rule(seed=SEED + 1).weights(CLASSES, HIDDEN)
    last = Layer("y", output, np.zeros(CLASSES), ACTIVATIONS["softmax"])
    names = tuple(f"x[{number}]" for number in range(inputs))
    return Network(names, (hidden, last), LOSSES["categorical_cross_entropy"])


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
    """The arrays W1, b1, W2, b2 by name, with a suffix."""
    arrays = {}
    for number, layer in enumerate(network.layers, start=1):
        assert layer.bias is not None
        arrays |= {f"W{number}{suffix}": layer.weights, f"b{number}{suffix}": layer.bias}
    return arrays


def write(arrays: dict[str, Array]) -> None:
    """Write an .npz whose bytes depend on the arrays only."""
    entries: dict[str, bytes | Path] = {}
    for name, array in arrays.items():
        stream = io.BytesIO()
        np.lib.format.write_array(stream, np.ascontiguousarray(array))
        entries[f"{name}.npy"] = stream.getvalue()
    write_package(FILE, entries)


if __name__ == "__main__":
    main()
