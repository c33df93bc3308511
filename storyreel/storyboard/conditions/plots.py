"""Conditions on plots: that there is a curve, and that a number or a step is on it."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import in_full, shown
from storyreel.engine.curve_ranges import curve_ranges
from storyreel.engine.curves import (
    Plotted,
    plotted_activation,
    plotted_loss,
    plotted_table,
    require_on_line,
    require_wide,
)
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.lesson_number import lesson_number
from storyreel.storyboard.things import StageContents

REACH, SAMPLES = 1.7, 41


def _plot(given: Mapping[str, Any], target: float = 0.0) -> Plotted:
    """The curve or table that a cue with these parameters plots. Raises StoryreelError if there is none."""
    if "y" in given:
        return plotted_table(given["x"], given["y"], ("", ""))
    low, high = given["low"], given["high"]
    if "target" in given:
        return plotted_loss(given["name"], target, low, high)
    return plotted_activation(given["name"], low, high)


def _plot_of(stage: StageContents, given: Mapping[str, Any]) -> Plotted | str:
    """The same with the target's number, or what is wrong with it: "" if that is reported elsewhere."""
    if "target" in given and stage.experiment is None:
        return ""  # of no network with layers, which is reported
    try:
        target = lesson_number(experiment_of(stage), given["target"]).value if "target" in given else 0.0
        plotted = _plot(given, target)
        require_wide(*plotted.x_range)
        require_wide(*plotted.y_range)
    except StoryreelError as fault:
        return str(fault)
    return plotted


def is_curve(stage: StageContents, name: str, low: float, high: float) -> str | None:
    """The activation has a curve in this range."""
    plotted = _plot_of(stage, {"name": name, "low": low, "high": high})
    return plotted or None if isinstance(plotted, str) else None


def is_loss_curve(stage: StageContents, name: str, target: str, low: float, high: float) -> str | None:
    """The loss has a curve in this range, for this target."""
    plotted = _plot_of(stage, {"name": name, "target": target, "low": low, "high": high})
    return plotted or None if isinstance(plotted, str) else None


def is_table(stage: StageContents, x: tuple[float, ...], y: tuple[float, ...]) -> str | None:
    """The numbers are a table: as many x as y, and each x once."""
    plotted = _plot_of(stage, {"x": x, "y": y})
    return plotted or None if isinstance(plotted, str) else None


def is_on_curve(stage: StageContents, to: str | None, x: float | None) -> str | None:
    """The number, or `x`, is on the curve on stage."""
    plot = stage.find("plot")
    plotted = _plot_of(stage, plot.given) if plot and plot.given else ""
    if isinstance(plotted, str) or (to is None) == (x is None):
        return None
    end = x if x is not None else lesson_number(experiment_of(stage), str(to)).value
    if not plotted.reach[0] <= end <= plotted.reach[1]:
        low, high = map(shown, plotted.reach)
        return f"{shown(end)} is not on the curve, which goes from {low} to {high}"
    if plotted.points and end not in dict(plotted.points):
        return f"the table has no point where x is {shown(end)}"
    return None


def is_run_on_curve(stage: StageContents, run: float) -> str | None:
    """The tangent at the network's point of the curve over a weight stays within the axes for this run."""
    curve = stage.find("curve")
    turned = [thing.given for thing in stage.things if thing.name.startswith("other weight ")]
    if curve is None or not curve.given or not all(turned):
        return None
    landscape = LossLandscape.of(experiment_of(stage), (str(curve.given["over"]),))
    ranges = curve_ranges(landscape)
    for given in turned:
        landscape = landscape.turned(str(given["weight"]), cast(float, given["to"]))
    weight, loss = float(landscape.start[0]), landscape.loss(landscape.start)
    ends = weight + run, loss + run * float(landscape.gradient([weight])[0])
    if run and all(low <= end <= high for end, (low, high) in zip(ends, ranges, strict=True)):
        return None
    return f"a run of {in_full(run)} leads out of the plot; make it smaller"


