"""The questions as GIFT, a text format that Moodle's question bank imports.

Moodle's parser is `question/format/gift/format.php`. Every text is marked as plain; without that Moodle would
interpret it as HTML, or interpret its beginning (`[html]`, `%50%`).
"""

import re
from pathlib import Path

from storyreel.core.atomic_file import atomic_file
from storyreel.exports.base import Export, ExportRequest
from storyreel.exports.plain_text import decimal, one_line, plain_text
from storyreel.exports.questions import QuizItem, quiz_items
from storyreel.lesson.manifest import Manifest

NAME = "quiz.gift.txt"


def gift(lesson: Manifest) -> str:
    """The questions of `lesson`: a category for each question, with its variants as questions.

    So a quiz can draw one variant of each at random. Raises UsageError if there are no questions.
    """
    parts = []
    for question, items in quiz_items(lesson).items():
        parts.append(f"$CATEGORY: $course$/top/{_folder(lesson.title)}/{_folder(question)}")
        for item in items:
            title, text = _escaped(one_line(item.title)), _text(item.variant.ask)
            parts.append(f"::{title}::{text}{{{_answers(item)}}}")
    return "\n\n".join(parts) + "\n"


def write_gift(request: ExportRequest) -> list[Path]:
    """Write `quiz.gift.txt`; raises UsageError if the lesson has no questions."""
    text, path = gift(request.lesson), request.folder / NAME
    with atomic_file(path) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")
    return [path]


def _folder(name: str) -> str:
    """A part of a category's path, which Moodle splits at single slashes; it knows no other escapes there."""
    return one_line(name).replace("\\", "\\\\").replace("/", "//")


def _answers(item: QuizItem) -> str:
    """The text between the braces: the answers with their feedback."""
    variant = item.variant
    if item.number is None:
        answers = [
            f"{'=' if choice.is_right else '~'}{_text(choice.text)}{_feedback(choice.why)}"
            for choice in variant.choices
        ]
    else:
        answers = ["#", f"={_number(item.number, variant.tolerance)}"]
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
    """A text in one line that Moodle shows unchanged."""
    return f"[plain]{_escaped(plain_text(text))}"


def _escaped(text: str) -> str:
    return re.sub(r"[\\~=#{}:]", r"\\\g<0>", text).replace("\n", "\\n")


GIFT = Export("gift", "the questions as GIFT, for Moodle's question bank", write_gift)
