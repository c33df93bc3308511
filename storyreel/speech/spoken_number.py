"""The spoken form of numbers and signs in the languages of `number_words`."""

import re
from collections.abc import Callable

from storyreel.speech.number_words import NUMBER_LANGUAGES, NumberLanguage

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿᵀ", "0123456789−nT")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₋ᵢⱼₖₙ", "0123456789−ijkn")
SIGNS = {
    "+": ("plus", "más", "plus", "più", "mais", "加"),
    "×": ("mal", "por", "fois", "per", "vezes", "乘以"),
    "·": ("mal", "por", "fois", "per", "vezes", "乘以"),
    "÷": ("geteilt durch", "entre", "divisé par", "diviso", "dividido por", "除以"),
    "=": ("gleich", "igual a", "égale", "uguale a", "igual a", "等于"),
    "≈": ("ungefähr", "aproximadamente", "environ", "circa", "aproximadamente", "约等于"),
    "<": ("kleiner als", "menor que", "inférieur à", "minore di", "menor que", "小于"),
    ">": ("größer als", "mayor que", "supérieur à", "maggiore di", "maior que", "大于"),
    "≤": ("höchstens", "como máximo", "au plus", "al massimo", "no máximo", "小于等于"),
    "≥": ("mindestens", "como mínimo", "au moins", "almeno", "no mínimo", "大于等于"),
    "→": ("nach", "a", "vers", "a", "para", "到"),
    "∞": ("unendlich", "infinito", "infini", "infinito", "infinito", "无穷大"),
    "√": ("Wurzel aus", "raíz de", "racine de", "radice di", "raiz de", "根号"),
    "∂": ("d", "d", "d", "d", "d", "d"),
    "²": ("Quadrat", "al cuadrado", "au carré", "al quadrato", "ao quadrado", "的平方"),
    "³": ("hoch drei", "al cubo", "au cube", "al cubo", "ao cubo", "的立方"),
}
"""The names of signs, in the order of `NUMBER_LANGUAGES`."""
NAMES = {
    code: {sign: names[place] for sign, names in SIGNS.items()} for place, code in enumerate(NUMBER_LANGUAGES)
}


def spoken_numbers(text: str, language: NumberLanguage) -> str:
    """The text with its numbers and signs in words: `−0,14` in German is "minus null Komma eins vier"."""
    for pattern, replacement in _rules(language):
        text = re.sub(pattern, replacement, text)
    return text


def _rules(language: NumberLanguage) -> tuple[tuple[str, Callable[[re.Match[str]], str]], ...]:
    """Applied in this order, each to the result of the one before."""
    group, mark = re.escape(language.group), re.escape(language.mark)
    # A thousand is not written 0.014; and 0.5 in a language with a decimal comma is still a half.
    number = rf"(?:[1-9]\d{{0,2}}(?:{group}\d{{3}})+(?:{mark}\d+)?|\d+(?:[.,]\d+)?)"
    names = NAMES[language.code.partition("_")[0]]
    space = language.separator

    def said(number: str) -> str:
        is_grouped = re.fullmatch(rf"[1-9]\d{{0,2}}(?:{group}\d{{3}})+(?:{mark}\d+)?", number)
        return language.decimal(number if is_grouped else re.sub("[.,]", language.mark, number))

    def signed(number: str) -> str:
        is_negative = number.startswith(("−", "-"))
        words = said(number.lstrip("−-"))
        return f"{language.minus}{space}{words}" if is_negative else words

    def power(base: str, exponent: str) -> str:
        return language.power.format(base, signed(exponent))

    return (
        (r"(?:(?<=\w)-(?=\d))|(?:(?<=\d)-(?=\w))", lambda m: " "),
        (r"[₀-₉₋ᵢⱼₖₙ]+", lambda m: f" {m[0].translate(SUBSCRIPTS)} "),
        (
            rf"([−-]?)({number})×10([⁻⁰¹²³⁴-⁹]+)",
            lambda m: (
                f" {signed(m[1] + m[2])}{space}{names['×']}{space}"
                + power(said("10"), m[3].translate(SUPERSCRIPTS))
                + " "
            ),
        ),
        (r"(\d+)([⁻⁰¹²³⁴-⁹]+)", lambda m: f" {power(said(m[1]), m[2].translate(SUPERSCRIPTS))} "),
        (
            r"(?<![\d.,/])([−-]?)(\d{1,9})/([1-9]\d{0,8})(?![\d/])",
            lambda m: f" {language.minus + space if m[1] else ''}{language.fraction(int(m[2]), int(m[3]))} ",
        ),
        (rf"([−-]?)({number})\s?%", lambda m: f" {_percent(language, m[1], said(m[2]))} "),
        (rf"(?<![\w])[−-]?{number}", lambda m: f" {signed(m[0])} "),
        (number, lambda m: f" {said(m[0])} "),
        ("[⁻⁰¹⁴-⁹ⁿᵀ]+", lambda m: f" {_raised(language, m[0].translate(SUPERSCRIPTS), signed)} "),
        ("−", lambda m: f" {language.minus} "),
        (f"[{re.escape(''.join(SIGNS))}]", lambda m: f" {names[m[0]]} "),
        (r"[()\[\]{}|_^~`]", lambda m: " "),
    )


def _percent(language: NumberLanguage, sign: str, words: str) -> str:
    percent = language.percent.format(words)
    return f"{language.minus}{language.separator}{percent}" if sign else percent


def _raised(language: NumberLanguage, exponent: str, signed: Callable[[str], str]) -> str:
    """A power after something that is not a number."""
    words = signed(exponent) if exponent.lstrip("−").isdigit() else exponent
    return language.power.format("", words).strip()
