"""Numbers as text, which can be spoken, captioned and typeset as mathematics."""

import math
import re
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storyreel.core.number_format import is_exact, short_of_one, shown
from storyreel.speech.spoken_form import spoken
from storyreel.storyboard.template import Template

WRITTEN = {
    6.0: "6",
    2: "2",
    100.0: "100",
    -0.12: "−0.12",
    4.8: "4.8",
    1.62: "1.62",
    12.346: "12.35",
    0.004249: "0.0042",
    0.0999: "0.1",
    0.00005: "0.00005",
    123456.789: "123456.79",
    0.1 + 0.2: "0.3",
}
FRACTIONS = {5 / 6: "5/6", 10 / 3: "10/3", -5 / 3: "−5/3", 1 / 12: "1/12", 7 / 8: "7/8", -7 / 11: "−7/11"}
POWERS = {
    1e-9: "1×10⁻⁹",
    -1.5e-7: "−1.5×10⁻⁷",
    9.96e-7: "1×10⁻⁶",
    1e9: "1×10⁹",
    1.2345e12: "1.23×10¹²",
    -1e300: "−1×10³⁰⁰",
    5e-324: "4.9×10⁻³²⁴",
}
ENDLESS = {math.inf: "∞", -math.inf: "−∞", math.nan: "not a number"}
ALL = {**WRITTEN, **FRACTIONS, **POWERS, **ENDLESS}

FINITE = st.floats(-1e300, 1e300)
SPEC = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "+"]),
        st.sampled_from(["", ","]),
        st.sampled_from(["", ".0", ".1", ".3", ".12"]),
        st.sampled_from(["", "e", "f", "g", "%"]),
    ),
)


def read(text: str) -> Fraction:
    """The number that a reader understands by `text`."""
    digits = text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")).replace(",", "")
    if digits.endswith("%"):
        return Fraction(digits[:-1]) / 100
    factor, _, power = digits.partition("×10")
    return Fraction(factor) * Fraction(10) ** int(power or 0)


@pytest.mark.parametrize(("value", "text"), ALL.items())
def test_a_number_is_written_as_people_write_it(value: float, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (5 / 6, ".3f", "0.833"),
        (6.0, ".2f", "6.00"),
        (-0.12, ".1f", "−0.1"),
        (1234.5, ",.1f", "1,234.5"),
        (1e9, ",.0f", "1,000,000,000"),
        (0.25, ".0%", "25%"),
        (-0.125, ".1%", "−12.5%"),
        (2.0, "+.1f", "+2.0"),
        (-2.0, "+.1f", "−2.0"),
        (0.000042, ".1e", "4.2×10⁻⁵"),
        (42.0, ".1e", "4.2×10¹"),
        (1e-9, "g", "1×10⁻⁹"),
        (math.inf, ".2f", "∞"),
        (math.nan, "+.1e", "not a number"),
    ],
)
def test_a_format_is_followed(value: float, spec: str, text: str) -> None:
    assert shown(value, spec) == text


@given(FINITE)
@example(0.095)
@example(0.9999999)
@example(1e-6)
def test_a_number_read_back_is_itself_to_within_its_last_digit(value: float) -> None:
    size = abs(value)
    number = read(shown(value))
    if size >= 1e9:
        assert number == pytest.approx(value, rel=0.005)
    elif size >= 0.1:
        assert number == pytest.approx(value, rel=1e-12, abs=0.005 + 1e-12)
    else:
        assert number == pytest.approx(value, rel=0.05, abs=0)  # two digits, also of tiny numbers


@given(FINITE, SPEC)
def test_with_a_format_it_is_pythons_but_for_the_signs(value: float, spec: str) -> None:
    assert read(shown(value, spec) if spec else repr(value)) == Fraction(_python(value, spec))


def _python(value: float, spec: str) -> Fraction:
    text = format(value, spec).replace(",", "")
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


