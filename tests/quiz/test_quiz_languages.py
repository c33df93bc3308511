"""Questions in the lesson's language: numbers and reasons, on the page and in the exports."""

from dataclasses import replace
from pathlib import Path

import pytest
from helpers.quiz_lesson import lesson

from storyreel.core.messages import messages
from storyreel.exports.gift import gift
from storyreel.exports.qti import assessment
from storyreel.lesson.manifest import Manifest
from storyreel.reader import load
from storyreel.storyboard.study import Question

LESSONS = Path(__file__).parents[1] / "storyboards" / "languages"
LANGUAGES = ("de", "es", "fr", "it", "pt", "zh")


def questions(language: str) -> tuple[Question, ...]:
    return load(LESSONS / f"{language}.yaml").questions


def asked(language: str) -> Manifest:
    return replace(lesson(questions(language)), language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_answers_are_explained_in_the_language(language: str) -> None:
    hidden, loss, step, gradient = (question.variants[0] for question in questions(language))
    reasons = messages(language)["mistakes"]
    assert [mistake.why for mistake in hidden.mistakes] == [reasons["added"]]
    assert [mistake.why for mistake in step.mistakes] == [
        reasons[name] for name in ("uphill", "without_rate", "step_alone")
    ]
    assert reasons["swapped"] in [mistake.why for mistake in gradient.mistakes]
    assert {choice.why for choice in loss.choices if not choice.is_right} == {
        reasons["without_half"],
        reasons["unsquared"],
    }


@pytest.mark.parametrize(("language", "mark"), [("de", ","), ("fr", ","), ("zh", ".")])
def test_answers_and_mistakes_are_written_as_in_the_language(language: str, mark: str) -> None:
    hidden, loss, step, _ = (question.variants[0] for question in questions(language))
    assert f"0{mark}314" in hidden.ask
    assert hidden.shown == f"0{mark}63"
    assert [mistake.shown for mistake in hidden.mistakes] == [f"2{mark}31"]  # 2 + 0.314
    assert {choice.text for choice in loss.choices} == {f"3{mark}12", f"6{mark}24", f"1{mark}25"}
    assert f"0{mark}11" in {mistake.shown for mistake in step.mistakes}  # 0.314 − 0.05 × 4, and uphill


@pytest.mark.parametrize(("language", "mark"), [("de", ","), ("zh", ".")])
def test_exported_feedback_has_the_numbers_and_reasons_of_the_language(language: str, mark: str) -> None:
    text, reasons = assessment(asked(language)).decode(), messages(language)["mistakes"]
    assert f"2{mark}31: {reasons['added']}" in text
    assert f"6{mark}24" in text
    bank = gift(asked(language))
    assert reasons["added"].replace(":", "\\:") in bank
    assert "#=0.628:" in bank.replace(" ", "").replace(
        "[plain]", ""
    )  # Moodle reads numbers with a point only


def test_a_language_without_messages_has_those_of_english() -> None:
    text = (LESSONS / "de.yaml").read_text("utf-8").replace("language: de", "language: en")
    hidden = load(LESSONS / "de.yaml", text=text).questions[0].variants[0]
    assert [mistake.why for mistake in hidden.mistakes] == [messages("en")["mistakes"]["added"]]
