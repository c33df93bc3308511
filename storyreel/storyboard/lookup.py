"""Looks up numbers by the names that a storyboard uses. No name is ever evaluated as code.

    h  w1  W1[2,0]  loss       a quantity of the example in focus
    grad.w1                    its gradient
    cost  cost.grad.w1         the cost, over the data, and its gradient, in a network with data or L2
    accuracy  correct          the share of the data in which the largest output is that of its class, and in
                               how many examples this is so
    answers[3]                 in how many examples the output of class 3 is the largest
    test.accuracy              any of these three of the examples that the network is tested with
    linear_fit.cost            the least cost of a linear function of the inputs, with a squared loss
    velocity.w1                what the optimizer remembers of a weight or bias: by optimizer
    first_moment.w1            … `velocity`, or `first_moment`, `second_moment` and, after a step,
                               `corrected_first_moment`, `corrected_second_moment`
    data[2].h  data[2].grad.w1 a quantity of an example of the data, counted from 0, and its gradient
    next.w1  next.cost         any of these after one step of training
    run.loss[20]  run.w1[20]   any of these after 20 steps
    l2  weight_decay           the strengths of L2 regularization and of weight decay
    learning_rate              of the first step; next.learning_rate is that of the second
    count.W1  count.h          how many there are: weights in a layer, neurons, inputs, biases, targets
    count.weights              how many weights there are in all layers
    count.data  count.test     how many examples a network is trained on, and tested with
    other.h  other.next.w1     any of these of the network called `other`

The names of quantities are explained in `storyreel.engine.names`. A network that is a graph has the numbers
of its formulas and of what they are given, `q` and `W[1,0]`, and their gradients; with `parameters` also all
of the above but `count`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import partial
from itertools import islice

from storyreel.core.number_format import localized, shown
from storyreel.core.symbol_parts import LEARNING_RATE
from storyreel.engine.equations.notation import base_name
from storyreel.engine.experiment import TEST, Experiment
from storyreel.engine.graph.experiment import AnyExperiment, GraphExperiment
from storyreel.engine.names import RESERVED
from storyreel.engine.operation import COST, COST_GRADIENT, GRADIENT
from storyreel.engine.regions.linear_fit import LINEAR_FIT_COST, has_linear_fit
from storyreel.engine.regions.recognition import ACCURACY, ANSWERS, CORRECT
from storyreel.storyboard.template import (
    Fact,
    LiteralText,
    Number,
    NumberInFormula,
    Spoken,
    Template,
    TemplatePart,
)

_RUN = re.compile(r"(.+)\[(\d{1,18})\]")
_INDEX = re.compile(r"\[[\d,]+\]")
_OF_COST = re.compile(r"\bcost\.grad\.|\bcost\b")
_OF_EXAMPLE = re.compile(r"data\[\d{1,9}\]\.")
_STATE = re.compile(r"^((?:\w+\.)*)(\w+)(\.\w+(?:\[[\d,]+\])*)$")
"""A name as that of an optimizer's number: what is before it, what it is, and of which weight or bias."""
_STATES = {
    **dict.fromkeys(("v", "momentum", "momentum_buffer"), ("velocity", "second_moment")),
    **dict.fromkeys(("m", "moment1", "exp_avg", "first"), ("first_moment",)),
    **dict.fromkeys(("moment2", "exp_avg_sq", "second"), ("second_moment",)),
    **dict.fromkeys(("s", "square_avg", "cache", "mean_squares"), ("mean_square",)),
    **dict.fromkeys(("m_hat", "mhat"), ("corrected_first_moment",)),
    **dict.fromkeys(("v_hat", "vhat"), ("corrected_second_moment",)),
}
"""By other words in use for them, what an optimizer may have."""

ALL_WEIGHTS = "weights"
"""What stands after `count.` for the weights of all layers."""
EXAMPLES: dict[str, Callable[[Experiment], int]] = {
    "data": lambda experiment: experiment.data_rows,
    "test": lambda experiment: 0 if experiment.test is None else len(experiment.test[0]),
}
"""What stands after `count.` for examples."""
MOST_COMPARED = 5_000
"""Names with which a misspelt one is compared, so that this takes no time in a large network."""


def step_of(name: str) -> int:
    """The step of which a name such as `run.loss[20]` speaks; 0 for a name of no run."""
    run = _RUN.fullmatch(name) if name.startswith("run.") else None
    return int(run[2]) if run else 0


class UnknownName(LookupError):
    """There is no number called `name`. `suggestion` is the full name that may have been meant, or None."""

    def __init__(self, name: str, suggestion: str | None = None) -> None:
        self.name, self.suggestion = name, suggestion
        hint = f"; did you mean `{suggestion}`?" if suggestion else ""
        super().__init__(f"no number named `{name}`{hint}")


