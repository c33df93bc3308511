"""The questions of a lesson one by one, as course systems ask them."""

from dataclasses import dataclass

from storyreel.core.errors import UsageError
from storyreel.lesson.manifest import Manifest
from storyreel.storyboard.study import QuestionVariant


@dataclass(frozen=True)
class Asked:
    """One variant of a question; its `name` is no other lesson's either, its `title` tells it in a list."""

    name: str
    title: str
    variant: QuestionVariant

    @property
    def number(self) -> float | None:
        """The number that is to be typed; None where there are answers to choose from, numbers or not."""
        return None if self.variant.choices else self.variant.answer


def asked(lesson: Manifest) -> dict[str, tuple[Asked, ...]]:
    """The variants of every question of `lesson`, by its id, in order; raises UsageError if there are none.

    A student is to be asked one variant of each question.
    """
    if not lesson.questions:
        raise UsageError(f"the lesson {lesson.name!r} has no questions")
    return {
        question.id: tuple(
            Asked(f"{lesson.name}-{question.id}-{number}", f"{lesson.title}: {question.id} {number}", variant)
            for number, variant in enumerate(question.variants, start=1)
        )
        for question in lesson.questions
    }
