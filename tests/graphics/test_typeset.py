import math

import numpy as np
import pytest
from manim import VGroup

from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.text.typeset import Typeset, maths, slot, words
from storyreel.storyboard.typst_fonts import typst_string


def test_slots_leave_the_layout_as_it_is():
    plain = Typeset("$ h = w_1 times x = 6 $", plain="")
    product = f"= {slot(0, 'w_1')} times {slot(1, 'x')}"
    slotted = Typeset(f"$ h {slot(2, product)} = 6 $", plain="")
    assert slotted.width == pytest.approx(plain.width, abs=1e-9)
    assert [glyph.get_center()[0] for glyph in slotted] == pytest.approx(
        [glyph.get_center()[0] for glyph in plain], abs=1e-6
    )


def test_a_slot_has_its_glyphs_and_its_colour():
    piece = Typeset(
        f"$ {slot(0, 'w_1')} times {slot(1, '5/6')} $",
        plain="",
        slots=("w1", "w2"),
        colours=("#ff0000", "#00ff00"),
    )
    assert len(piece.slot(0)) == 2  # the letter and its index
    assert len(piece.slot(1)) == 3  # five, six and the bar between them
    assert {glyph.fill_color.to_hex() for glyph in piece.slot(1)} == {"#00FF00"}
    assert len(piece.outside) == 1
    assert [len(group) for group in piece.named("w2")] == [3]


@pytest.mark.parametrize(
    "number", ["\N{MINUS SIGN}1.17", "10.23", "4.56", "70.89", "1.21", "1.5×10⁻⁷", "0.30 + 7.41"]
)
def test_digits_stand_where_typst_sets_them(number):
    source = f"${slot(0, 'w_1')} = {slot(1, number)}$"
    composed = Typeset(source, plain="", em=0.4)
    # Digits are put into a layout of zeros only where the source begins with maths, not with a space.
    as_set = Typeset(f" {source}", plain="", em=0.4)
    assert composed.slot_numbers == as_set.slot_numbers
    for here, there in zip(composed, as_set, strict=True):
        np.testing.assert_allclose(here.points, there.points, atol=0.014 * 0.4)  # see _with_digits


def test_a_fraction_bar_grows_with_its_digits():
    small, large = maths("5/6", plain="5/6", em=0.5), maths("5/6", plain="5/6", em=1.0)
    assert large.height == pytest.approx(2 * small.height)
    bars = [min(piece, key=lambda glyph: glyph.height) for piece in (small, large)]
    assert bars[1].height == pytest.approx(2 * bars[0].height)


def test_an_em_is_as_many_units_as_it_says():
    assert words("H", em=1.0).height == pytest.approx(0.727, abs=0.01)  # Inter's capitals: 0.727 of the em


@pytest.mark.parametrize("text", ['#read("/etc/passwd")', '"]#panic()', "\\", "$x$", "a\nb", "*no* _markup_"])
def test_an_authors_text_is_never_markup(text):
    assert len(words(text)) == len(text.replace(" ", "").replace("\n", ""))


def test_quoted_text_is_one_string():
    assert typst_string('say "5\\6"') == '"say \\"5\\\\6\\""'


def test_long_text_is_broken_into_lines():
    text = "a rather long remark that does not fit"
    broken = words(text, width=3.0)
    assert broken.width <= 3.0
    assert broken.height > 1.5 * words(text).height


def test_pieces_do_not_share_their_glyphs():
    one, other = maths("2", plain="2"), maths("2", plain="2")
    one.shift([1, 0, 0])
    assert other.get_center()[0] == pytest.approx(0)
    assert isinstance(one, VGroup) and one.plain == "2" and one.em == theme.SIZES.label


def test_what_is_no_number_cannot_be_set_in_maths():
    with pytest.raises(StoryreelError, match="the training diverges"):
        maths(shown(math.nan), plain="")
    assert maths(shown(math.inf), plain="").width > 0
    assert words(shown(math.nan)).width > 0


def test_a_letter_with_an_index_in_a_text_is_set_as_in_formulas() -> None:
    text = words("so w₁ = 2 here", em=1.0)
    symbol = maths("w_1 = 2", plain="w1 = 2", em=1.0)
    places = [[glyph.points - glyph.get_center() for glyph in part] for part in (text, symbol)]
    found, wanted = places
    assert any(
        all(
            one.shape == other.shape and np.allclose(one, other, atol=1e-4)
            for one, other in zip(found[start:], wanted, strict=False)
        )
        for start in range(len(found) - len(wanted) + 1)
    )
    assert text.plain == "so w₁ = 2 here"