class Lookup:
    """The numbers of a storyboard's networks, by name; texts have them as the `language` writes numbers."""

    def __init__(self, experiments: Mapping[str, AnyExperiment], language: str = "en") -> None:
        self._experiments = experiments
        self._language = language
        self._of_runs: dict[tuple[str | None, str], float] = {}
        self._in_focus: dict[tuple[str, int], Lookup] = {}

    def in_focus(self, network: str | None, example: int | None) -> "Lookup":
        """The same numbers with an example of the data of `network` in focus; None: the network's own."""
        experiment = self._experiments.get(network or "")
        if network is None or example is None or experiment is None:
            return self
        if (network, example) not in self._in_focus:
            focused = experiment.focused(example)
            self._in_focus[network, example] = Lookup({**self._experiments, network: focused}, self._language)
        return self._in_focus[network, example]

    def inputs(self, network: str | None) -> list[float]:
        """The inputs of a network with layers; none where a network has no layers."""
        experiment = self._experiments.get(network or "")
        return experiment.inputs[0].tolist() if isinstance(experiment, Experiment) else []

    def value(self, network: str | None, name: str) -> float:
        """The number called `name` in a chapter about `network` (None: about no network).

        Raises UnknownName if there is none. A number of a run that diverges may be infinite or NaN.
        """
        owner, own_name = self.resolve(network, name)
        experiment = self._experiments.get(owner or "")
        try:
            if experiment is None:
                raise KeyError(name)
            if not own_name.startswith("run."):
                return _number(experiment, own_name)
            if (owner, own_name) not in self._of_runs:
                self._of_runs[owner, own_name] = _number(experiment, own_name)
            return self._of_runs[owner, own_name]
        except KeyError:
            raise UnknownName(name, self._suggestion(network, name)) from None

    def text(self, network: str | None, name: str, spec: str = "") -> str:
        """The number called `name` in a chapter about `network`, as the lesson writes it.

        `spec` is as for `shown`. Raises UnknownName if there is none.
        """
        value = self.value(network, name)
        owner, own_name = self.resolve(network, name)
        experiment = self._experiments.get(owner or "")
        if experiment is None:
            return shown(value, spec)
        return experiment.notation.text(without_alias(experiment, own_name), value, spec)

    def written(self, network: str | None, number: Number) -> str:
        """A number of a text, as the language writes it. Raises UnknownName."""
        return localized(self.text(network, number.name, number.spec), self._language)

    def resolve(self, network: str | None, name: str) -> tuple[str | None, str]:
        """The network that has the number, and its name in that network: `("other", "h")` for `other.h`."""
        head, dot, rest = name.partition(".")
        is_of_other = bool(dot) and head in self._experiments and head not in RESERVED
        return (head, rest) if is_of_other else (network, name)

    def filled(self, network: str | None, template: Template) -> str:
        """The template as shown text: with its numbers, without its marks. Raises UnknownName."""
        return "".join(self._shown(network, part) for part in template.parts)

    def _shown(self, network: str | None, part: TemplatePart) -> str:
        match part:
            case LiteralText(text) | Fact(text) | Spoken(text, _):
                return text
            case NumberInFormula(name, spec, _):
                return f"{{{name}|{self.text(network, name, spec)}}}"
            case Number():
                return self.written(network, part)
        return ""

    def names(self, network: str | None) -> tuple[str, ...]:
        """All names in a chapter about `network`, except those of runs and of the data, which are many."""
        return tuple(self._of_each(network, _names))

    def _suggestion(self, network: str | None, name: str) -> str | None:
        owner, own_name = self.resolve(network, name)
        experiment = self._experiments.get(owner or "")
        if isinstance(experiment, Experiment) and experiment.cost is None and _OF_COST.search(own_name):
            # Without data there is only the loss of the one example.
            of_loss = _OF_COST.sub(lambda found: GRADIENT if found[0] == COST_GRADIENT else "loss", own_name)
            return name.removesuffix(own_name) + of_loss
        row = _OF_EXAMPLE.search(name)
        its_names = partial(_names, row=row[0] if row else None)
        known = list(islice(self._of_each(network, its_names), MOST_COMPARED))
        if run := _RUN.fullmatch(name):
            end = f"[{int(run[2])}]"
            of_run = partial(_run_names, end=end, row=row[0] if row else None)
            known += islice(self._of_each(network, of_run), MOST_COMPARED)
            name = run[1] + end
        for candidate in known:
            # `name` may lack only its index, the name of its network, or both.
            without_index = _INDEX.sub("", candidate, count=1)
            if any(f".{text}".endswith(f".{name}") for text in (candidate, without_index)):
                return candidate
        for state in _STATES.get(_STATE.sub(r"\2", name), ()):
            meant = _STATE.sub(rf"\g<1>{state}\3", name)
            if meant in known:
                return meant
        close = get_close_matches(name, known, n=1)
        return close[0] if close else None

    def _of_each(self, network: str | None, names: Callable[[AnyExperiment], Iterable[str]]) -> Iterator[str]:
        """The `names` of the experiment `network`, then `network.name` for all networks."""
        if own := self._experiments.get(network or ""):
            yield from names(own)
        for each, experiment in self._experiments.items():
            yield from (f"{each}.{name}" for name in names(experiment))


