"""Scripts that are written without spaces between words, as Chinese, Japanese and Thai are."""

import re
from collections.abc import Iterator
from functools import cache
from unicodedata import category, east_asian_width

HAN = "⺀-\u2fff\u3001-〿㇀-㇣㐀-䶿一-鿿豈-﫿︰-﹏＀-｠\U00020000-\U0003ffff"
"""Characters of Chinese and its punctuation, as a class of a regular expression."""
KANA = "\u3041-ヿㇰ-ㇿｦ-ﾟ"
THAI = "\u0e01-\u0e5b"

_LETTERS = HAN + KANA + THAI


@cache
def _pattern(source: str) -> re.Pattern[str]:
    """A pattern with these classes of thousands of characters: compiling one takes milliseconds."""
    return re.compile(source)


def _may_be_unspaced(text: str) -> bool:
    """False for a text that certainly has no such characters, as one in Latin letters."""
    return any(character >= "⺀" or is_thai(character) for character in text)


def is_unspaced(character: str) -> bool:
    """True for a letter or a punctuation mark of a script that has no spaces between words."""
    return _may_be_unspaced(character) and _pattern(f"[{_LETTERS}]").match(character) is not None


def is_thai(character: str) -> bool:
    """True for a letter of Thai, which has spaces between clauses but none between words."""
    return THAI[0] <= character <= THAI[-1]


def spaced_words(text: str) -> Iterator[re.Match[str]]:
    """The words of a text that are between spaces or between letters of scripts that have none."""
    if not _may_be_unspaced(text):
        return re.finditer(r"\S+", text)
    return _pattern(f"[^\\s{_LETTERS}]+").finditer(text)


def has_ideographs(text: str) -> bool:
    """True if the text has characters between any two of which a line on screen may break."""
    return _may_be_unspaced(text) and _pattern(f"[{HAN}{KANA}]").search(text) is not None


def pieces(text: str) -> list[str]:
    """The words of a text, and each Chinese or Japanese character by itself.

    Each has the spaces before it, as one; the first has none.
    """
    one = _pattern(f"\\s*(?:[{HAN}{KANA}]|[^\\s{HAN}{KANA}]+)" if has_ideographs(text) else r"\s*\S+")
    found = [re.sub(r"^\s+", " ", piece) for piece in one.findall(text)]
    return [found[0].lstrip(), *found[1:]] if found else []


def columns(text: str) -> int:
    """The width of a text in letters of Latin: Chinese characters count twice, accents by themselves not."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
