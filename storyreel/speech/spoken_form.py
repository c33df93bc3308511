"""The spoken form of a written word: numbers and signs are spelt out, other words stay as they are.

The rules are for English; `spoken_number` has those of the other languages whose numbers are known. The
storyboard's lexicon applies in all languages.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache, partial

from storyreel.speech.number_words import number_language
from storyreel.speech.spoken_number import SUBSCRIPTS, SUPERSCRIPTS, spoken_numbers
from storyreel.speech.spoken_symbols import ACCENTS, CURRENCIES, FRACTIONS, GREEK, POWERS, SIGNS, WORDS

CURLY = str.maketrans({"\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'"})
QUOTES = str.maketrans("", "", '"“”„«»')
UNSIGNED = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
YEARS = range(1700, 2100)
LONGEST = 15  # digits before the point; a longer number is read digit by digit


def spoken(word: str, language: str, lexicon: Mapping[str, str]) -> str:
    """The spoken form of one word of the captions with its punctuation: of `5/6,` it is `five sixths,`.

    `lexicon` maps written words to spoken ones and takes precedence over all rules, for whole words and
    inside compounds (`ReLU` in `ReLU-like`). Punctuation at which a voice pauses is kept. A dash or hyphen by
    itself is a pause; a minus sign must be U+2212. The result may be empty.
    """
    is_english = language.partition("-")[0] == "en"
    words = {**WORDS, **lexicon} if is_english else lexicon
    say = _english if is_english else partial(_other, language)
    if not words:
        return _tidy(say(word))
    parts = _any_of(tuple(words)).split(word)  # what is between known words, and at odd places these
    for i in range(0, len(parts), 2):
        parts[i] = say(re.sub(r"^\(", " of ", parts[i]) if i and is_english else parts[i])  # tanh(z)
    for i in range(1, len(parts), 2):
        parts[i] = words[parts[i]]
    return _tidy("".join(parts))


def is_sayable(text: str) -> bool:
    """True if a voice has something to say for `text`: a letter, a digit or a sign with a name, such as +."""
    return any(
        character.isalnum() or character in SIGNS or unicodedata.category(character) in ("Sc", "Sm", "So")
        for character in text
    )


@lru_cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(longest_first)})(?!\w)")


def number_in_words(digits: str) -> str:
    """An unsigned decimal number in English; decimals are read digit by digit: "one point six seven"."""
    whole, point, decimals = digits.replace(",", "").partition(".")
    is_sayable = len(whole) <= LONGEST
    text = _in_words(int(whole or 0)).replace(",", "") if is_sayable else _digit_by_digit(whole)
    return f"{text} point {_digit_by_digit(decimals)}" if point else text


def _digit_by_digit(digits: str) -> str:
    return " ".join(_in_words(int(digit)) for digit in digits)


def fraction_in_words(numerator: int, denominator: int) -> str:
    """A fraction in English: "five sixths", "one half"; beyond twentieths, "five over one hundred …"."""
    if not 2 <= denominator <= 20:
        return f"{_in_words(numerator)} over {_in_words(denominator)}"
    part = FRACTIONS.get(denominator) or _in_words(denominator, "ordinal")
    parts = part if numerator == 1 else "halves" if part == "half" else f"{part}s"
    return f"{_in_words(numerator)} {parts}"


def _in_words(value: int, form: str = "cardinal") -> str:
    from num2words import num2words  # type: ignore[import-untyped]

    return str(num2words(value, to=form))


def _tidy(text: str) -> str:
    """One space between words, none before punctuation."""
    return re.sub(r"\s+([,.;:!?…，。；：！？、])", r"\1", " ".join(text.split()))


def _vulgar(match: re.Match[str]) -> str:
    value = Fraction(unicodedata.numeric(match[2])).limit_denominator(10)
    words = fraction_in_words(value.numerator, value.denominator)
    if match[1]:
        return f"{match[1]} and {'a' if value.numerator == 1 else ''} {words.removeprefix('one ')}"
    return f" {words} {'of ' if match[3] else ''}"


def _power(match: re.Match[str]) -> str:
    power = match[2].translate(SUPERSCRIPTS)
    pause = "," if match[1] else ""  # (a + b)²: the pause distinguishes it from a + b²
    return f"{pause} {POWERS.get(power, 'transposed' if power == 'T' else f'to the power {power}')} "


def _year(match: re.Match[str]) -> str:
    return _in_words(int(match[0]), "year") if int(match[0]) in YEARS else match[0]


def _sign(match: re.Match[str]) -> str:
    character = match[0]
    if name := SIGNS.get(character):
        return f" {name} "
    return f" {GREEK.get(character) or unicodedata.name(character).split()[3].lower()} "


Rule = tuple[str, str | Callable[[re.Match[str]], str]]

# Applied in this order, each to the result of the one before.
RULES: tuple[Rule, ...] = (
    (r"(\d*)([¼-¾⅐-⅞])(?=([\w(∑∂])?)", _vulgar),
    (r"[₀-₉₋]+", lambda m: m[0].translate(SUBSCRIPTS)),
    (r"[ᵢⱼₖₙ]+", lambda m: f" {' '.join(m[0].translate(SUBSCRIPTS))} "),
    (r"(∂[^/]*)/∂", r"\1 by ∂"),
    (
        r"\b[aA](\d+)",
        lambda m: f" A-{number_in_words(m[1])} ",
    ),  # without the hyphen the a is read as an article
    (r"(\))?([⁰¹²³⁴-⁹⁻ⁿᵀ]+)", _power),
    (r"(?<![\d.])(?:(?<=^)|(?<=[(\"']))\d{4}(?=\W*$)(?!\.\d)", _year),
    (r"(?<!\w)-(?=[\d.])", " − "),
    (rf"([$€£])({UNSIGNED})", lambda m: f"{number_in_words(m[2])} {CURRENCIES[m[1]]}"),
    (
        rf"({UNSIGNED})[eE]([+−-]?)0*(\d+)",
        lambda m: f"{m[1]} times 10 to the power {m[2].strip('+').replace('-', '−')}{m[3]}",
    ),
    (
        r"(?<![\d./])(\d{1,9})/(\d{1,9})(?![\d/]|\.\d)",
        lambda m: f" {fraction_in_words(int(m[1]), int(m[2]))} ",
    ),
    (r"(\d{1,9})(?:st|nd|rd|th)\b", lambda m: _in_words(int(m[1]), "ordinal")),
    (r"(?<=\S)–(?=\S)", " to "),
    (r"(?:(?<=\w)-(?=\d))|(?:(?<=\d)-(?=\w))", " "),  # a 2-6-5 network
    (UNSIGNED, lambda m: f" {number_in_words(m[0])} "),
    (r"(?:(?<=\b\w)|(?<=\d)|(?<=\)))/|/(?=\w\b)", " over "),
    (r"(?<=\w)/(?=\w)", " "),  # input/output
    (r"(\b[^\W\dΣ]|exp|log|sin|cos|max|min|sigmoid)\(", r"\1 of "),  # f(x)
    (rf"[{re.escape(''.join(SIGNS))}]|[α-ωΑ-ΡΣ-Ω]", _sign),
    (r"(?<=[^\s,]),(?=[^\s,])", ", "),
    (r"[()\[\]{}|_^~`\"“”„«»]", " "),
)


def _other(language: str, text: str) -> str:
    text = text.translate(CURLY).translate(QUOTES)
    numbers = number_language(language)
    return spoken_numbers(text, numbers) if numbers else text


@lru_cache(maxsize=4096)  # a lesson repeats a few hundred words
def _english(text: str) -> str:
    text = text.translate(CURLY)
    if re.fullmatch(r"[(\"“]*[A-Za-z]+(?:['-][A-Za-z]+)*[)\"”]*[,.;:!?…]*", text):
        return text.translate(QUOTES)
    accented = rf"(?<![^\W\d_])([^\W\d_])([{''.join(ACCENTS)}])(?![^\W\d_])"  # ŷ, but not rôle
    text = unicodedata.normalize("NFD", text)
    text = re.sub(accented, lambda m: f"{m[1]} {ACCENTS[m[2]]} ", text)
    text = unicodedata.normalize("NFC", text)
    for pattern, replacement in RULES:
        text = re.sub(pattern, replacement, text)
    return text
