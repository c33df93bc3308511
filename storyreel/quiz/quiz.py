"""Questions for a number of a lesson: answer, tolerance, wrong answers with explanations.

The first variant of a question is about the lesson's own numbers, the others about similar ones.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from storyreel.core.number_format import is_exact, localized
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.quiz.asked_number import AskedNumber
from storyreel.quiz.mistakes import mistakes_in
from storyreel.quiz.tolerance import tolerance_of
from storyreel.quiz.variants import variant_experiment
from storyreel.storyboard.lookup import Lookup
from storyreel.storyboard.study import Choice, QuestionVariant
from storyreel.storyboard.template import Template

MOST_CHOICES = 5
LARGEST_ANSWER = 1000.0
VAGUEST = 0.1
"""The largest tolerance, as a fraction of the answer, of a question that can be answered."""
_MOST_DRAWS, _LEAST_DRAWS = 200, 10  # sets of numbers tried for a variant
_MOST_NUMBERS = 60_000  # weights and biases in all of these sets: with a large network each takes long
_MORE_DIGITS = 2  # more than the first variant has, in the question and its answer


class NoQuestion(ValueError):
    """The question cannot be asked; the message tells its author why."""


@dataclass(frozen=True)
class NumberQuestion:
    """A question for a number of the network `network` of `experiments`.

    `number` is its name in that network; names in `ask` and `explain` are as in a chapter about `network`.
    With `is_choice` the answer is chosen from several, not typed. `seed` is for drawing the numbers of
    variants. Numbers are written as in `language`. The texts may name numbers of `graphs`, too.
    """

    ask: Template
    explain: Template | None
    number: str
    network: str
    experiments: Mapping[str, Experiment]
    is_choice: bool
    seed: str
    language: str = "en"
    graphs: Mapping[str, GraphExperiment] = field(default_factory=dict)

    def variants(self, count: int) -> tuple[QuestionVariant, ...]:
        """`count` different variants. Raises NoQuestion if fewer are found, or no wrong answer to choose."""
        own = self._variant(self.experiments[self.network])
        if self.is_choice and not own.choices:
            raise NoQuestion(
                f"no usual mistake gives another number than `{self.number}`; write wrong answers"
            )
        asked = [own]
        for number in range(2, count + 1):
            random = Random(f"{self.seed}/{number}")
            asked.append(next(self._drawn(random, asked), own))
            if asked[-1] is own:
                raise NoQuestion(
                    f"no {count} different variants of this question were found; name numbers in `ask`"
                    " that are not always the same"
                )
        return tuple(self._localized(variant) for variant in asked)

    def _localized(self, variant: QuestionVariant) -> QuestionVariant:
        """The variant with its answers as the language writes them; they are read back until then."""
        choices = tuple(
            replace(choice, text=localized(choice.text, self.language)) for choice in variant.choices
        )
        mistakes = tuple(
            replace(mistake, shown=localized(mistake.shown, self.language)) for mistake in variant.mistakes
        )
        shown = localized(variant.shown, self.language)
        return replace(variant, shown=shown, choices=choices, mistakes=mistakes)

    def _drawn(self, random: Random, asked: list[QuestionVariant]) -> Iterator[QuestionVariant]:
        """Variants about other numbers: those as good as the first variant, then the acceptable ones."""
        acceptable = []
        texts = {other.ask for other in asked}
        size = self.experiments[self.network].network.parameters.size
        for _ in range(max(_LEAST_DRAWS, min(_MOST_DRAWS, _MOST_NUMBERS // max(size, 1)))):
            experiment = variant_experiment(self.experiments[self.network], self.number, random)
            if self._lookup(experiment).filled(self.network, self.ask) in texts:
                continue
            drawn = self._variant(experiment)
            if _is_sound(drawn, asked[0]):
                if _is_as_good(drawn, asked[0]):
                    yield drawn
                acceptable.append(drawn)
        yield from acceptable

    def _variant(self, experiment: Experiment) -> QuestionVariant:
        """The question about the numbers of `experiment`."""
        lookup = self._lookup(experiment)
        asked = AskedNumber(experiment, self.number)
        tolerance = tolerance_of(asked, self._shown_numbers(lookup))
        mistakes = mistakes_in(asked, tolerance, self.language)
        ask = lookup.filled(self.network, self.ask)
        right = Choice(asked.text, True)
        wrong = [Choice(mistake.shown, False, mistake.why) for mistake in mistakes[: MOST_CHOICES - 1]]
        return QuestionVariant(
            ask=ask,
            explain=lookup.filled(self.network, self.explain) if self.explain else "",
            answer=asked.value,
            shown=asked.text,
            tolerance=tolerance,
            choices=shuffled(ask, [right, *wrong]) if self.is_choice and wrong else (),
            mistakes=mistakes,
        )

    def _lookup(self, experiment: Experiment) -> Lookup:
        """The lesson's numbers, with `experiment` in place of the question's network."""
        return Lookup({**self.graphs, **self.experiments, self.network: experiment}, self.language)

    def _shown_numbers(self, lookup: Lookup) -> dict[str, str]:
        """The numbers of the question's network in `ask`, by name without aliases, as they are shown."""
        found = {}
        for number in self.ask.numbers:
            owner, name = lookup.resolve(self.network, number.name)
            value = lookup.value(self.network, number.name)
            if owner == self.network and math.isfinite(value):
                own_name = AskedNumber(self.experiments[self.network], name).canonical_name
                found[own_name] = lookup.text(self.network, number.name, number.spec)
        return found


def is_vague(variant: QuestionVariant) -> bool:
    """True if the numbers in the question are rounded too much for a definite answer."""
    return variant.answer is not None and variant.tolerance > VAGUEST * abs(variant.answer)


def shuffled(ask: str, choices: list[Choice]) -> tuple[Choice, ...]:
    """The choices in a random-looking order that depends only on their texts and the question."""

    def key(choice: Choice) -> bytes:
        return hashlib.sha256(f"{ask}\0{choice.text}".encode()).digest()

    return tuple(sorted(choices, key=key))


def _is_sound(drawn: QuestionVariant, own: QuestionVariant) -> bool:
    """True if a drawn question is acceptable."""
    return (
        drawn.answer is not None
        and math.isfinite(drawn.answer)
        and 0 < abs(drawn.answer) < LARGEST_ANSWER
        and not is_vague(drawn)
        and bool(drawn.choices) == bool(own.choices)
    )


def _is_as_good(drawn: QuestionVariant, own: QuestionVariant) -> bool:
    """True if a drawn question is as easy to calculate as the lesson's own, with as many mistakes."""
    return (
        len(drawn.mistakes) >= len(own.mistakes)
        and _is_shown_exactly(drawn) >= _is_shown_exactly(own)
        and _digits(drawn) <= _digits(own) + _MORE_DIGITS
    )


def _is_shown_exactly(variant: QuestionVariant) -> bool:
    return variant.answer is not None and is_exact(variant.answer, variant.shown)


def _digits(variant: QuestionVariant) -> int:
    """The number of digits in the question and its answer."""
    return sum(map(str.isdigit, variant.ask + variant.shown))
