"""A small lesson in each language whose numbers are known: as it is captioned, said and drawn."""

from pathlib import Path

import pytest

from storyreel.graphics.text.decimal_mark import decimal_mark, set_decimal_mark
from storyreel.graphics.text.typeset import outlines
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.speech.script import write_script

LESSONS = Path(__file__).parents[1] / "storyboards" / "languages"
SAID = {
    "de": ("0,314", "null Komma drei eins vier", "null Komma sechs drei"),
    "es": ("0,314", "cero coma tres uno cuatro", "cero coma seis tres"),
    "fr": ("0,314", "zéro virgule trois un quatre", "zéro virgule six trois"),
    "it": ("0,314", "zero virgola tre uno quattro", "zero virgola sei tre"),
    "pt": ("0,314", "zero vírgula três um quatro", "zero vírgula seis três"),
    "zh": ("0.314", "零点三一四", "零点六三"),
}


@pytest.mark.parametrize("language", SAID)
def test_numbers_are_written_and_said_as_in_the_language(language: str) -> None:
    first, second, _ = write_script(load(LESSONS / f"{language}.yaml")).beats
    written, weight, hidden = SAID[language]
    assert written in first.shown
    assert weight in first.spoken
    assert hidden in second.spoken


@pytest.mark.parametrize("language", SAID)
def test_numbers_are_drawn_with_the_mark_of_the_language(language: str) -> None:
    production = plan(load(LESSONS / f"{language}.yaml"), voice="silent")
    assert production.performance(production.timeline.chapters[0]).decimal_mark == SAID[language][0][1]


def test_a_comma_is_drawn_in_the_place_of_the_point() -> None:
    def glyphs() -> list[bytes]:
        return [outline.tobytes() for outline, _, _ in outlines("$3.14$", 0.5)]

    point, before = glyphs(), decimal_mark()
    set_decimal_mark(",")
    try:
        comma = glyphs()
    finally:
        set_decimal_mark(before)
    assert [a == b for a, b in zip(point, comma, strict=True)].count(False) >= 1
    assert len(comma) == len(point) == 4
    assert glyphs() == point
