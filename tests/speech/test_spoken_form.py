import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyreel.core.number_format import shown
from storyreel.speech.spoken_form import fraction_in_words, number_in_words, spoken

ENGLISH = {
    "6,": "six,",
    "1.67": "one point six seven",
    "0.50.": "zero point five zero.",
    "0.0042": "zero point zero zero four two",
    "−0.12": "minus zero point one two",
    "-0.12": "minus zero point one two",
    "5/6": "five sixths",
    "−5/6.": "minus five sixths.",
    "1/2": "one half",
    "3/4": "three quarters",
    "7/132": "seven over one hundred and thirty-two",
    "½": "one half",
    "2½": "two and a half",
    "4.2e−07": "four point two times ten to the power minus seven",
    "1,234.5": "one thousand two hundred and thirty-four point five",
    "$3000.": "three thousand dollars.",
    "12%": "twelve percent",
    "1st": "first",
    "3–5": "three to five",
    "1986,": "nineteen eighty-six,",
    "1986.5": "one thousand nine hundred and eighty-six point five",
    "1500": "one thousand five hundred",
    "×": "times",
    "=": "equals",
    "→": "to",
    "≈": "is about",
    "η": "eta",
    "λ.": "lambda.",
    "Δw": "delta w",
    "w₁,": "w one,",
    "w₁₂": "w twelve",
    "a₁": "A-one",
    "wᵢⱼ": "w i j",
    "h²": "h squared",
    "10⁻³": "ten to the power minus three",
    "(5−3)²": "five minus three, squared",
    "½(5−3)²": "one half of five minus three, squared",
    "ŷ": "y hat",
    "rôle": "rôle",
    "f(x)": "f of x",
    "σ(z₁)": "sigma of z one",
    "tanh(z₁)": "tan H of z one",
    "∂L/∂w₁?": "d L by d w one?",
    "∂L/∂h·∂h/∂w₁": "d L by d h times d h by d w one",
    "y/x": "y over x",
    "input/output": "input output",
    "2-6-5": "two six five",
    "two-by-three": "two-by-three",
    "it’s": "it's",
    "“quoted,”": "quoted,",
    "IQ": "I Q",
    "network.": "network.",
    "—": "—",
    "": "",
}


@pytest.mark.parametrize(("word", "said"), ENGLISH.items())
def test_a_word_is_said_as_one_says_it(word: str, said: str) -> None:
    assert spoken(word, "en", {}) == said


def test_the_lexicon_goes_before_all_rules_and_holds_for_whole_words() -> None:
    lexicon = {"∂L/∂w₁": "the slope", "L": "the loss", "w₁": "the first weight"}
    assert spoken("∂L/∂w₁,", "en", lexicon) == "the slope,"
    assert spoken("(L)", "en", lexicon) == "the loss"
    assert spoken("Layer", "en", lexicon) == "Layer"
    assert spoken("w₁₂", "en", lexicon) == "w twelve"


def test_the_lexicon_overrides_the_words_that_storyreel_knows() -> None:
    assert spoken("ReLU's", "en-GB", {"ReLU": "rell you"}) == "rell you's"


def test_the_lexicon_holds_in_another_language() -> None:
    assert spoken("«x»,", "fr", {"x": "ixe"}) == "ixe,"


@given(st.text(max_size=30), st.sampled_from(["en", "de"]))
def test_any_text_can_be_said(text: str, language: str) -> None:
    said = spoken(text, language, {"h": "aitch"})
    assert said == " ".join(said.split())


@given(st.floats(-1e9, 1e9))
def test_no_digit_of_a_number_is_left_to_the_voice(value: float) -> None:
    said = spoken(shown(value), "en", {})
    assert said.isascii() and not any(character.isdigit() for character in said)


@given(st.decimals(0, 10**6, places=3))
def test_a_number_in_words_has_one_word_for_each_decimal(value: object) -> None:
    whole, _, decimals = number_in_words(str(value)).partition(" point ")
    assert whole and len(decimals.split()) == 3


def test_fractions_have_a_plural() -> None:
    assert fraction_in_words(1, 3) == "one third"
    assert fraction_in_words(2, 3) == "two thirds"
    assert fraction_in_words(3, 2) == "three halves"
