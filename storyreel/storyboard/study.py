"""What a lesson offers for reading and practice beside the film: glossary, flash cards, questions."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import MinLen


@dataclass(frozen=True)
class GlossaryEntry:
    """A term and what it means."""

    term: str
    text: str


@dataclass(frozen=True)
class FlashCard:
    """A flash card."""

    front: str
    back: str


@dataclass(frozen=True)
class Choice:
    """An answer to choose; `why` says why it is right or wrong, "" for no reason given."""

    text: str
    is_right: bool
    why: str = ""


@dataclass(frozen=True)
class Mistake:
    """A wrong number that a usual mistake gives, as it is `shown`; `why` says in a sentence what went wrong.

    An answer as near to `value` as `tolerance` comes of this mistake. No two mistakes of a question, nor a
    mistake and the right answer, are as near to each other as that.
    """

    value: float
    shown: str
    tolerance: float
    why: str


@dataclass(frozen=True)
class QuestionVariant:
    """A question about one set of numbers.

    A question for a number has its `answer`, as it is `shown`, and accepts what is as near as `tolerance`,
    which comes of the rounding of what is shown; `mistakes` tell who answers another number why. One with
    `choices` (at least two, one of them right) has them in an order that tells nothing.
    """

    ask: str
    explain: str
    answer: float | None = None
    shown: str = ""
    tolerance: float = 0.0
    choices: tuple[Choice, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question, the same about one or more sets of numbers; `id` is one word, unique in the lesson."""

    id: str
    variants: Annotated[tuple[QuestionVariant, ...], MinLen(1)]
