"""How much room texts take on screen, in Manim units, without drawing them."""

import re
from functools import lru_cache

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


@lru_cache(maxsize=4096)
def height_of(text: str, width: float, em: float, weight: str = "regular") -> float:
    """The height of a paragraph, from the first line's cap height to the last baseline.

    It is infinite where a word is wider than `width` units.
    """
    words = dict.fromkeys(word for piece in pieces(text) or [""] for word in _BREAK.split(piece))
    body = _body(" ".join(text.split()), weight)
    box = f"measure(block(width: {width / em * _SIZE}pt, {body})).height"
    high, *widths = lengths(", ".join([box, *(f"measure({_body(word, weight)}).width" for word in words)]))
    if max(widths) * em / _SIZE > width + _INK * em:
        return float("inf")
    return high * em / _SIZE


@lru_cache(maxsize=4096)
def width_of(text: str, em: float, weight: str = "regular") -> float:
    """The width of a text on one line."""
    (wide,) = lengths(f"measure({_body(text, weight)}).width")
    return wide * em / _SIZE


def _body(text: str, weight: str) -> str:
    fonts = text_fonts(needs_more_fonts(text))
    return (
        f'{{set text(font: {fonts}, size: {_SIZE}pt, weight: "{weight}", hyphenate: false);'
        f" set par(leading: {PITCH - CAP_HEIGHT}em); {typst_string(text)}}}"
    )
