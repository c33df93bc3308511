"""Every number on stage at the end of a beat is the engine's, at the precision at which it is shown.

A text that names a quantity (`w1 = 3`) must show that quantity's number; any other number must be one of
the chapter's: those of the trace and of the next one, of the steps that a run is shown at, and of what the
cues suppose (an output moved by hand, a weight nudged), which is worked out here anew. What an author gives
as a plain fact (a year, a table of data, a listing) is no number of the engine's, nor are those at the
ticks of scales.
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storyreel.activations import ACTIVATIONS
from storyreel.experiment import Experiment
from storyreel.layout_report import MEASURED
from storyreel.lookup import Lookup
from storyreel.losses import LOSSES
from storyreel.number import shown
from storyreel.paths import STORYBOARDS
from storyreel.production import plan
from storyreel.renderer import watch_beats
from storyreel.snapshot import Snapshot
from storyreel.stage import Stage
from storyreel.storyboard import load
from storyreel.timeline import TimedChapter
from storyreel.trace import Trace

Situation = dict[str, float]
"""Numbers that hold at the same time, by name; those without a name of their own have one with a space."""

SPECIFICATIONS = ("", ".1f", ".2f", ".3f", ".4f", ".0%", ".1%")
NUMBER = re.compile(r"(?:(?<!\S)−)?\d+(?:[./]\d+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?%?")
NAME = re.compile(r"[^\W\d][\w.]*(?:\[[\d,]+\])?")
NAMED = re.compile(rf"({NAME.pattern}) [=≈] (?:.* [=≈] )?({NUMBER.pattern})")
RUNS = {"train": ("until", "steps"), "plot_training": ("steps",), "descend": ("steps",)}
"""Cues that show a run, and their parameters that say at which steps."""


def situation(trace: Trace, prefix: str = "") -> Situation:
    numbers = {prefix + name: trace.number(name) for name in trace}
    numbers |= {f"{prefix}grad.{name}": q.gradient for name, q in trace.items() if q.gradient is not None}
    for output, target in zip(trace.network.names.activations[-1], trace.network.names.targets, strict=True):
        gap = trace.number(output) - trace.number(target)
        numbers |= {f"{prefix}gap of {output}": gap, f"{prefix}square of {output}": gap**2}
    return numbers


def counts(experiment: Experiment) -> Situation:
    """How many there are of each kind of quantity; a vector is a matrix of one column."""
    lookup = Lookup({experiment.name: experiment})
    names = [name for name in lookup.names(experiment.name) if name.startswith("count.")]
    return {name: lookup.value(experiment.name, name) for name in names} | {"one column": 1.0}


def situations(experiment: Experiment, chapter: TimedChapter) -> list[Situation]:
    """All that the texts of a chapter may tell of."""
    rate = {"learning_rate": experiment.optimizer.learning_rate}
    found = [
        *(facts(cue.parameters) for beat in chapter.beats for cue in beat.cues),
        situation(experiment.trace) | rate,
        situation(experiment.next),
        situation(experiment.next, "next."),
        counts(experiment),
    ]
    given = {}
    for cue in (cue for beat in chapter.beats for cue in beat.cues):
        given |= {(cue.name, name): value for name, value in cue.parameters.items()}
        found += supposed(experiment, cue.name, cue.parameters, given)
        found += plotted(experiment, cue.parameters, given)
    return found


def facts(parameters: dict[str, Any]) -> Situation:
    """The numbers in the texts that an author gives a cue, and those of a table of data."""
    texts = [value for value in parameters.values() if isinstance(value, str)]
    numbers = [number for text in texts for number in numbers_in(text) if number.strip("−0123456789./") == ""]
    found = [float(Fraction(number.replace("−", "-"))) for number in numbers]
    found += [row for value in parameters.values() if isinstance(value, tuple) for row in value]
    return {f"a fact, {number}": number for number in found if isinstance(number, float)}


def plotted(
    experiment: Experiment, parameters: dict[str, Any], given: dict[tuple[str, str], Any]
) -> Iterator[Situation]:
    """What the curves of a plot read at the places where its point is sent."""
    places = [parameters["x"]] if isinstance(parameters.get("x"), float) else []
    if parameters.get("to") in experiment.trace:
        places.append(experiment.trace.number(parameters["to"]))
    for x in places:
        if activation := ACTIVATIONS.get(given.get(("plot_activation", "name"), "")):
            z = np.array([[x]])
            a = activation.value(z)
            slope = activation.pull_back(z, a, np.ones((1, 1)))
            yield {"z": x, "a": float(a[0, 0]), "slope of a": float(slope[0, 0])}
        if loss := LOSSES.get(given.get(("plot_loss", "name"), "")):
            y, t = np.array([[x]]), np.array([[experiment.trace.number(given["plot_loss", "target"])]])
            yield {"y": x, "loss": float(loss.value(y, t)[0]), "slope of the loss": loss.gradient(y, t)[0, 0]}


def supposed(
    experiment: Experiment, cue: str, parameters: dict[str, Any], given: dict[tuple[str, str], Any]
) -> Iterator[Situation]:
    """What a cue supposes; `given` are the parameters of all cues so far."""
    trace = experiment.trace
    if cue == "slide":  # of the loss: an output moved by hand
        output, value = given["number_line", "output"], trace.number(parameters["to"])
        outputs = trace.forward.prediction.copy()
        outputs[0, trace.network.names.activations[-1].index(output)] = value
        yield {output: value, "loss": float(trace.network.loss.value(outputs, trace.targets)[0])}
    if cue == "nudge":  # of the chain rule: a weight turned by a little
        nudged = Trace(
            trace.network.nudged(given["draw_chain", "weight"], parameters["by"]), trace.inputs, trace.targets
        )
        moves = {f"Δ{name}": nudged.number(name) - trace.number(name) for name in trace}
        ratios = {f"{a}/{b}": moves[a] / moves[b] for a, b in permutations(moves, 2) if moves[b]}
        yield situation(nudged) | moves | ratios
    if cue == "take_limit":  # of the chain rule: the derivative of each number by the one before it
        gradients = {q.name: q.gradient for q in trace.values() if q.gradient}
        yield {f"∂{b}/∂{a}": gradients[a] / gradients[b] for a, b in permutations(gradients, 2)}
    for name in RUNS.get(cue, ()):
        if (step := parameters.get(name)) is not None:
            run = experiment.run(step)
            yield situation(run.trace(step)) | {"loss of the run": float(run.loss[step]), "step of it": step}


class Known:
    """How the numbers of some situations may be shown: each by its name, and all of them."""

    def __init__(self, *situations: Situation) -> None:
        self.named: dict[str, set[str]] = {}
        for name, number in (pair for situation in situations for pair in situation.items()):
            self.named.setdefault(name, set()).update(shown(number, spec) for spec in SPECIFICATIONS)
        self.all = set[str]().union(*self.named.values())

    def untrue(self, text: str) -> list[str]:
        """The numbers in a text that are nobody's, or not those of whom they are said to be."""
        named = NAMED.fullmatch(text)
        if named and named[2] not in self.named.get(named[1], self.all):
            return [named[2]]
        return [number for number in numbers_in(text) if number not in self.all]


