"""How much room texts take on screen, in Manim units, without drawing them."""

import re
from functools import lru_cache

from storyreel.storyboard.themes.in_use import theme_in_use
from storyreel.storyboard.themes.theme import Typeface
from storyreel.storyboard.typst_fonts import lengths, needs_more_fonts, text_fonts, typst_string
from storyreel.storyboard.unspaced import pieces

CAP_HEIGHT, PITCH = 0.727, 1.45
"""The height of capitals and the distance of two baselines in a paragraph, in em."""
MOST_WORDS = 240
"""The most words of a paragraph."""
_SIZE = 20.0  # points
_BREAK = re.compile(r"[^\w.,;:!?'’\"“”()]+")
_INK = 0.2
"""The em by which the outlines of a word may be narrower than the room that the font gives it, or more."""


def height_of(text: str, width: float, em: float, weight: str = "regular") -> float:
    """The height of a paragraph, from the first line's cap height to the last baseline.

    It is infinite where a word is wider than `width` units.
    """
    return _height_of(text, width, em, weight, theme_in_use().typeface)


@lru_cache(maxsize=4096)
def _height_of(text: str, width: float, em: float, weight: str, typeface: Typeface | None) -> float:
    words = dict.fromkeys(word for piece in pieces(text) or [""] for word in _BREAK.split(piece))
    body = _body(" ".join(text.split()), weight, typeface)
    box = f"measure(block(width: {width / em * _SIZE}pt, {body})).height"
    measured = [box, *(f"measure({_body(word, weight, typeface)}).width" for word in words)]
    high, *widths = lengths(", ".join(measured), typeface)
    if max(widths) * em / _SIZE > width + _INK * em:
        return float("inf")
    return high * em / _SIZE


def width_of(text: str, em: float, weight: str = "regular") -> float:
    """The width of a text on one line."""
    return _width_of(text, em, weight, theme_in_use().typeface)


@lru_cache(maxsize=4096)
def _width_of(text: str, em: float, weight: str, typeface: Typeface | None) -> float:
    (wide,) = lengths(f"measure({_body(text, weight, typeface)}).width", typeface)
    return wide * em / _SIZE


def _body(text: str, weight: str, typeface: Typeface | None) -> str:
    fonts = text_fonts(needs_more_fonts(text), typeface)
    return (
        f'{{set text(font: {fonts}, size: {_SIZE}pt, weight: "{weight}", hyphenate: false);'
        f" set par(leading: {PITCH - CAP_HEIGHT}em); {typst_string(text)}}}"
    )


def too_long(text: str) -> str:
    """What is wrong with a text that has no room."""
    return f"“{shortened(text)}” is too long for its place; say it in fewer words"


def shortened(text: str) -> str:
    """The beginning of a text for a message about it."""
    return text if len(text) <= 40 else f"{text[:39].rstrip()}…"
