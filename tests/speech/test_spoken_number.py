"""Numbers in other languages are said as a table says that was written by hand."""

from pathlib import Path

import pytest
import yaml

from storyreel.core.number_format import localized, shown
from storyreel.speech.spoken_form import spoken

TABLE = yaml.load(
    Path(__file__).with_name("spoken_numbers.yaml").read_text("utf-8"), yaml.BaseLoader
)  # of texts only
COUNTED = yaml.safe_load(Path(__file__).with_name("spoken_to_a_hundred.yaml").read_text("utf-8"))
NUMBERS = [(language, number, words) for language, its in TABLE.items() for number, words in its.items()]


@pytest.mark.parametrize(("language", "number", "words"), NUMBERS)
def test_a_number_is_said_as_people_say_it(language: str, number: str, words: str) -> None:
    assert spoken(number, language, {}) == words
    mark = "。" if language == "zh" else "."
    assert spoken(f"({number}){mark}", language, {}) == f"{words}{mark}"


def test_there_are_fifty_of_each_language() -> None:
    assert {code: len(its) for code, its in TABLE.items() if code != "pt-br"} == dict.fromkeys(
        ("de", "es", "fr", "it", "pt", "zh"), 50
    )


@pytest.mark.parametrize("language", COUNTED)
def test_three_hundred_numbers_are_shown_and_said_as_the_language_does(language: str) -> None:
    """0 to 100, their negatives, and with two decimals that are said digit by digit."""
    its = COUNTED[language]
    words, mark = its["numbers"].split(", "), "." if language == "zh" else ","
    assert len(words) == 101
    gap = "" if language == "zh" else " "
    expected = {number: (str(number), word) for number, word in enumerate(words)}
    for number in range(1, 101):
        expected[-number] = (f"−{number}", gap.join([its["minus"], words[number]]))
    for number in range(100):
        tens, ones = number * 37 % 100 // 10, number * 37 % 9 + 1  # the last decimal is not 0
        decimals = [its["point"], words[tens], words[ones]]
        value = float(f"{number}.{tens}{ones}")
        expected[value] = (f"{number}{mark}{tens}{ones}", gap.join([words[number], *decimals]))
    assert len(expected) == 301
    for value, (written, said) in expected.items():
        assert localized(shown(value, digits=5), language) == written
        assert spoken(written, language, {}) == said


@pytest.mark.parametrize(
    ("language", "written", "words"),
    [
        ("de", "w₁", "w eins"),
        ("de", "x=3", "x gleich drei"),
        ("de", "h²", "h Quadrat"),
        ("de", "0.014", "null Komma null eins vier"),  # written with a point nevertheless
        ("de", "10⁻³", "zehn hoch minus drei"),
        ("de", "x⁴", "x hoch vier"),
        ("es", "×", "por"),
        ("fr", "≈", "environ"),
        ("it", "−", "meno"),
        ("pt", "5−3", "cinco menos três"),
        ("zh", "h²", "h 的平方"),
        ("de", "2-6-5", "zwei sechs fünf"),
        ("de", "Netz.", "Netz."),
        ("fr", "l’erreur", "l'erreur"),
    ],
)
def test_signs_have_names(language: str, written: str, words: str) -> None:
    assert spoken(written, language, {}) == words


def test_a_language_whose_numbers_are_not_known_is_left_to_the_voice() -> None:
    assert spoken("0,014", "nl", {}) == "0,014"