def numbers_in(text: str) -> list[str]:
    return NUMBER.findall(NAME.sub(" ", text))


@pytest.mark.parametrize("path", sorted(STORYBOARDS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_number_on_stage_is_one_of_the_engines(path: Path) -> None:
    production = plan(load(path), quality=MEASURED, voice_name="silent")
    wrong, read = [], 0
    for chapter in production.timeline.chapters:
        experiment = production.storyboard.networks.get(chapter.network or "")
        known = Known(*situations(experiment, chapter)) if experiment else Known()
        texts: list[list[str]] = []

        def look(stage: Stage, texts: list[list[str]] = texts) -> None:
            labels = Snapshot(stage, is_still=True).labels()
            texts.append([label.piece.plain for label in labels if not label.piece.is_tick])

        watch_beats(production.performance(chapter, draw=()), look)
        for beat, on_stage in zip(chapter.beats, texts, strict=True):
            for text in dict.fromkeys(on_stage):
                read += len(numbers_in(text))
                if numbers := known.untrue(text):
                    wrong.append(
                        f"{beat.place}: chapter {chapter.id}, beat {beat.number}: {numbers} in `{text}`"
                    )
    assert wrong == []
    assert read > 2 * len(production.timeline.chapters)


@pytest.mark.parametrize(
    "text",
    ["h = 3 2 = 6", "w2 = 5/6", "grad.w1 = 5/3 2 = 10/3", "grad.w1 ≈ 3.33", "5 − 3 = 2", "y", "12", "L"],
)
def test_what_is_true_is_taken_as_true(chain: Experiment, text: str) -> None:
    assert Known(situation(chain.trace)).untrue(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [("y = 6", "6"), ("w2 = 0.84", "0.84"), ("−5", "−5"), ("5.01", "5.01"), ("grad.w1 = 5/3 2 = 12", "12")],
)
def test_a_wrong_number_is_found(chain: Experiment, text: str, number: str) -> None:
    assert Known(situation(chain.trace)).untrue(text) == [number]


def test_what_a_text_says_of_the_next_step_is_of_the_next_step(chain: Experiment) -> None:
    now, following = situation(chain.trace), situation(chain.next, "next.")
    w1 = shown(chain.next.number("w1"))
    assert Known(now, following).untrue(f"next.w1 = {w1}") == []
    assert Known(now, following).untrue("next.w1 = 3") == ["3"]
    assert Known(now).untrue(f"w1 = {w1}") == [w1]
