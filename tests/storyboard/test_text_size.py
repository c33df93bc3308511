"""The room that texts take, measured without drawing them, and letters that no font has."""

from random import Random

import pytest

from storyreel.graphics.text.paragraph import Paragraph, WordTooWide
from storyreel.graphics.text.typeset import words
from storyreel.storyboard.text_size import height_of, width_of
from storyreel.storyboard.typst_fonts import letters_without_font

WORDS = "the network learns weight backpropagation a Wolframium iiii MMMM e.g. (so) “quoted”"


@pytest.mark.parametrize("seed", range(40))
def test_a_paragraph_is_as_high_as_it_is_drawn(seed: int) -> None:
    random = Random(seed)
    text = " ".join(random.choices(WORDS.split(), k=random.randint(1, 30)))
    em, weight = random.choice((0.36, 0.44, 0.66, 1.1)), random.choice(("regular", "semibold", "bold"))
    width = random.uniform(8 * em, 12)
    try:
        drawn = Paragraph(text, em=em, width=width, weight=weight).extent
    except WordTooWide:
        return  # by less than the ends of the word's outlines, or infinite
    assert height_of(text, width, em, weight) == pytest.approx(drawn, abs=0.02)


def test_a_word_that_is_wider_than_a_line_has_no_height() -> None:
    assert height_of("backpropagation", 2.0, 0.5) == float("inf")
    assert height_of("back propagation", 3.5, 0.5) < 2


def test_nothing_has_a_height_too() -> None:
    assert height_of("", 2.0, 0.5) == height_of(" ", 2.0, 0.5) < 0.5


@pytest.mark.parametrize("text", ["a few words", "MMMM", "illicit", '{}[]#$\\"'])
def test_a_line_is_as_wide_as_it_is_drawn(text: str) -> None:
    assert width_of(text, 0.5, "bold") == pytest.approx(words(text, em=0.5, weight="bold").width, abs=0.12)


def test_letters_that_no_font_has_are_told_from_those_that_one_has() -> None:
    assert letters_without_font("Any text: naïve, Ω, Ж, ŷ, e\u0301, ∂L/∂w ≈ ½ x² – “…” → עברית") == []
    assert letters_without_font("กข and ก and 学习 and 😀\ufe0f") == ["ก", "ข", "😀"]
