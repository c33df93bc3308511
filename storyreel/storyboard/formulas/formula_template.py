"""A formula as an author writes it, read and checked: for what Typst would refuse, and for code."""

import re
from collections.abc import Iterator, Sequence

from storyreel.core.blank_text import is_blank
from storyreel.core.did_you_mean import did_you_mean
from storyreel.core.limits import beyond, limits
from storyreel.storyboard.formulas.known_names import NAMED_ARGUMENTS, all_names, is_known
from storyreel.storyboard.formulas.tokens import Token, depth_of, subscripts, tokens_of
from storyreel.storyboard.template import (
    Fact,
    LiteralText,
    Number,
    NumberInFormula,
    NumberNamed,
    PlaceOf,
    Report,
    Spoken,
    Template,
    TemplatePart,
    by_hand,
    part_in_braces,
)
from storyreel.storyboard.typst_fonts import set_in_svg

_COLUMN = re.compile(r"typ:(\d+):(\d+)")
_REMEDIES = {
    "expected expression": "something is missing here",
    "unclosed delimiter": "this bracket is never closed",
    "unclosed string": "this quotation mark is never closed",
}
_SIGNS = {
    "#": "`#` begins code in Typst, and a formula runs none; for the sign write \\#",
    "$": "`$` ends a formula in Typst; leave it out, or for the sign write \\$",
    '"': '`"` is never closed; for the sign write \\"',
    "{": "`{` is never closed; to show a brace, double it: {{",
    "}": "`}` closes nothing; to show a brace, double it: }}",
}
_LETTER_AND_DIGITS = re.compile(r"([^\W\d_])(\d+)")


def formula_template(
    text: str, place_of: PlaceOf, report: Report, number_named: NumberNamed
) -> Template | None:
    """The formula written as `text`, as a template whose numbers keep their names when they are filled in.

    Parameters are those of `Template.parse`. Nothing in it is run; a formula with faults is not typeset, and
    is None.
    """
    if is_blank(text):
        report(place_of(0), "the formula is empty")
        return None
    if len(text) > limits().formula_characters:
        report(place_of(0), beyond("formula_characters", len(text)))
        return None
    faults = 0

    def report_one(place: object, message: str) -> None:
        nonlocal faults
        faults += 1
        report(place, message)  # type: ignore[arg-type]

    tokens = tokens_of(text)
    if depth_of(tokens) > limits().formula_depth:
        report_one(place_of(0), beyond("formula_depth"))
    parts = tuple(_parts(text, tokens, place_of, report_one, number_named))
    if not faults and (fault := _fault_in_typst(text, tokens)):
        offset, message = fault
        report_one(place_of(offset), message)
    return None if faults else Template(text, parts)


def _parts(
    text: str, tokens: Sequence[Token], place_of: PlaceOf, report: Report, number_named: NumberNamed
) -> Iterator[TemplatePart]:
    in_subscripts = subscripts(tokens)
    for number, token in enumerate(tokens):
        place = place_of(token.start)
        if token.kind == "braces":
            for part in part_in_braces(token.text, place, report):
                yield from _in_formula(part, text[token.start : token.end])
            continue
        if token.kind == "number" and number not in in_subscripts:
            name = number_named(token.text)
            report(place, by_hand(token.text, name))
        elif token.kind == "name" and not _may_stand(tokens, number):
            report(place, _unknown(token.text))
        elif token.kind == "comment":
            report(place, f"`{token.text}` is a comment in Typst; a fraction is written a/b")
        elif token.kind == "sign" and token.text in _SIGNS:
            report(place, _SIGNS[token.text])
            return  # what follows is not what it seems
        yield LiteralText(text[token.start : token.end])


def _in_formula(part: TemplatePart, written: str) -> Iterator[TemplatePart]:
    if isinstance(part, Number):
        yield NumberInFormula(part.name, part.spec, part.place)
    elif isinstance(part, Fact):
        yield LiteralText(written)
    elif isinstance(part, Spoken):
        yield LiteralText(part.shown)


def _may_stand(tokens: Sequence[Token], number: int) -> bool:
    """True for a name of Typst's mathematics, and for the name of an argument before its colon."""
    name, after = tokens[number].text, tokens[number + 1 :]
    return is_known(name) or (name in NAMED_ARGUMENTS and bool(after) and after[0].text == ":")


def _unknown(name: str) -> str:
    if found := _LETTER_AND_DIGITS.fullmatch(name):
        return f"for the symbol write {found[1]}_{found[2]}, for the number {{{name}}}"
    unknown = f"`{name[:40]}` is no name of Typst's mathematics that formulas may use"
    if (hint := did_you_mean(name, all_names())) or "." in name:
        return unknown + hint
    return f'{unknown}; for a word write "{name[:40]}", for a product {" ".join(name[:20])}'


def _fault_in_typst(text: str, tokens: Sequence[Token]) -> tuple[int, str] | None:
    """What Typst says of the formula, and at which character of it; None if it can typeset it."""
    import typst

    source = "".join(_same_length(token, text) for token in tokens)
    try:
        set_in_svg(f"$ {source} $")
    except typst.TypstError as fault:
        message = str(fault).partition("\n")[0].rstrip(".")
        found = _COLUMN.search(getattr(fault, "diagnostic", "") or "")
        offset = _offset(source, int(found[1]), int(found[2])) if found else 0
        remedy = next((words for start, words in _REMEDIES.items() if message.startswith(start)), "")
        return offset, f"Typst cannot set this formula: {message}" + (f"; {remedy}" if remedy else "")
    return None


def _offset(source: str, line: int, column: int) -> int:
    """The character of the source that Typst calls so; lines are counted from 1, and two characters are
    before the first."""
    before = sum(len(each) + 1 for each in source.split("\n")[: line - 1])
    offset = before + column - (2 if line == 1 else 0)
    return min(max(0, offset), max(0, len(source) - 1))


def _same_length(token: Token, text: str) -> str:
    """The token for Typst, as long as the author wrote it: a number as a digit."""
    length = token.end - token.start
    if token.kind == "braces":
        return "0".ljust(length)
    if token.kind == "doubled":
        return f"\\{token.text[0]}"
    return text[token.start : token.end]
