"""Conditions on training runs that are compared."""

from storyreel.core.errors import StoryreelError
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.lesson_number import lesson_number
from storyreel.storyboard.template import Template
from storyreel.storyboard.things import StageContents

MOST_CURVES, MOST_POINTS = 4, 2


def are_runs(
    stage: StageContents,
    of: tuple[str, ...],
    texts: tuple[Template, ...],
    network: str | None,
    steps: int,
    level: str | None,
) -> str | None:
    """There is a text for each run, the numbers are in both networks, and no run diverges."""
    names = [stage.network or "", *([network] if network else [])]
    if len(texts) != len(names):
        return f"`texts` has {len(texts)} texts, and there is one for each run: {len(names)}"
    if not 1 <= len(of) * len(names) <= MOST_CURVES:
        return f"{len(of) * len(names)} curves cannot be told apart; up to {MOST_CURVES} can be"
    for name in names:
        if fault := _without_numbers(stage, name, of):
            return fault
    return None


def are_pairs(
    stage: StageContents,
    x: tuple[str, ...],
    y: tuple[str, ...],
    texts: tuple[Template, ...],
    network: str | None,
    steps: int,
) -> str | None:
    """Each point has an x, a y and a text, and there are few."""
    if not len(x) == len(y) == len(texts):
        return "a point has an `x`, a `y` and a text of its own: the three lists are equally long"
    if len(x) > MOST_POINTS:
        return f"{len(x)} points cannot be told apart; up to {MOST_POINTS} can be"
    return _without_numbers(stage, network or stage.network or "", (*x, *y))


def _without_numbers(stage: StageContents, network: str, names: tuple[str, ...]) -> str | None:
    """The first of these names that the network has no number of."""
    experiment = stage.experiments.get(network)
    if experiment is None:
        return None  # it has faults of its own
    try:
        for name in names:
            lesson_number(experiment, name)
    except StoryreelError as fault:
        return f"{fault} in `{network}`"
    return None


def are_two_labels(stage: StageContents, labels: tuple[Template, ...]) -> str | None:
    """There is a label for each of the two axes."""
    return None if len(labels) == len("xy") else f"a plane has two labels, and not {len(labels)}"


def is_over_two_inputs(
    stage: StageContents, labels: tuple[Template, ...], network: str | None, steps: int
) -> str | None:
    """The network has two inputs and one output, each with a label, and data that it is trained on."""
    experiment = stage.experiments.get(network or stage.network or "")
    if experiment is None:
        return None  # it has faults of its own
    inputs, outputs = len(experiment.network.input_names), len(experiment.network.names.targets)
    if (inputs, outputs) != (2, 1):
        sizes = f"{inputs} and {outputs}"
        return f"a surface is over two inputs and shows one output, and `{experiment.name}` has {sizes}"
    if len(labels) != inputs + outputs:
        return f"a surface has three labels, two for inputs and one for the output, and not {len(labels)}"
    return None


def are_more_steps(stage: StageContents, until: int | None) -> str | None:
    """The step is one of those that are plotted, after the one reached before."""
    plotted, reached = stage.find("runs"), stage.find("ran")
    if plotted is None or not plotted.given:
        return None
    last = int(str(plotted.given["steps"]))
    start = 0 if reached is None else int(str(reached.given.get("until") or last))
    end = until or last
    return (
        None
        if start < end <= last
        else f"the runs stand at step {start} of {last} and cannot go to step {end}"
    )


def is_in_key(stage: StageContents, run: int) -> str | None:
    """There are so many runs on stage."""
    plotted = stage.find("runs")
    if plotted is None or not plotted.given:
        return None
    texts = plotted.given.get("texts")
    count = len(texts) if isinstance(texts, tuple) else 1
    return None if run <= count else f"there is no run {run} on stage, but {count}"


def is_level(stage: StageContents, value: str) -> str | None:
    """The axes have room for the number."""
    plotted = stage.find("runs")
    if plotted is None or not plotted.given or plotted.given.get("level") == value:
        return None
    experiment = experiment_of(stage)
    return f"the axes may have no room for `{value}` of {experiment.name}; give `plot_runs` this `level`, too"


def are_predictions_of_both(
    stage: StageContents,
    texts: tuple[Template, ...],
    labels: tuple[Template, ...],
    other: str,
    steps: int,
    other_steps: int,
) -> str | None:
    """Both networks have a prediction over two inputs, and there is a text for each."""
    if len(texts) != 2:
        return f"`texts` are two, one for each network, and not {len(texts)}"
    if fault := is_over_two_inputs(stage, labels, None, steps):
        return fault
    return is_over_two_inputs(stage, labels, other, other_steps)


def is_turned_surface(stage: StageContents, degrees: float | None) -> str | None:
    """A surface is on stage, if it is to turn."""
    if degrees is None or stage.find("surface") is not None:
        return None
    return "there is no surface on stage that could be turned; `plot_prediction` draws one"
