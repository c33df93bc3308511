"""The questions of a lesson one by one, as course systems ask them."""

from dataclasses import dataclass

from storyreel.errors import UsageError
from storyreel.manifest import Manifest, QuestionVariant


@dataclass(frozen=True)
class Asked:
    """One variant of a question; its `name` is unique in the lesson, its `title` tells it in a list."""

    name: str
    title: str
    variant: QuestionVariant


def asked(lesson: Manifest) -> tuple[Asked, ...]:
    """Every variant of every question of `lesson`, in order; raises UsageError if there are none."""
    if not lesson.questions:
        raise UsageError(f"the lesson {lesson.name!r} has no questions")
    return tuple(
        Asked(f"{question.id}-{number}", f"{lesson.title}: {question.id} {number}", variant)
        for question in lesson.questions
        for number, variant in enumerate(question.variants, start=1)
    )
