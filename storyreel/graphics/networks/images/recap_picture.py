"""Small pictures, without numbers, of what a lesson has shown of a network that reads images."""

from collections.abc import Callable, Mapping

import numpy as np
from manim import VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.cost import Cost
from storyreel.engine.experiment import Experiment
from storyreel.engine.regions.recognition import Recognition
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame
from storyreel.graphics.networks.images.gradient_table import GradientTable
from storyreel.graphics.networks.images.image_classifier import ImageClassifier
from storyreel.graphics.networks.images.output_errors import OutputErrors
from storyreel.graphics.plots.run_plot import RunPlot
from storyreel.graphics.text.glyph import Glyph

ROWS, COLUMNS = 3, 5
"""The weights and the examples of a small table."""
MOST_STEPS = 1000
"""The steps of a training whose right answers are a small curve."""


def _errors(experiment: Experiment, frame: Frame) -> list[VMobject]:
    """The bars of outputs, their targets, and the arrows to these."""
    rows = OutputErrors(experiment.trace, frame.whole)
    return [rows.tracks, rows.bars, rows.targets, *rows.arrows()]


def _gradients(experiment: Experiment, frame: Frame) -> list[VMobject]:
    """The network, with lines that show the gradients of its weights."""
    classifier = ImageClassifier(experiment, frame)
    diagram = classifier.diagram
    nodes = [diagram.nodes[name] for column in diagram.columns[1:] for name in column]
    rims = VGroup(*(node.circle for node in nodes)).set_stroke(width=theme.SPACING.thin_stroke)
    return [diagram.image.pixels, *classifier.add_gradients(), *rims]


def _means(experiment: Experiment, frame: Frame) -> list[VMobject]:
    """A table of the gradients of examples, with the means of its rows in brackets: those of the weights with
    the largest, each into another output, as rows of one output look alike."""
    cost = experiment.cost
    if cost is None:
        raise StoryreelError("this network has no cost")
    network = experiment.network
    slopes = np.array([[cost.gradient(name) for name in row] for row in network.names.weights[-1]])
    largest = np.argmax(np.abs(slopes), axis=1)
    names = [row[k] for row, k in zip(network.names.weights[-1], largest, strict=True)]
    means = -slopes[np.arange(len(names)), largest]
    chosen = np.argsort(-np.abs(means), kind="stable")[:ROWS]
    inputs, targets = (each[:COLUMNS] for each in experiment.examples)
    values = -Cost(network, inputs, targets).gradients_of_examples([names[k] for k in chosen])
    weights = [network.names[names[k]] for k in chosen]
    table = GradientTable(weights, len(network.layers), values, means[chosen], frame.whole)
    return [*table.cells, table.mean_cells, table.brackets, table.dots_below[1]]


def _training(experiment: Experiment, frame: Frame) -> list[VMobject]:
    """The curve of right answers in a training."""
    if experiment.test is None:
        raise StoryreelError("this network is tested with nothing")
    run = experiment.run(MOST_STEPS)
    right = [Recognition(network, *experiment.test).are_right.sum() for network in run.networks]
    plot = RunPlot(frame.whole, "right", "target", np.array(right, dtype=float))
    plot.show_step(float(MOST_STEPS))
    family = [part for part in plot.get_family() if isinstance(part, VMobject) and len(part.points)]
    return [*(part for part in family if not isinstance(part, Glyph)), plot.graph, plot.head]


PICTURES: Mapping[str, Callable[[Experiment, Frame], list[VMobject]]] = {
    "errors": _errors,
    "gradients": _gradients,
    "means": _means,
    "training": _training,
}


def recap_picture(of: str, experiment: Experiment, frame: Frame, room: Area) -> VGroup:
    """The picture called `of` in PICTURES, made for `frame` and scaled into `room`."""
    picture = VGroup(*PICTURES[of](experiment, frame))
    return room.place(picture, least=0.0)
