"""Conditions on a chapter whose network is a graph: its size, its numbers on stage, its gradients."""

from storyreel.core.errors import StoryreelError
from storyreel.engine.graph.drawn import formula_of, parts_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.graph import Edge
from storyreel.storyboard.graphs.room import room_of_graph
from storyreel.storyboard.things import StageContents

NO_GRAPH = "this cue is about a graph of formulas: give its chapter one (`network: …`)"


def graph_of_chapter(stage: StageContents) -> GraphExperiment | None:
    """The chapter's graph; None if it has none."""
    return stage.graphs.get(stage.network or "")


def has_graph(stage: StageContents) -> str | None:
    """The chapter is about a graph, and not about a network with layers."""
    if stage.network in stage.experiments:
        return f"this cue is about a graph of formulas, and `{stage.network}` has layers"
    return NO_GRAPH if graph_of_chapter(stage) is None else None


def is_small_graph(stage: StageContents) -> str | None:
    """The graph is small enough to be read in a frame of the film's aspect ratio."""
    if (experiment := graph_of_chapter(stage)) is None:
        return None
    try:
        room_of_graph(experiment.graph, stage.aspect)
    except StoryreelError as fault:
        return str(fault)
    return None


def has_operands(stage: StageContents, name: str) -> str | None:
    """All numbers that the formula uses are on stage, and it has one."""
    if (experiment := graph_of_chapter(stage)) is None:
        return None
    uses = operands_of(experiment, name)
    if not uses:
        return f"`{name}` is given, not computed"
    left = [each for each in uses if not is_there(stage, experiment, each)]
    return f"`{left[0]}` has to be computed before `{name}`" if left else None


def has_all_values(stage: StageContents) -> str | None:
    """The graph's output is computed."""
    experiment = graph_of_chapter(stage)
    if experiment is None or is_there(stage, experiment, experiment.graph.output):
        return None
    return f"the output `{experiment.graph.output}` has to be computed before the backward pass"


def has_gradient(stage: StageContents, name: str) -> str | None:
    """The gradient of a node is on stage."""
    if (experiment := graph_of_chapter(stage)) is None or knows_gradient(stage, experiment, name):
        return None
    if len(ways_in_formulas(experiment, name)) > 1:
        return f"the gradients that come back to `{name}` have to be added first, with `add_gradients`"
    return f"there is no gradient of `{name}` on stage yet"


def leads_on(stage: StageContents, name: str, to: str | None) -> str | None:
    """The formula uses something, and `to` if that is given."""
    if (experiment := graph_of_chapter(stage)) is None:
        return None
    uses = operands_of(experiment, name)
    if not uses:
        return f"`{name}` is given: gradients end there"
    return f"`{name}` does not use `{to}`" if to is not None and to not in uses else None


def has_all_ways(stage: StageContents, name: str) -> str | None:
    """Gradients come back to a node along several ways, and all have come back."""
    if (experiment := graph_of_chapter(stage)) is None:
        return None
    if len(experiment.trace[name].passed_back) < 2:
        return f"gradients come back to `{name}` along one way only: there is nothing to add"
    left = [user for user in ways_in_formulas(experiment, name) if not is_passed(stage, user, name)]
    return f"nothing has come back to `{name}` from `{left[0]}` yet" if left else None


def is_way(stage: StageContents, start: str, end: str) -> str | None:
    """A way leads from one node to another."""
    if (experiment := graph_of_chapter(stage)) is None:
        return None
    return None if nodes_between(experiment, start, end) else f"no way leads from `{start}` to `{end}`"


def operands_of(experiment: GraphExperiment, name: str) -> list[str]:
    """What a formula uses, by name: the inputs of all its parts but these parts themselves."""
    parts = parts_of(experiment.graph, name)
    used = (each for part in parts for each in experiment.trace[part].inputs)
    return list(dict.fromkeys(each for each in used if "/" not in each))


def ways_in_formulas(experiment: GraphExperiment, name: str) -> list[str]:
    """The names of the formulas that use a node, for each edge."""
    edges: list[Edge] = list(experiment.trace[name].passed_back)
    return [formula_of(edge.to) for edge in edges]


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


def is_there(stage: StageContents, experiment: GraphExperiment, name: str) -> bool:
    """True if the value of a node is on stage."""
    return not operands_of(experiment, name) or stage.has(f"value {name}")


def is_passed(stage: StageContents, through: str, to: str) -> bool:
    """True if the gradient has come back through a formula to something that it uses."""
    given = (thing.given for thing in stage.things if thing.name == f"passed {through}")
    return any(each.get("to") in (None, to) for each in given)


def knows_gradient(stage: StageContents, experiment: GraphExperiment, name: str) -> bool:
    """True if the gradient of a node is on stage."""
    if name == experiment.graph.output:
        return stage.has("first gradient")
    users = ways_in_formulas(experiment, name)
    if len(users) > 1:
        return stage.has(f"sum {name}")
    return bool(users) and is_passed(stage, users[0], name)
