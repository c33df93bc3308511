"""Templates: texts in which braces stand for numbers and brackets mark moments.

| written            | means                                                                         |
| ------------------ | ----------------------------------------------------------------------------- |
| `{h}`, `{w2:.3f}`  | a number of the lesson, with a format specification as in Python's `format`   |
| `{∂L|d L}`         | a text that is shown, and after the bar its spoken form                       |
| `{=1986}`          | a plain fact: a number that is not from a network                             |
| `[flow]`           | a mark: the moment at which the next word is spoken                           |
| `{{` `}}` `[[` `]]` | one literal brace or bracket                                                 |
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from storyreel.core.blank_text import is_blank
from storyreel.core.errors import Place, Problem, StoryboardError

_TOKEN = re.compile(
    r"(?P<doubled>\{\{|\}\}|\[\[|\]\])|\{(?P<braces>[^{}]*)\}|\[(?P<mark>[^][{}]*)\]|(?P<stray>[][{}])"
)
_MARK = re.compile(r"[^\W\d][\w-]*")
_SPEC = re.compile(r"\+?,?(?:\.\d{1,2})?[efg%]?")
_HAND_WRITTEN = re.compile(r"[-+\N{MINUS SIGN}]?(?<!\w)\w*\d+(?:[.,:/]\d+)*\w*%?")
_NAME = re.compile(r"[a-zA-Z]\d")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class LiteralText:
    """Text that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the lesson by its name (`grad.w1`), and how to format it (`.3f`, or nothing)."""

    name: str
    spec: str
    place: Place


@dataclass(frozen=True, slots=True)
class NumberInFormula(Number):
    """A number in a formula, which is drawn by its name: filled in, it is `{w1|3}`."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of the narration, at which a cue may start."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text that is shown and captioned, and what a voice says for it (maybe nothing)."""

    shown: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Text with a number that is true without a network, such as a year."""

    text: str


TemplatePart = LiteralText | Number | Mark | Spoken | Fact
PlaceOf = Callable[[int], Place]
Report = Callable[[Place, str], None]
NumberNamed = Callable[[str], str]


def _anywhere(offset: int) -> Place:
    return Place("template", 1, offset + 1)


def _fail(place: Place, message: str) -> None:
    raise StoryboardError([Problem(place, message)])


@dataclass(frozen=True, slots=True)
class Template:
    """A text in parts; no two `LiteralText` follow each other."""

    text: str
    parts: tuple[TemplatePart, ...]

    @classmethod
    def parse(
        cls,
        text: str,
        place_of: PlaceOf = _anywhere,
        report: Report = _fail,
        number_named: NumberNamed = lambda digits: "h",
    ) -> "Template":
        """The template written as `text`.

        `place_of(offset)` is the place of the character `text[offset]` in the author's file. Each problem is
        passed to `report`; by default the first one raises `StoryboardError`. `number_named(digits)` is the
        name of a number of the lesson that digits written by hand may stand for.
        """
        if is_blank(text):
            report(place_of(0), "the text is empty")
        return cls(text, tuple(_joined(_parts(text, place_of, report, number_named))))

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers in the text, in order."""
        return tuple(part for part in self.parts if isinstance(part, Number))

    @property
    def written(self) -> str:
        """What the author wrote to be shown: without the numbers, and without what is only spoken."""
        texts = (part.shown if isinstance(part, Spoken) else getattr(part, "text", "") for part in self.parts)
        return "".join(texts)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The text's marks, in order."""
        return tuple(part for part in self.parts if isinstance(part, Mark))


def _parts(text: str, place_of: PlaceOf, report: Report, number_named: NumberNamed) -> Iterator[TemplatePart]:
    marks: set[str] = set()
    end = 0
    for token in _TOKEN.finditer(text):
        yield from _words(text, end, token.start(), place_of, report, number_named)
        end = token.end()
        place = place_of(token.start())
        if (braces := token["braces"]) is not None:
            yield from part_in_braces(braces, place, report)
        elif (name := token["mark"]) is not None:
            if not _MARK.fullmatch(name):
                report(place, f"`[{name}]` is not a mark, which is one word; for brackets write [[{name}]]")
            elif name in marks:
                report(place, f"the mark `[{name}]` is already in this text; give this one another name")
            else:
                marks.add(name)
                yield Mark(name, place)
        elif token["stray"]:
            report(place, _stray(token["stray"]))
        else:
            yield LiteralText(token["doubled"][0])
    yield from _words(text, end, len(text), place_of, report, number_named)


def _words(
    text: str, start: int, end: int, place_of: PlaceOf, report: Report, number_named: NumberNamed
) -> Iterator[LiteralText]:
    for digits in _HAND_WRITTEN.finditer(text, start, end):
        if not _NAME.fullmatch(digits[0]):
            name = number_named(digits[0])
            report(place_of(digits.start()), by_hand(digits[0], name))
        else:
            remedy = f"for the number write {{{digits[0]}}}, for its name {digits[0].translate(_SUBSCRIPTS)}"
            report(place_of(digits.start()), f"digit written by hand: `{digits[0]}`; {remedy}")
    if start < end:
        yield LiteralText(text[start:end])


def by_hand(digits: str, name: str) -> str:
    """The message about digits written by hand, which may stand for the number called `name`."""
    remedy = f"take it from the network, as in {{{name}}}, or mark it as a plain fact: {{={digits}}}"
    return f"digit written by hand: `{digits}`; {remedy}"


def part_in_braces(inside: str, place: Place, report: Report) -> Iterator[TemplatePart]:
    """The part of a template that stands in braces with this `inside`; what is wrong with it is reported."""
    if inside.startswith("="):
        if is_blank(inside[1:]):
            report(place, "`{=}` marks no fact; write it after the sign, as in {=1986}")
        yield Fact(inside[1:].strip())
    elif "|" in inside:
        shown, _, spoken = (piece.strip() for piece in inside.partition("|"))
        if is_blank(shown) or "|" in spoken:
            report(place, f"`{{{inside}}}` is not of the form {{shown|spoken}}")
        yield Spoken(shown, spoken)
    elif not inside.strip():
        report(place, "the braces are empty; name a number, as in {h}, or write {{}} to show braces")
    else:
        name, colon, spec = (piece.strip() for piece in inside.partition(":"))
        if colon and not (spec and _SPEC.fullmatch(spec)):
            report(place, f"`{spec}` is not a format for a number; write for instance {{{name}:.2f}}")
            spec = ""
        yield Number(name, spec, place)


def _stray(character: str) -> str:
    noun = "brace" if character in "{}" else "bracket"
    fault = "is never closed" if character in "{[" else "closes nothing"
    return f"`{character}` {fault}; to show a {noun}, double it: {character * 2}"


def _joined(parts: Iterator[TemplatePart]) -> Iterator[TemplatePart]:
    words = ""
    for part in parts:
        if isinstance(part, LiteralText):
            words += part.text
            continue
        if words:
            yield LiteralText(words)
            words = ""
        yield part
    if words:
        yield LiteralText(words)
