"""The questions as GIFT, a text that Moodle's question bank reads.

What Moodle makes of it is in its `question/format/gift/format.php`. Every text says that it is plain: else
Moodle takes it for HTML, or for what it begins with (`[html]`, `%50%`).
"""

import re
from pathlib import Path

from storyreel.core.atomic_file import atomic_file
from storyreel.exports.base import Export, Order
from storyreel.exports.plain_text import decimal, one_line, plain_text
from storyreel.exports.questions import Asked, asked
from storyreel.lesson.manifest import Manifest

NAME = "quiz.gift.txt"


def gift(lesson: Manifest) -> str:
    """The questions of `lesson`, each variant as one, in a category for each question.

    So a quiz can draw one variant of each at random. Raises UsageError if there are no questions.
    """
    parts = []
    for question, variants in asked(lesson).items():
        parts.append(f"$CATEGORY: $course$/top/{_folder(lesson.title)}/{_folder(question)}")
        for one in variants:
            title, text = _escaped(one_line(one.title)), _text(one.variant.ask)
            parts.append(f"::{title}::{text}{{{_answers(one)}}}")
    return "\n\n".join(parts) + "\n"


def write_gift(order: Order) -> list[Path]:
    """Write `quiz.gift.txt`; raises UsageError if the lesson has no questions."""
    text, path = gift(order.lesson), order.folder / NAME
    with atomic_file(path) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")
    return [path]


def _folder(name: str) -> str:
    """A part of a category's path, which Moodle splits at single slashes, and in which it escapes no more."""
    return one_line(name).replace("\\", "\\\\").replace("/", "//")


def _answers(one: Asked) -> str:
    """What stands between the braces."""
    variant = one.variant
    if one.number is None:
        answers = [
            f"{'=' if choice.is_right else '~'}{_text(choice.text)}{_feedback(choice.why)}"
            for choice in variant.choices
        ]
    else:
        answers = ["#", f"={_number(one.number, variant.tolerance)}"]
        answers += [
            f"=%0%{_number(mistake.value, mistake.tolerance)}{_feedback(mistake.why)}"
            for mistake in variant.mistakes
        ]
    general = [f"####{_text(variant.explain)}"] if variant.explain else []
    return " ".join([*answers, *general])


def _number(value: float, tolerance: float) -> str:
    return f"{decimal(value):f}:{decimal(tolerance):f}"


def _feedback(why: str) -> str:
    return f"#{_text(why)}" if why else ""


def _text(text: str) -> str:
    """A text of one line that comes out as it is."""
    return f"[plain]{_escaped(plain_text(text))}"


def _escaped(text: str) -> str:
    return re.sub(r"[\\~=#{}:]", r"\\\g<0>", text).replace("\n", "\\n")


GIFT = Export("gift", "the questions as GIFT, for Moodle's question bank", write_gift)
