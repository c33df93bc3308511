"""A random graph as a storyboard whose one chapter computes every value and passes every gradient back."""

import json
from collections.abc import Iterator

import numpy as np
from helpers.random_graphs import TO_NUMBERS, RandomGraph

from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.experiment import GraphExperiment


def experiment_of(made: RandomGraph) -> GraphExperiment:
    """The graph with its values."""
    given = {name: np.array(value, float) for name, value in made.given.items()}
    graph = graph_of({name: value.shape for name, value in given.items()}, made.formulas)
    return GraphExperiment("made", graph, given)


def beginning(made: RandomGraph, count: int) -> RandomGraph:
    """The graph of the first formulas, so many of them, and of one more that makes a number of what these
    leave unused."""
    parts = dict(list(made.parts.items())[:count])
    used = {name for its in parts.values() for _, operands in its for name in operands}
    given = {name: value for name, value in made.given.items() if name in used}
    parts["out"] = [(TO_NUMBERS[name[0]], (name,)) for name in (*given, *parts) if name not in used]
    formulas = {
        name: " + ".join(template.format(*operands) for template, operands in its)
        for name, its in parts.items()
    }
    return RandomGraph(given, formulas, parts)


def storyboard_of(made: RandomGraph, title: str) -> str:
    """The storyboard, in YAML, with a title that is a plain fact; each cue has a beat of its own."""
    title = f"{{={title}}}"
    network = {"input": made.given, "graph": made.formulas}
    chapter = {
        "id": "made",
        "title": title,
        "scene": "graph",
        "network": "made",
        "beats": [{"do": [cue]} for cue in _cues(experiment_of(made))],
    }
    return json.dumps({"title": title, "networks": {"made": network}, "chapters": [chapter]}, indent=1)


def _cues(experiment: GraphExperiment) -> Iterator[object]:
    trace = experiment.trace
    named = [name for name in trace if "/" not in name]
    yield "draw_graph"
    yield from ({"compute": name} for name in named if trace[name].primitive is not None)
    yield "begin_backward"
    for name in reversed(named):
        if len(trace[name].passed_back) > 1:
            yield {"add_gradients": name}
        if trace[name].primitive is not None:
            yield {"pass_back": name}
