"""The questions of a lesson as single quiz items, one for each variant."""

from dataclasses import dataclass

from storyreel.core.errors import UsageError
from storyreel.lesson.manifest import Manifest
from storyreel.storyboard.study import QuestionVariant


@dataclass(frozen=True)
class QuizItem:
    """One variant of a question; `name` is unique across lessons, `title` identifies it in a list."""

    name: str
    title: str
    variant: QuestionVariant

    @property
    def number(self) -> float | None:
        """The number to type; None for a question with choices."""
        return None if self.variant.choices else self.variant.answer


def quiz_items(lesson: Manifest) -> dict[str, tuple[QuizItem, ...]]:
    """The items of every question of `lesson`, by the question's id, in order; raises UsageError without any.

    A student should get one item of each question.
    """
    if not lesson.questions:
        raise UsageError(f"the lesson {lesson.name!r} has no questions")
    return {
        question.id: tuple(
            QuizItem(
                f"{lesson.name}-{question.id}-{number}", f"{lesson.title}: {question.id} {number}", variant
            )
            for number, variant in enumerate(question.variants, start=1)
        )
        for question in lesson.questions
    }
