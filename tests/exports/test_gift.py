"""GIFT, read by an independent parser (npm `gift-pegjs`, which follows Moodle's)."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.quiz_lesson import HOSTILE, gradient_question, hostile_questions, lesson, number_to_choose

from storyreel.core.errors import UsageError
from storyreel.engine.experiment import Experiment
from storyreel.exports.base import ExportRequest
from storyreel.exports.gift import gift, write_gift
from storyreel.exports.plain_text import plain_text
from storyreel.storyboard.study import Choice, Question, QuestionVariant
from storyreel.storyboard.values import values_of

Parse = Callable[..., list[list[dict[str, Any]]]]
READ = """
const { parse } = require(process.argv[1]);
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map((text) => parse(text))));
"""


@pytest.fixture
def parsed(npm_package: Path) -> Parse:
    """The parser's results for some texts."""

    def parse(*texts: str) -> list[list[dict[str, Any]]]:
        command = ["node", "-e", READ, str(npm_package / "gift-pegjs" / "lib" / "gift-parser.js")]
        done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return list(json.loads(done.stdout))

    return parse


def spaced(text: str) -> str:
    """`text` as the parser gives it: with single spaces, except after an escaped line end."""
    return " ".join(plain_text(text).split())


def test_numbers_are_the_engines_and_mistakes_have_their_reason(chain: Experiment, parsed: Parse) -> None:
    ((category, *questions),) = parsed(gift(lesson((gradient_question(chain),))))
    assert category == {"type": "Category", "title": "$course$/top/Backpropagation/gradients"}
    gradients = values_of(chain)["gradients"]
    assert [q["choices"][0]["text"] for q in questions] == [
        {"type": "range", "number": value, "range": 0.005} for value in gradients.values()
    ]
    assert {q["type"] for q in questions} == {"Numerical"}
    right, wrong = questions[0]["choices"]
    assert right["weight"] is None and wrong["weight"] == 0
    assert wrong["text"]["number"] == -right["text"]["number"]
    assert wrong["feedback"]["text"] == "That has the wrong sign."
    assert questions[0]["title"] == "Backpropagation: gradients 1"
    assert questions[0]["globalFeedback"]["text"].startswith("It is ")


def test_a_small_number_is_written_without_a_power_of_ten(parsed: Parse) -> None:
    variant = QuestionVariant("How much?", "", -1.5e-07, "−1.5×10⁻⁷", 5e-09)
    ((_, question),) = parsed(gift(lesson((Question("small", (variant,)),))))
    assert question["choices"][0]["text"] == {"type": "range", "number": -1.5e-07, "range": 5e-09}


def test_choices_keep_their_order_and_their_reasons(parsed: Parse) -> None:
    asked = number_to_choose()
    ((_, question),) = parsed(gift(lesson((asked,))))
    assert question["type"] == "MC"
    found = [
        Choice(one["text"]["text"], one["isCorrect"], (one["feedback"] or {"text": ""})["text"])
        for one in question["choices"]
    ]
    assert tuple(found) == asked.variants[0].choices


def test_hostile_texts_come_out_as_text(parsed: Parse) -> None:
    files = [gift(lesson(hostile_questions(text), title=text)) for text in HOSTILE]
    for text, (category, choose, other_category, number) in zip(HOSTILE, parsed(*files), strict=True):
        assert {category["type"], other_category["type"]} == {"Category"}
        texts = [choose["stem"], choose["globalFeedback"], number["stem"], number["globalFeedback"]]
        texts += [part for one in choose["choices"] for part in (one["text"], one["feedback"])]
        texts.append(number["choices"][1]["feedback"])
        assert {one["format"] for one in texts} == {"plain"}
        expected = {spaced(text), spaced(f"{text} 2")}
        assert {spaced(one["text"]) for one in texts} == expected
        assert [one["isCorrect"] for one in choose["choices"]] == [False, True]
        assert number["choices"][0]["text"] == {"type": "range", "number": 2.5, "range": 0.05}
        assert spaced(choose["title"]) == spaced(f"{text}: choose 1")


def test_a_slash_in_the_title_makes_no_other_category() -> None:
    text = gift(lesson(hostile_questions("x"), title="Forward/backward\n\\: one"))
    assert text.splitlines()[0] == r"$CATEGORY: $course$/top/Forward//backward \\: one/choose"


def test_the_file_is_the_same_every_time(tmp_path: Path, chain: Experiment) -> None:
    export_request = ExportRequest(tmp_path, lesson((gradient_question(chain),)))
    (path,) = write_gift(export_request)
    first = path.read_bytes()
    assert write_gift(export_request) == [tmp_path / "quiz.gift.txt"]
    assert path.read_bytes() == first


def test_a_lesson_without_questions_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no questions"):
        write_gift(ExportRequest(tmp_path, lesson()))
    assert not list(tmp_path.iterdir())