def has_output_curve(stage: StageContents, output: str) -> str | None:
    """The loss is finite around the target of the output."""
    trace = experiment_of(stage).trace
    number, loss = trace.network.names[output].index[0], trace.network.loss
    target, outputs = float(trace.targets[0, number]), np.repeat(trace.forward.prediction, SAMPLES, axis=0)
    reach = REACH * abs(trace[output].value - target) or 1.0
    outputs[:, number] = np.linspace(target - reach, target + reach, SAMPLES)
    try:
        require_wide(target - reach, target + reach)
    except StoryreelError as fault:
        return str(fault)
    with np.errstate(all="ignore"):
        losses = loss.value(outputs, np.repeat(trace.targets, SAMPLES, axis=0))
    if np.isfinite(losses).all():
        return None
    return (
        f"the loss {loss.name} has no curve over {output!r}: it is not finite from"
        f" {shown(target - reach)} to {shown(target + reach)}"
    )


def is_on_line(stage: StageContents, to: str) -> str | None:
    """The number is on the number line of an output that is on stage."""
    return _off_line(stage, lambda *_: experiment_of(stage).trace.number(to), to)


def is_stretched_on_line(stage: StageContents, times: float) -> str | None:
    """The output with so many times its error is on the number line on stage."""
    return _off_line(
        stage, lambda value, target: target + times * (value - target), f"{times:g} times the error"
    )


def _off_line(stage: StageContents, end: Callable[[float, float], float], called: str) -> str | None:
    line, trace = stage.find("number line"), experiment_of(stage).trace
    if line is None or not line.given:
        return None
    output = str(line.given["output"])
    value, target = trace.number(output), float(trace.targets[0, trace.network.names[output].index[0]])
    try:
        require_on_line(value, target, end(value, target), called)
    except StoryreelError as fault:
        return str(fault)
    return None


def is_slice(stage: StageContents, over: str) -> str | None:
    """The surface on stage is over this weight."""
    bowl = stage.find("map in three dimensions")
    if bowl is None or not bowl.given or over in (bowl.given["across"], bowl.given["up"]):
        return None
    return f"the surface is not over {over!r}, so it has no slice over it"


def is_step_of_plots(stage: StageContents, until: int | None) -> str | None:
    """The step is one of those plotted, after the one reached before."""
    return _is_step(stage, "plots", "step", until)


def is_step_of_networks(stage: StageContents, until: int | None) -> str | None:
    """The step is one of the trainings of two networks, after the one reached before."""
    return _is_step(stage, "two networks", "step of both", until)


def is_step_of_fit(stage: StageContents, until: int | None) -> str | None:
    """The step is one of those for which the fit has room, after the one reached before."""
    return _is_step(stage, "fit", "trained step", until)


def _is_step(stage: StageContents, run: str, step: str, until: int | None) -> str | None:
    """The step is one of the `run` on stage, after the `step` there, which is the one reached before."""
    plots, reached = stage.find(run), stage.find(step)
    if plots is None or not plots.given or (reached and not reached.given):
        return None
    last = cast(int, plots.given["steps"])
    start = 0 if reached is None else cast(int, reached.given["until"] or last)
    end = until or last
    if start < end <= last:
        return None
    return f"the run stands at step {start} of {last} and cannot go to step {end}"


def are_steps_of_run(stage: StageContents, steps: int) -> str | None:
    """So many steps more are within the run that is plotted."""
    run, turns = stage.find("run"), [thing for thing in stage.things if thing.name.startswith("turns ")]
    if run is None or not run.given or not all(thing.given for thing in turns):
        return None
    last = cast(int, run.given["steps"])
    done = sum(cast(int, thing.given["steps"]) for thing in turns)
    return f"`plot_run` is for {last} steps; there are no more" if done + steps > last else None


def is_later_step(stage: StageContents, until: int) -> str | None:
    """The step of training is after the one reached before, and within the run that is plotted, if any."""
    run, reached = stage.find("run"), stage.find("step")
    if (run and not run.given) or (reached and not reached.given):
        return None
    if reached and until <= (before := cast(int, reached.given["until"])):
        return f"the run stands at step {before} and cannot go to step {until}"
    if run and until > (last := cast(int, run.given["steps"])):
        return f"`plot_run` is for {last} steps; there are no more"
    return None
