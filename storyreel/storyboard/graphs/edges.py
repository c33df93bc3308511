"""The edges of a graph of operations, as the names of the formulas at their ends."""

from storyreel.engine.graph.drawn import formula_of, parts_of
from storyreel.engine.graph.experiment import GraphExperiment


def operands_of(experiment: GraphExperiment, name: str) -> list[str]:
    """What a formula uses, by name: the inputs of all its parts but these parts themselves."""
    parts = parts_of(experiment.graph, name)
    used = (each for part in parts for each in experiment.trace[part].inputs)
    return list(dict.fromkeys(each for each in used if "/" not in each))


def users_of(experiment: GraphExperiment, name: str) -> list[str]:
    """The names of the formulas that use a node, for each edge."""
    return [formula_of(edge.to) for edge in experiment.trace[name].passed_back]


def nodes_between(experiment: GraphExperiment, start: str, end: str) -> set[str]:
    """The nodes on all ways from one node to another, with both; none if there is no way."""
    after, before = {start}, {end}
    for node in experiment.graph.nodes:
        if after & set(node.inputs):
            after.add(node.name)
    for node in reversed(experiment.graph.nodes):
        if node.name in before:
            before |= set(node.inputs)
    found = after & before
    return found if start != end and {start, end} <= found else set()