@given(FINITE, SPEC)
@example(-0.0, "")
@example(-0.001, ".2f")
@example(-0.001, "+,.1f")
@example(-0.0, ".1e")
def test_nothing_is_rounded_to_minus_zero(value: float, spec: str) -> None:
    text = shown(value, spec)
    assert "-" not in text
    assert not text.startswith("−") or read(text) < 0


@pytest.mark.parametrize(
    "value", [6.0, -0.12, 5 / 6, -10 / 3, 0.1 + 0.2, 1e-9, 4.5e-7, 1e9, 0.0, 0.005, 1e12]
)
def test_a_number_written_whole_is_exact(value: float) -> None:
    assert is_exact(value, shown(value))


@pytest.mark.parametrize("value", [0.7133333333, 12.346, 0.0999, 2 / 13, 1.23456e-9, 1234567891.0, 100 / 3])
def test_a_rounded_number_is_not_exact(value: float) -> None:
    assert not is_exact(value, shown(value))


@given(st.integers(-(10**10), 10**10), st.integers(1, 12))
def test_hundredths_and_small_fractions_are_exact(numerator: int, denominator: int) -> None:
    assert is_exact(numerator / 100, shown(numerator / 100))
    part = numerator % 100 / denominator
    assert is_exact(part, shown(part))


@given(FINITE)
def test_what_is_exact_reads_back_as_the_number(value: float) -> None:
    if is_exact(value, shown(value)):
        assert float(read(shown(value))) == pytest.approx(value, rel=2e-12, abs=0)


def test_of_no_end_and_of_no_number_no_rounding_is_claimed() -> None:
    assert all(is_exact(value, shown(value)) for value in (math.inf, -math.inf, math.nan))


SAID = {
    1e-9: "one times ten to the power minus nine",
    -1.5e-7: "minus one point five times ten to the power minus seven",
    1.2345e12: "one point two three times ten to the power twelve",
    math.inf: "infinity",
    -math.inf: "minus infinity",
    -5 / 3: "minus five thirds",
}


@pytest.mark.parametrize(("value", "words"), SAID.items())
def test_a_number_can_be_said(value: float, words: str) -> None:
    assert spoken(f"{shown(value)},", "en", {}) == f"{words},"


@given(FINITE, SPEC)
def test_any_number_is_one_word_of_the_captions_and_said_in_letters(value: float, spec: str) -> None:
    text = shown(value, spec)
    assert not re.search(r"\s", text)
    said = spoken(text, "en", {})
    assert said.isascii() and not re.search(r"[\d×%+]", said)


@pytest.mark.parametrize("text", [text for text in ALL.values() if text != "not a number"])
def test_a_number_can_be_set_as_text_and_as_mathematics(text: str) -> None:
    from storyreel.graphics.text.typeset import maths, words

    glyphs = len(text)  # the bar of a fraction stands for its stroke
    assert len(maths(text, plain=text)) == len(maths(f"display({text})", plain=text)) == glyphs
    assert len(words(text)) == glyphs


def test_what_is_no_number_can_be_set_as_text() -> None:
    from storyreel.graphics.text.typeset import words

    assert len(words(shown(math.nan))) == len("notanumber")


def test_every_format_that_a_storyboard_may_ask_for_can_be_written() -> None:
    for sign in ("", "+"):
        for comma in ("", ","):
            for precision in ("", ".0", ".2", ".99"):
                for kind in ("", "e", "f", "g", "%"):
                    if spec := sign + comma + precision + kind:
                        (number,) = Template.parse(f"{{h:{spec}}}").numbers
                        assert shown(-1234.5, number.spec)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.tanh(6), "≈ 1"),
        (-math.tanh(6), "≈ −1"),
        (0.997, "0.997"),
        (0.99, None),
        (1.0, None),
        (0.9994, "≈ 1"),
        (1 - 1e-12, "≈ 1"),
    ],
)
def test_a_value_just_short_of_one_is_not_written_as_exactly_one(value: float, text: str | None) -> None:
    assert short_of_one(value) == text
