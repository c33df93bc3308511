"""Study material of a lesson: glossary, flash cards, questions."""

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
    """An answer to choose; `why` explains why it is right or wrong ("" if there is no explanation)."""

    text: str
    is_right: bool
    why: str = ""


@dataclass(frozen=True)
class Mistake:
    """The wrong answer that results from a usual mistake; `why` is a sentence that explains the mistake.

    An answer within `tolerance` of `value` is taken for this mistake. These intervals of a question's
    mistakes and of its right answer do not overlap. `shown` is the value as text.
    """

    value: float
    shown: str
    tolerance: float
    why: str


@dataclass(frozen=True)
class QuestionVariant:
    """A question about one set of numbers.

    A question for a number accepts answers within `tolerance` of `answer`; `shown` is the answer as text, and
    `mistakes` explain wrong ones. `choices` (at least two, one of them right) are in an order that gives
    nothing away.
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
    """A question about one or more sets of numbers; `id` is one word, unique in the lesson."""

    id: str
    variants: Annotated[tuple[QuestionVariant, ...], MinLen(1)]
