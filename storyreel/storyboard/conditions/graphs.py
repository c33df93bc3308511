"""Conditions on a chapter whose network is a graph: its size, its numbers on stage, its gradients."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import update_calculation
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.operation import GRADIENT
from storyreel.storyboard.budget import operations_of_step
from storyreel.storyboard.conditions.training import MOST_OPERATIONS
from storyreel.storyboard.things import StageContents

if TYPE_CHECKING:
    from storyreel.storyboard.graphs.progress import GraphProgress

WITHOUT_PARAMETERS = ("first gradient", "new values")
"""The things on stage that come with cues that have no parameters."""
NO_GRAPH = "this cue is about a graph of formulas: give its chapter one (`network: …`)"


def graph_of_chapter(stage: StageContents) -> GraphExperiment | None:
    """The chapter's graph; None if it has none."""
    return stage.graphs.get(stage.network or "")


def has_graph(stage: StageContents) -> str | None:
    """The chapter is about a graph, and not about a network with layers."""
    if stage.network in stage.experiments:
        return f"this cue is about a graph of formulas, and `{stage.network}` has layers"
    return NO_GRAPH if graph_of_chapter(stage) is None else None


def is_small_graph(
    stage: StageContents, fold: Iterable[str] | None, name: str | None, batch: bool | None = None
) -> str | None:
    """The graph is small enough to be read in a frame of the film's aspect ratio, with some formulas folded
    if these are given, and as a stack of all examples if a `batch` is drawn, which has to be one."""
    if (progress := _progress_of(graph_of_chapter(stage))) is not None:
        if batch:
            progress.stack_examples()
        if fold:
            progress.fold(fold, name)
        _require_room(progress, stage)
    return None


def can_fold(stage: StageContents, nodes: Iterable[str], name: str) -> str | None:
    """The formulas can be folded, and the graph that they leave can be read."""
    if (progress := _progress(stage)) is not None:
        progress.fold(nodes, name)
        _require_room(progress, stage)
    return None


def can_unfold(stage: StageContents, name: str) -> str | None:
    """Something with this name is folded, and the graph can be read without."""
    if (progress := _progress(stage)) is not None:
        progress.unfold(name)
        _require_room(progress, stage)
    return None


def has_nodes(stage: StageContents, names: Iterable[str]) -> str | None:
    """The nodes are on stage, and not folded."""
    progress = _progress(stage)
    for name in names:
        if progress is not None and name in progress.whole.trace:
            progress.require_node(name)
    return None


def has_operands(stage: StageContents, name: str) -> str | None:
    """All numbers that the formula uses are on stage, and it has one."""
    if (progress := _progress(stage)) is not None:
        progress.require_operands(name)
    return None


def has_all_values(stage: StageContents) -> str | None:
    """The graph's output is computed."""
    if (progress := _progress(stage)) is not None:
        progress.require_output()
    return None


def has_gradient(stage: StageContents, name: str) -> str | None:
    """The gradient of a node is on stage."""
    if (progress := _progress(stage)) is not None:
        progress.require_gradient(name)
    return None


def can_calculate(stage: StageContents, name: str) -> str | None:
    """What the equation of a value, or of a gradient, uses is on stage."""
    if (progress := _progress(stage)) is None:
        return None
    if name.startswith(GRADIENT):
        progress.require_receivable(name.removeprefix(GRADIENT))
    else:
        progress.require_operands(name)
    return None


def can_receive(stage: StageContents, name: str) -> str | None:
    """The gradient can come back to a node."""
    return can_calculate(stage, GRADIENT + name)


def is_formula(stage: StageContents, name: str | None) -> str | None:
    """Something flows to the node, if one is named."""
    if (progress := _progress(stage)) is None or name is None:
        return None
    from storyreel.storyboard.graphs.edges import operands_of

    progress.require_node(name)
    return None if operands_of(progress.graph, name) else f"`{name}` is given: nothing flows to it"


def leads_on(stage: StageContents, name: str, to: str | None) -> str | None:
    """The formula uses something, and `to` if that is given."""
    if (progress := _progress(stage)) is not None:
        progress.require_way_on(name, to)
    return None