def _number(experiment: AnyExperiment, name: str) -> float:
    """The number called `name` of one experiment. Raises KeyError if there is none."""
    moment, _, rest = name.partition(".")
    if moment == "count" and isinstance(experiment, Experiment):
        return _count(experiment, rest)
    if moment == "next":
        return experiment.number(rest, 1)
    if moment != "run":
        return experiment.number(name)
    match = _RUN.fullmatch(rest)
    if match is None:
        raise KeyError(name)
    return experiment.number(match[1], int(match[2]))


def without_alias(experiment: AnyExperiment, name: str) -> str:
    """The name without the moment that it speaks of, and `h` for `a1` if that is the layer's name."""
    name = base_name(name)
    if isinstance(experiment, GraphExperiment):
        return name
    names = experiment.network.names
    prefix = GRADIENT if name.startswith(GRADIENT) else ""
    address = names.get(name.removeprefix(prefix))
    return name if address is None else prefix + names.name_of(address)


def _count(experiment: Experiment, name: str) -> float:
    """The number of quantities called `name`, or `name` with an index. Raises KeyError if there is none."""
    counts = experiment.network.names.counts
    if name == ALL_WEIGHTS and name not in counts:
        return float(sum(layer.weights.size for layer in experiment.network.layers))
    if name in EXAMPLES and name not in counts:
        return float(EXAMPLES[name](experiment))
    return float(counts[name])


def _names(experiment: AnyExperiment, row: str | None = None) -> Iterator[str]:
    """The names without those of runs; of the data those that begin with `row`, such as `data[2].`."""
    if not experiment.model.parameter_names:
        yield from _example_names(experiment)
        return
    yield from _moment_names(experiment, row)
    yield from (f"next.{name}" for name in _moment_names(experiment, row, step=1))
    yield from ("l2", "weight_decay")
    if isinstance(experiment, Experiment):
        yield from (f"count.{name}" for name in (*experiment.network.names.counts, ALL_WEIGHTS, *EXAMPLES))
        if experiment.data_rows and has_linear_fit(experiment.network):
            yield LINEAR_FIT_COST


def _moment_names(experiment: AnyExperiment, row: str | None, step: int = 0) -> Iterator[str]:
    """The names of what there is before training, or after a step."""
    yield from _example_names(experiment)
    if experiment.cost is not None:
        yield COST
        yield from (COST_GRADIENT + name for name in experiment.model.parameter_names)
    if isinstance(experiment, Experiment):
        yield from _recognition_names(experiment)
    yield LEARNING_RATE
    optimizer, trained = experiment.optimizer, experiment.model.trained
    for state in optimizer.numbers(optimizer.start(experiment.model.parameters), step):
        yield from (f"{state}.{name}" for name in trained)
    if row and int(row[len("data[") : -2]) < experiment.data_rows:
        yield from (f"{row}{name}" for name in _example_names(experiment))


def _recognition_names(experiment: Experiment) -> Iterator[str]:
    """The names of what says how many examples are recognised."""
    outputs = experiment.targets.shape[1]
    for prefix, is_there in (("", experiment.data_rows > 0), (TEST, experiment.test is not None)):
        if is_there and outputs > 1:
            yield from (prefix + ACCURACY, prefix + CORRECT)
            yield from (f"{prefix}{ANSWERS}[{place}]" for place in range(outputs))


def _example_names(experiment: AnyExperiment) -> Iterator[str]:
    """The names of the quantities of an example, and of their gradients."""
    if isinstance(experiment, GraphExperiment):
        yield from experiment.trace.numbers
        yield from (GRADIENT + name for name in experiment.trace.numbers)
        return
    names = experiment.network.names
    yield from names
    yield from (GRADIENT + name for name, address in names.items() if address.kind != "target")


def _run_names(experiment: AnyExperiment, end: str, row: str | None) -> Iterator[str]:
    """The names of what a run has at the step `end`, such as `[20]`."""
    if not experiment.model.parameter_names:
        return iter(())
    return (f"run.{name}{end}" for name in _moment_names(experiment, row, step=int(end[1:-1])))
