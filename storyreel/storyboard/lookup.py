"""Looking numbers up by the names that a storyboard uses. Look-ups only: no name is ever evaluated.

    h  w1  W1[2,0]  loss       a quantity of the lesson's example
    grad.w1                    its gradient
    next.w1  next.grad.w1      the same after one update
    run.loss[20]  run.w1[20]   after 20 steps of training; the loss is that of all that it trains on
    learning_rate              of the optimiser
    count.W1  count.h          how many there are: weights in a layer, neurons, inputs, biases, targets
    other.h  other.next.w1     any of these of the network called `other`

The names of quantities are those of `quantity_names`.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches

from storyreel.core.number_format import shown
from storyreel.engine.experiment import LONGEST_RUN, Experiment
from storyreel.engine.names import RESERVED
from storyreel.engine.operation import GRADIENT
from storyreel.storyboard.template import Fact, LiteralText, Number, Spoken, Template, TemplatePart

_RUN = re.compile(r"(.+)\[(\d{1,9})\]")


class UnknownName(LookupError):
    """There is no number called `name`; `suggestion` is what may have been meant, in full, or None."""

    def __init__(self, name: str, suggestion: str | None = None) -> None:
        self.name, self.suggestion = name, suggestion
        hint = f"; did you mean `{suggestion}`?" if suggestion else ""
        super().__init__(f"no number named `{name}`{hint}")


class Lookup:
    """The numbers of a storyboard's networks, by name."""

    def __init__(self, experiments: Mapping[str, Experiment]) -> None:
        self._experiments = experiments

    def value(self, network: str | None, name: str) -> float:
        """The number that `name` is called in a chapter about `network` (None: about no network).

        Raises UnknownName. A number of a run that diverges may be infinite or NaN.
        """
        owner, own_name = self.resolve(network, name)
        experiment = self._experiments.get(owner or "")
        try:
            if experiment is None:
                raise KeyError(name)
            return _number(experiment, own_name)
        except KeyError:
            raise UnknownName(name, self._suggestion(network, name)) from None

    def resolve(self, network: str | None, name: str) -> tuple[str | None, str]:
        """The network that `name` speaks of, and what it is called there: `("other", "h")` for `other.h`."""
        head, dot, rest = name.partition(".")
        is_of_other = bool(dot) and head in self._experiments and head not in RESERVED
        return (head, rest) if is_of_other else (network, name)

    def filled(self, network: str | None, template: Template) -> str:
        """The template as it is shown, with its numbers and without its marks. Raises UnknownName."""
        return "".join(self._shown(network, part) for part in template.parts)

    def _shown(self, network: str | None, part: TemplatePart) -> str:
        match part:
            case LiteralText(text) | Fact(text) | Spoken(text, _):
                return text
            case Number(name, spec, _):
                return shown(self.value(network, name), spec)
        return ""

    def names(self, network: str | None) -> tuple[str, ...]:
        """What may be asked for in a chapter about `network`, its runs left out as they have no end."""
        own = _names(self._experiments[network]) if network and network in self._experiments else ()
        of_each = (f"{each}.{name}" for each in self._experiments for name in _names(self._experiments[each]))
        return (*own, *of_each)

    def _suggestion(self, network: str | None, name: str) -> str | None:
        candidates = list(self.names(network))
        if run := _RUN.fullmatch(name):
            step = min(int(run[2]), LONGEST_RUN)
            candidates += [f"run.{candidate}[{step}]" for candidate in candidates if "." not in candidate]
        elsewhere = [candidate for candidate in candidates if candidate.endswith(f".{name}")]
        close = elsewhere or get_close_matches(name, candidates, n=1)
        return close[0] if close else None


def _number(experiment: Experiment, name: str) -> float:
    """The number called `name` of one experiment; KeyError if there is none."""
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
    if match is None or int(match[2]) > LONGEST_RUN:
        raise KeyError(name)
    run = experiment.run(int(match[2]))
    return float(run.loss[-1]) if match[1] == "loss" else run.trace(-1).number(match[1])


def _count(experiment: Experiment, name: str) -> float:
    """How many quantities are called `name`, or `name` with an index; KeyError if there is none."""
    found = sum(_unindexed(each) == name for each in experiment.network.names)
    if not found:
        raise KeyError(name)
    return float(found)


def _unindexed(name: str) -> str:
    return name.partition("[")[0]


def _names(experiment: Experiment) -> tuple[str, ...]:
    names = experiment.network.names
    gradients = [GRADIENT + name for name, address in names.items() if address.kind != "target"]
    numbers = [*names, *gradients]
    counts = dict.fromkeys(f"count.{_unindexed(name)}" for name in names)
    return (*numbers, *(f"next.{name}" for name in numbers), "learning_rate", *counts)
