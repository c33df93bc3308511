"""Looks up numbers by the names that a storyboard uses. No name is ever evaluated as code.

    h  w1  W1[2,0]  loss       a quantity of the lesson's example
    grad.w1                    its gradient
    next.w1  next.grad.w1      the same after one update
    run.loss[20]  run.w1[20]   after 20 steps of training; the loss is over all training data
    learning_rate              of the optimizer
    count.W1  count.h          how many there are: weights in a layer, neurons, inputs, biases, targets
    other.h  other.next.w1     any of these of the network called `other`

The names of quantities are explained in `storyreel.engine.names`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import partial
from itertools import islice

from storyreel.core.number_format import localized, shown
from storyreel.engine.equations.notation import base_name
from storyreel.engine.experiment import Experiment
from storyreel.engine.names import RESERVED
from storyreel.engine.operation import GRADIENT
from storyreel.storyboard.template import Fact, LiteralText, Number, Spoken, Template, TemplatePart

_RUN = re.compile(r"(.+)\[(\d{1,18})\]")
_INDEX = re.compile(r"\[[\d,]+\]")


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

    def __init__(self, experiments: Mapping[str, Experiment], language: str = "en") -> None:
        self._experiments = experiments
        self._language = language
        self._of_runs: dict[tuple[str | None, str], float] = {}

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
            case Number():
                return self.written(network, part)
        return ""

    def names(self, network: str | None) -> tuple[str, ...]:
        """All names in a chapter about `network`, except those of runs, which are endless."""
        return tuple(self._of_each(network, _names))

    def _suggestion(self, network: str | None, name: str) -> str | None:
        known = list(islice(self._of_each(network, _names), MOST_COMPARED))
        if run := _RUN.fullmatch(name):
            end = f"[{int(run[2])}]"
            known += islice(self._of_each(network, partial(_run_names, end=end)), MOST_COMPARED)
            name = run[1] + end
        for candidate in known:
            # `name` may lack only its index, the name of its network, or both.
            without_index = _INDEX.sub("", candidate, count=1)
            if any(f".{text}".endswith(f".{name}") for text in (candidate, without_index)):
                return candidate
        close = get_close_matches(name, known, n=1)
        return close[0] if close else None

    def _of_each(self, network: str | None, names: Callable[[Experiment], Iterable[str]]) -> Iterator[str]:
        """The `names` of the experiment `network`, then `network.name` for all networks."""
        if own := self._experiments.get(network or ""):
            yield from names(own)
        for each, experiment in self._experiments.items():
            yield from (f"{each}.{name}" for name in names(experiment))


def _number(experiment: Experiment, name: str) -> float:
    """The number called `name` of one experiment. Raises KeyError if there is none."""
    moment, _, rest = name.partition(".")
    if name == "learning_rate":
        return experiment.optimizer.learning_rate
    if moment == "count":
        return _count(experiment, rest)
    if moment == "next":
        return experiment.next.number(rest)
    if moment != "run":
        return experiment.trace.number(name)
    match = _RUN.fullmatch(rest)
    if match is None:
        raise KeyError(name)
    run = experiment.run(int(match[2]))
    return float(run.loss[-1]) if match[1] == "loss" else run.trace(-1).number(match[1])


def without_alias(experiment: Experiment, name: str) -> str:
    """The name without the moment that it speaks of, and `h` for `a1` if that is the layer's name."""
    names, name = experiment.network.names, base_name(name)
    prefix = GRADIENT if name.startswith(GRADIENT) else ""
    address = names.get(name.removeprefix(prefix))
    return name if address is None else prefix + names.name_of(address)


def _count(experiment: Experiment, name: str) -> float:
    """The number of quantities called `name`, or `name` with an index. Raises KeyError if there is none."""
    return float(experiment.network.names.counts[name])


def _names(experiment: Experiment) -> Iterator[str]:
    yield from _example_names(experiment)
    yield from (f"next.{name}" for name in _example_names(experiment))
    yield "learning_rate"
    yield from (f"count.{name}" for name in experiment.network.names.counts)


def _example_names(experiment: Experiment) -> Iterator[str]:
    """The names of the quantities of the lesson's example, and of their gradients."""
    names = experiment.network.names
    yield from names
    yield from (GRADIENT + name for name, address in names.items() if address.kind != "target")


def _run_names(experiment: Experiment, end: str) -> Iterator[str]:
    """The names of what a run has at the step `end`, such as `[20]`."""
    return (f"run.{name}{end}" for name in _example_names(experiment))
