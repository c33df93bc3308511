"""Numbers in words, in the languages whose numbers are known.

Whole numbers come from num2words, which has no Chinese. Decimals are read digit by digit in all languages, as
mathematicians do: "null Komma null eins vier".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from storyreel.core.number_format import marks

LONGEST = 15
"""Digits before the decimal mark; a longer number is read digit by digit."""


@dataclass(frozen=True)
class NumberLanguage:
    """How a language reads numbers, and writes them.

    `code` is num2words' name for it, `point` the name of its decimal mark. `one` is the numerator 1, `parts`
    have a denominator's singular and plural; a fraction with another denominator is `over`. `power` and
    `percent` have `{}` for the number before them.
    """

    code: str
    point: str
    minus: str
    one: str
    parts: Mapping[int, tuple[str, str]]
    over: str
    power: str
    percent: str
    separator: str = " "

    @property
    def mark(self) -> str:
        """What it writes between whole numbers and decimals."""
        return marks(self.code)[0]

    @property
    def group(self) -> str:
        """What it writes between thousands."""
        return marks(self.code)[1]

    def whole(self, digits: str) -> str:
        """An unsigned whole number."""
        if len(digits) > LONGEST:
            return self.digit_by_digit(digits)
        if self.code == "zh":
            return _chinese(int(digits))
        from num2words import num2words  # type: ignore[import-untyped]

        return str(num2words(int(digits), lang=self.code)).replace(",", "")

    def digit_by_digit(self, digits: str) -> str:
        """The digits one after the other."""
        return self.separator.join(self.whole(digit) for digit in digits)

    def decimal(self, text: str) -> str:
        """An unsigned number as it is written in the language, such as `0,014` or `1.234`."""
        whole, mark, decimals = text.replace(self.group, "").partition(self.mark)
        words = self.whole(whole or "0")
        return self.separator.join([words, self.point, self.digit_by_digit(decimals)]) if mark else words

    def fraction(self, numerator: int, denominator: int) -> str:
        """A fraction: "fünf Sechstel"; with other denominators than usual, "fünf durch einhundert"."""
        if self.code == "zh":
            return f"{self.whole(str(denominator))}分之{self.whole(str(numerator))}"
        count = self.one if numerator == 1 else self.whole(str(numerator))
        if denominator not in self.parts:
            return f"{self.whole(str(numerator))} {self.over} {self.whole(str(denominator))}"
        return f"{count} {self.parts[denominator][numerator != 1]}"


def _ordinals(names: str, plural: str = "s") -> dict[int, tuple[str, str]]:
    """Denominators from 5 on, with regular plurals."""
    return {number: (name, f"{name}{plural}") for number, name in enumerate(names.split(), start=5)}


GERMAN = NumberLanguage(
    *("de", "Komma", "minus", "ein"),
    {2: ("halb", "halbe"), 3: ("Drittel", "Drittel"), 4: ("Viertel", "Viertel")}
    | _ordinals("Fünftel Sechstel Siebtel Achtel Neuntel Zehntel Elftel Zwölftel", ""),
    *("durch", "{} hoch {}", "{} Prozent"),
)
SPANISH = NumberLanguage(
    *("es", "coma", "menos", "un"),
    {2: ("medio", "medios"), 3: ("tercio", "tercios"), 4: ("cuarto", "cuartos")}
    | _ordinals("quinto sexto séptimo octavo noveno décimo onceavo doceavo"),
    *("sobre", "{} elevado a {}", "{} por ciento"),
)
FRENCH = NumberLanguage(
    *("fr", "virgule", "moins", "un"),
    {2: ("demi", "demis"), 3: ("tiers", "tiers"), 4: ("quart", "quarts")}
    | _ordinals("cinquième sixième septième huitième neuvième dixième onzième douzième"),
    *("sur", "{} puissance {}", "{} pour cent"),
)
ITALIAN = NumberLanguage(
    *("it", "virgola", "meno", "un"),
    {
        number: (f"{stem}o", f"{stem}i")
        for number, stem in enumerate(
            [
                "mezz",
                "terz",
                "quart",
                "quint",
                "sest",
                "settim",
                "ottav",
                "non",
                "decim",
                "undicesim",
                "dodicesim",
            ],
            start=2,
        )
    },
    *("su", "{} alla {}", "{} per cento"),
)
PORTUGUESE = NumberLanguage(
    *("pt", "vírgula", "menos", "um"),
    {2: ("meio", "meios"), 3: ("terço", "terços"), 4: ("quarto", "quartos")}
    | _ordinals("quinto sexto sétimo oitavo nono décimo")
    | {11: ("onze avos", "onze avos"), 12: ("doze avos", "doze avos")},
    *("sobre", "{} elevado a {}", "{} por cento"),
)
CHINESE = NumberLanguage(
    *("zh", "点", "负", "一"),
    {},
    *("", "{}的{}次方", "百分之{}"),
    separator="",
)

NUMBER_LANGUAGES: dict[str, NumberLanguage] = {
    language.code: language for language in (GERMAN, SPANISH, FRENCH, ITALIAN, PORTUGUESE, CHINESE)
}
"""By the first part of a language code; English has rules of its own in `spoken_form`."""


def number_language(tag: str) -> NumberLanguage | None:
    """The language with this code, in the variant of its country; None if its numbers are not known."""
    code = tag.partition("-")[0]
    found = NUMBER_LANGUAGES.get(code)
    return replace(found, code="pt_BR") if found and tag.lower() == "pt-br" else found


DIGITS = "零一二三四五六七八九"
PLACES = ("", "十", "百", "千")
GROUPS = ("", "万", "亿", "万亿")


def _chinese(value: int) -> str:
    """A whole number in Chinese: groups of four digits, with one 零 for each run of zeros inside."""
    if value == 0:
        return DIGITS[0]
    groups = []
    while value:
        value, group = divmod(value, 10_000)
        groups.append(group)
    words = ""
    for place in reversed(range(len(groups))):
        if group := groups[place]:
            needs_zero = words and (group < 1000 or groups[place + 1] == 0)
            words += (DIGITS[0] if needs_zero else "") + _chinese_group(group) + GROUPS[place]
    return re.sub("^一十", "十", words)


def _chinese_group(value: int) -> str:
    words = ""
    for place, digit in enumerate(f"{value:04}"):
        if digit != "0":
            words += DIGITS[int(digit)] + PLACES[3 - place]
        elif words and not words.endswith(DIGITS[0]):
            words += DIGITS[0]
    return words.rstrip(DIGITS[0])