def has_all_ways(stage: StageContents, name: str) -> str | None:
    """Gradients come back to a node along several ways, and all have come back."""
    if (progress := _progress(stage)) is not None:
        progress.require_all_ways(name)
    return None


def is_way(stage: StageContents, start: str, end: str) -> str | None:
    """A way leads from one node to another."""
    if (progress := _progress(stage)) is not None:
        progress.require_way(start, end)
    return None


def can_gather(stage: StageContents, name: str) -> str | None:
    """What the examples of a batch have for a node is there, and can be gathered."""
    if (progress := _progress(stage)) is not None:
        progress.require_gatherable(name)
    return None


def can_update(stage: StageContents, name: str | None) -> str | None:
    """A step of training changes the node, and has not yet; of a number, by the optimizer's rule."""
    if (progress := _progress(stage)) is not None:
        progress.require_new_weight(name)
        if name is not None and not progress.whole.given[name].shape:
            update_calculation(progress.whole, name)
    return None


def has_new_parameters(stage: StageContents) -> str | None:
    """All parameters have changed, and the values have not yet."""
    if (progress := _progress(stage)) is not None:
        progress.require_all_renewed()
    return None


def has_values_of_now(stage: StageContents) -> str | None:
    """No value on stage is of parameters that have changed, or changes with the training."""
    if (progress := _progress(stage)) is not None:
        progress.require_old_weights()
    return None


def is_finite_training(stage: StageContents, steps: int) -> str | None:
    """The graph has something to train, and the loss stays finite for so many steps."""
    if (progress := _progress(stage)) is None:
        return None
    progress.require_old_weights()
    graph = graph_of_chapter(stage)
    assert graph is not None  # as there is progress
    if not graph.parameters:
        return f"`{graph.name}` has no `parameters`, so there is nothing to train"
    is_long = steps * operations_of_step(graph) > MOST_OPERATIONS
    if is_long or np.isfinite(graph.run(steps).objective).all():
        return None
    return f"this graph diverges within {steps} steps; lower its learning rate"


def _require_room(progress: "GraphProgress", stage: StageContents) -> None:
    """Raise StoryreelError if the graph could not be read."""
    from storyreel.storyboard.graphs.room import room_of_graph

    room_of_graph(progress.graph, stage.aspect, cards=progress.cards)


def _progress_of(graph: GraphExperiment | None) -> "GraphProgress | None":
    """A chapter that begins with a graph; None without one, for which nothing is imported."""
    if graph is None:
        return None
    from storyreel.storyboard.graphs.progress import GraphProgress

    return GraphProgress(graph)


def _progress(stage: StageContents) -> "GraphProgress | None":
    """How far the chapter has gone with its graph, by the things on stage; None if it has no graph."""
    if (progress := _progress_of(graph_of_chapter(stage))) is None:
        return None
    for thing in stage.things:
        try:
            if thing.given or thing.name in WITHOUT_PARAMETERS:
                _take(progress, thing.name, cast("Mapping[str, Any]", thing.given))
        except StoryreelError:  # reported where it happened
            continue
    return progress


def _take(progress: "GraphProgress", thing: str, given: Mapping[str, Any]) -> None:
    """Take one thing on stage, and the parameters of its cue."""
    match thing.split(" ")[0]:
        case "computation" if given.get("batch"):
            progress.stack_examples()
        case "updated":
            progress.renew(given.get("weight"))
        case "new":
            progress.run_forward()
        case "gathered":
            progress.gather(given["of"])
        case "plots":
            progress.plot()
        case "folded":
            progress.fold(given.get("nodes") or given.get("fold") or (), given["name"])
        case "unfolded":
            progress.unfold(given["name"])
        case "filled":
            progress.show_everything(bool(given.get("gradients")))
        case "value" if given["value"].startswith(GRADIENT):
            progress.receive(given["value"].removeprefix(GRADIENT))
        case "value":
            progress.values.add(given["value"])
        case "first":
            progress.has_begun = True
        case "passed":
            progress.passed.add((given["through"], given.get("to")))
        case "gradient":
            progress.receive(given["to"])
        case "sum":
            progress.sums.add(given["of"])
