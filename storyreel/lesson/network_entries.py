"""The networks of a finished lesson in `lesson.json`: what they are made of, and their numbers."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ArrayEntry:
    """An array: its shape and its numbers, row by row; a single number has the shape ()."""

    shape: tuple[int, ...]
    numbers: tuple[float, ...]


@dataclass(frozen=True)
class LayerEntry:
    """A layer: weights (neurons, inputs), bias (neurons,) or None, and the name of its activation; and
    whether training changes its weights and its bias."""

    name: str | None
    activation: str
    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...] | None
    train_weights: bool = True
    train_bias: bool = True


@dataclass(frozen=True, kw_only=True)
class TrainedEntry:
    """What a network of layers and a graph have in common: their numbers, and how they are trained.

    By name `values` and `gradients` are those of the example, and `next` has the values after a step of
    training. `settings` are those of the `optimizer` besides the learning rate, by name, such as `momentum`;
    `schedule` is that of the learning rate, its `kind` and settings. The lesson writes its numbers with
    `digits`, `texts` and `more_digits`, as in a `Notation`. With training data or L2 there are the
    derivatives of the cost; `batch_size` is that of a step on fewer examples than all, and `batches` the rows
    of the first steps. `spoken` has the numbers that the narration speaks, by name.
    """

    values: dict[str, float]
    gradients: dict[str, float]
    next: dict[str, float] = field(default_factory=dict)
    learning_rate: float = 0.0
    optimizer: str = "gradient_descent"
    settings: dict[str, float] = field(default_factory=dict)
    schedule: dict[str, str | float] | None = None
    l2: float = 0.0
    reduction: str = "mean"
    digits: int | None = None
    texts: tuple[tuple[str, float, str], ...] = ()
    more_digits: dict[str, int] = field(default_factory=dict)
    cost_gradients: dict[str, float] = field(default_factory=dict)
    batch_size: int | None = None
    batches: tuple[tuple[int, ...], ...] = ()
    spoken: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NetworkEntry(TrainedEntry):
    """A network of layers. `data` has for each example of the training data its inputs, outputs, targets and
    loss by name; `test` the inputs and the targets of those that it is tested with, in rows."""

    inputs: tuple[str, ...]
    layers: tuple[LayerEntry, ...]
    loss: str
    data: tuple[dict[str, float], ...] = ()
    test: tuple[ArrayEntry, ArrayEntry] | None = None


OperationEntry = tuple[str, tuple[int | float, ...], str]
"""The name of an operation, its settings and, of a constant, its text."""
NodeEntry = tuple[str, OperationEntry | None, tuple[str, ...]]
"""A node of a graph: its name, its operation (None: it is given) and the names of its inputs."""


@dataclass(frozen=True, kw_only=True)
class GraphEntry(TrainedEntry):
    """A network that is a graph of operations: what it is given; gradients are derivatives of the `output`.

    Training changes those of the given arrays that are called `parameters`; without any there are no numbers
    of training. `data` has, by the names of other given ones, their values in the examples, in rows, and
    `losses` has the output of each example.
    """

    nodes: tuple[NodeEntry, ...]
    output: str
    given: dict[str, ArrayEntry]
    parameters: tuple[str, ...] = ()
    data: dict[str, ArrayEntry] = field(default_factory=dict)
    losses: tuple[float, ...] = ()
