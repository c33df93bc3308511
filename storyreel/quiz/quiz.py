"""Questions about a lesson's numbers: their answers by the engine, how near is right, what is wrong and why.

A question is asked about the lesson's own numbers first, and then about others like them.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from storyreel.core.number_format import is_exact, shown
from storyreel.engine.experiment import Experiment
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
"""An answer is known badly if its tolerance is more than this part of it."""
_DRAWS = 200
_MORE_DIGITS = 2


class NoQuestion(ValueError):
    """No such question can be asked; the message says why, to its author."""


@dataclass(frozen=True)
class NumberQuestion:
    """A question for a number of the network `network` of `experiments`, in its author's words.

    `number` is its name in that network; names in `ask` and `explain` are those of a chapter about
    `network`. With `is_choice` the answer is one of several, not typed. `seed` is for numbers to be drawn.
    """

    ask: Template
    explain: Template | None
    number: str
    network: str
    experiments: Mapping[str, Experiment]
    is_choice: bool
    seed: str

    def variants(self, count: int) -> tuple[QuestionVariant, ...]:
        """`count` different variants. Raises NoQuestion if there are not as many, or nothing to choose."""
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
        return tuple(asked)

    def _drawn(self, random: Random, asked: list[QuestionVariant]) -> Iterator[QuestionVariant]:
        """Variants about other numbers, good ones before bearable ones."""
        bearable = []
        texts = {other.ask for other in asked}
        for _ in range(_DRAWS):
            experiment = variant_experiment(self.experiments[self.network], random)
            if self._lookup(experiment).filled(self.network, self.ask) in texts:
                continue
            drawn = self._variant(experiment)
            if _is_sound(drawn, asked[0]):
                if _is_as_good(drawn, asked[0]):
                    yield drawn
                bearable.append(drawn)
        yield from bearable

    def _variant(self, experiment: Experiment) -> QuestionVariant:
        """The question about the numbers of `experiment`."""
        lookup = self._lookup(experiment)
        asked = AskedNumber(experiment, self.number)
        tolerance = tolerance_of(asked, self._shown_numbers(lookup))
        mistakes = mistakes_in(asked, tolerance)
        ask = lookup.filled(self.network, self.ask)
        right = Choice(shown(asked.value), True)
        wrong = [Choice(mistake.shown, False, mistake.why) for mistake in mistakes[: MOST_CHOICES - 1]]
        return QuestionVariant(
            ask=ask,
            explain=lookup.filled(self.network, self.explain) if self.explain else "",
            answer=asked.value,
            shown=shown(asked.value),
            tolerance=tolerance,
            choices=shuffled(ask, [right, *wrong]) if self.is_choice and wrong else (),
            mistakes=mistakes,
        )

    def _lookup(self, experiment: Experiment) -> Lookup:
        """The lesson's numbers, with those of `experiment` for those of the question's network."""
        return Lookup({**self.experiments, self.network: experiment})

    def _shown_numbers(self, lookup: Lookup) -> dict[str, str]:
        """The numbers of the question's network in `ask`, by their own names, as they are shown."""
        found = {}
        for number in self.ask.numbers:
            owner, name = lookup.resolve(self.network, number.name)
            value = lookup.value(self.network, number.name)
            if owner == self.network and math.isfinite(value):
                own_name = AskedNumber(self.experiments[self.network], name).canonical_name
                found[own_name] = shown(value, number.spec)
        return found


def is_vague(variant: QuestionVariant) -> bool:
    """Whether the numbers in the question are rounded so much that its answer is hardly known."""
    return variant.answer is not None and variant.tolerance > VAGUEST * abs(variant.answer)


def shuffled(ask: str, choices: list[Choice]) -> tuple[Choice, ...]:
    """The choices in an order that comes of their texts and the question alone, and so tells nothing."""

    def key(choice: Choice) -> bytes:
        return hashlib.sha256(f"{ask}\0{choice.text}".encode()).digest()

    return tuple(sorted(choices, key=key))


def _is_sound(drawn: QuestionVariant, own: QuestionVariant) -> bool:
    """Whether a drawn question can be asked at all."""
    return (
        drawn.answer is not None
        and math.isfinite(drawn.answer)
        and 0 < abs(drawn.answer) < LARGEST_ANSWER
        and not is_vague(drawn)
        and bool(drawn.choices) == bool(own.choices)
    )


def _is_as_good(drawn: QuestionVariant, own: QuestionVariant) -> bool:
    """Whether a drawn question is as easy to reckon with, and its mistakes tell as much, as the own."""
    return (
        len(drawn.mistakes) >= len(own.mistakes)
        and _is_shown_exactly(drawn) >= _is_shown_exactly(own)
        and _digits(drawn) <= _digits(own) + _MORE_DIGITS
    )


def _is_shown_exactly(variant: QuestionVariant) -> bool:
    return variant.answer is not None and is_exact(variant.answer, variant.shown)


def _digits(variant: QuestionVariant) -> int:
    """The digits in the question and its answer."""
    return sum(map(str.isdigit, variant.ask + variant.shown))
