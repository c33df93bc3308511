"""Paragraphs: their lines, where they stand, and how their words are found again."""

import pytest

from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.text.paragraph import PITCH, Paragraph, fitted

TEXT = "The gradient says, for each weight, how steeply the loss rises."


def test_lines_are_counted_and_evenly_spaced() -> None:
    for width in (20.0, 6.0, 4.0, 3.0):
        text = Paragraph(TEXT, em=0.5, width=width)
        assert text.width <= width + 0.02
        assert text.extent == pytest.approx(0.5 * (0.727 + (text.lines - 1) * PITCH))
    assert Paragraph(TEXT, em=0.5, width=20).lines == 1 < text.lines


@pytest.mark.parametrize("text", ["acorn", "Acorn", "gypsy", "(big)"])
def test_paragraphs_stand_on_the_same_line_whatever_their_letters(text: str) -> None:
    placed = Paragraph(f"{text} n", em=0.5, width=9).put(-3, 1)
    assert placed.get_left()[0] == pytest.approx(-3)
    assert placed.top == pytest.approx(1)
    assert placed[-1].get_bottom()[1] == pytest.approx(1 - 0.727 * 0.5, abs=0.01)


def test_words_are_found_whatever_their_capitals_and_punctuation() -> None:
    text = Paragraph(TEXT, em=0.5, width=4)
    rows = text.find("EACH weight how steeply")
    assert sum(map(len, rows)) == len("eachweight,howsteeply")
    assert [text.baseline(row) for row in rows] == sorted((text.baseline(row) for row in rows), reverse=True)
    assert text.find("each loss") == text.find("") == []


def test_a_text_is_as_large_as_fits() -> None:
    area = Area("test", -2, -1, 2, 1)
    sizes = [fitted("word " * count, area, em=0.6).em for count in (3, 8, 12)]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] == 0.6 > sizes[2]
    with pytest.raises(LayoutError, match="say it in fewer words"):
        fitted("word " * 60, area, em=0.6)
    with pytest.raises(LayoutError, match="241 words are more than can be read at once"):
        Paragraph("word " * 241, width=9)
