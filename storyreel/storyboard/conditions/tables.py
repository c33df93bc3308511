"""Conditions on tables of examples: how many rows and headings they have, and how they are trained."""

import numpy as np

from storyreel.core.errors import StoryreelError
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.lesson_number import lesson_number
from storyreel.storyboard.template import Template
from storyreel.storyboard.text_size import width_of
from storyreel.storyboard.things import StageContents, Thing

MOST_ROWS = 12
WIDEST_HEADING, EM = 2.6, 0.36
FIVE = 5


def has_few_rows(stage: StageContents) -> str | None:
    """The examples of the data are few enough for a table."""
    rows = experiment_of(stage).data_rows
    return (
        f"a table of {rows} examples is too long to be read; up to {MOST_ROWS} can be"
        if rows > MOST_ROWS
        else None
    )


def has_headings(stage: StageContents, headings: tuple[Template, ...]) -> str | None:
    """There is a heading for each input and each target, and each is short."""
    network = experiment_of(stage).network
    count = len(network.input_names) + len(network.names.targets)
    if len(headings) != count:
        return (
            f"the table has {count} columns, one for each input and each target, and needs as many headings"
        )
    return _long_heading(stage, headings)


def is_column(stage: StageContents, name: str) -> str | None:
    """The table on stage has a column for the number."""
    names = experiment_of(stage).network
    if name in names.input_names and stage.has("plot"):
        return f"the column of {name!r} has left the table; `plot_cost` takes its room"
    if name in (*names.input_names, *names.names.targets) or stage.has(f"column {name}"):
        return None
    return f"the table has no column for {name!r}; `add_column` adds one"


def has_numbers(stage: StageContents, of: str | None) -> str | None:
    """The table on stage has a column for a number that the network makes, by default for the losses."""
    name = of or "loss"
    if stage.has(f"column {name}"):
        return None
    return f"the table has no column for `{name}`; `add_column` adds one"


def has_one_output(stage: StageContents) -> str | None:
    """The network has one output."""
    count = len(experiment_of(stage).network.names.targets)
    return None if count == 1 else f"a gap is shown of networks with one output, and this has {count}"


def has_few_parameters(stage: StageContents) -> str | None:
    """The trained weights and biases are few enough for a table."""
    count = len(experiment_of(stage).network.trained)
    return (
        f"a table of {count} weights is too long to be read; up to {MOST_ROWS} can be"
        if count > MOST_ROWS
        else None
    )


def has_five_headings(stage: StageContents, headings: tuple[Template, ...]) -> str | None:
    """There are five short headings."""
    if len(headings) != FIVE:
        return f"the table has {FIVE} columns, and needs as many headings"
    return _long_heading(stage, headings)


def _long_heading(stage: StageContents, headings: tuple[Template, ...]) -> str | None:
    texts = map(stage.filled_in, headings)
    long = next((text for text in texts if width_of(text, EM, "regular") > WIDEST_HEADING), None)
    return long and f"the heading “{long}” is too long; a word or two fit there"


def is_of_example(stage: StageContents, name: str) -> str | None:
    """The number is one of each example, and not of all together."""
    if name.partition(".")[0] != "cost":
        return None
    return f"`{name}` is of all examples together; `show_mean` shows the cost"


def is_compared(stage: StageContents, of: str, other: str) -> str | None:
    """The other network has the same example of its own, and a number of this name."""
    experiment = stage.experiments.get(other)
    if experiment is None:
        return None  # it has faults of its own
    if not np.array_equal(experiment.inputs, experiment_of(stage).inputs):
        return f"`{other}` has another example of its own than `{experiment_of(stage).name}`"
    try:
        lesson_number(experiment, f"data[0].{of}")
    except StoryreelError as fault:
        return f"{fault} in `{other}`"
    return None


def are_filled(stage: StageContents) -> str | None:
    """All rows on stage have the numbers of the network's columns."""
    found = [thing for thing in stage.things if thing.name.split()[0] == "filled"]
    if any(not thing.given or "rows" not in thing.given for thing in found):
        return None
    passed = sum(int(str(thing.given["rows"])) for thing in found)
    if passed >= experiment_of(stage).data_rows:
        return None
    return "there are rows without numbers; `go_through` or `fill_rows` fills them"


def is_row_by_row(stage: StageContents) -> str | None:
    """Training takes a step with each example in turn, in their order."""
    experiment = experiment_of(stage)
    if experiment.batch_size == 1 and not experiment.shuffle:
        return None
    return "rows are trained one by one with `optimizer: sgd`, `batch_size: 1` and `shuffle: false`"


def are_next_rows(stage: StageContents, steps: int) -> str | None:
    """So many steps more are within the plot, if one is on stage."""
    trained = [thing for thing in stage.things if thing.name.startswith("rows trained ")]
    if not all(thing.given for thing in trained):
        return None
    done = sum(map(_steps_of, trained))
    plot, gaps = stage.find("plot"), stage.find("gaps")
    if plot is not None and plot.given and done + steps > int(str(plot.given["steps"])):
        return f"`plot_cost` is for {plot.given['steps']} steps, and this would be step {done + steps}"
    if gaps is None or not gaps.given:
        return None
    since = stage.things[stage.things.index(gaps) :]
    after = sum(_steps_of(thing) for thing in since if thing.name.startswith("rows trained "))
    most = int(str(gaps.given["steps"] or 0))
    return f"`show_gaps` is for {most} steps; give it more `steps`" if after + steps > most else None


def _steps_of(trained: Thing) -> int:
    return int(str(trained.given.get("rows") or trained.given.get("steps")))
