"""YAML's error messages in words for authors."""

import re
from collections.abc import Callable

import yaml

from storyreel.reader.yaml.quoting import quoted

ANOTHER_DOCUMENT = "a storyboard is one document; remove the line ---"
BEYOND_UNICODE = r"no character has this number; the last one is \U0010FFFF"
Spot = tuple[int, int]  # line and column, counted from 0

# After `key: ` or `- `: a text without quotes that begins with a sign of YAML's own.
_UNQUOTED = re.compile(r"""^[ ]*(?:-[ ]+)*(?:[^\s:#]+:[ ]+)?(?P<sign>[{\["'*&!|>%@`])""")
_CUT_TEXT = re.compile(
    r"""(?P<indent>[ ]*)(?:-[ ]+)*(?:[^\s:#]+:[ ]+)?+[^\s#"'|>][^#]*[ \t](?P<comment>#.*)"""
)
_CLOSING = {"{": "}", "[": "]"}
_STRUCTURE = re.compile(r"[ ]*(?:- |-$|[^\s:#]+:(?: |$))")
_COLON = re.compile(r"^[ ]*(?:-[ ]+)*[\w-]+:[ ]+\S.*:(?:[ ]|$)")

_MESSAGES: dict[str, Callable[[re.Match[str]], str]] = {
    r"character '\\t'": lambda _: "YAML does not allow a tab here; indent with spaces",
    r"character '(.)' that cannot start": lambda it: _begins_with(it[1]),
    r"unknown escape character '(.)'": lambda it: f"`\\{it[1]}` is no escape; double the backslash",
    r"sequence entries are not allowed": lambda _: "a list begins on the line after its key",
    r"expected a comment or a line break": lambda _: "after > or | the text begins on the next line",
    "a storyboard is at most .*": lambda it: it[0],
    re.escape(ANOTHER_DOCUMENT): lambda it: it[0],
    re.escape(BEYOND_UNICODE): lambda it: it[0],
}


def explanation(fault: yaml.MarkedYAMLError, lines: list[str]) -> tuple[Spot, str]:
    """The best place and message for a YAML error; `lines` are those of the file."""
    problem, context = fault.problem or "", fault.context or ""
    begun = _spot(fault.context_mark) if fault.context_mark else _spot(fault.problem_mark)
    spot = _spot(fault.problem_mark) if fault.problem_mark else begun
    line = lines[spot[0]] if spot[0] < len(lines) else ""
    if "quoted scalar" in context and "end of stream" in problem:
        return begun, "this quote is never closed"
    if "flow" in context and "expected ','" in problem:
        opening = "{" if "mapping" in context else "["
        first = lines[begun[0]]
        if (cut := first.find(" #", begun[1])) >= 0 and _CLOSING[opening] in first[cut:]:
            return (begun[0], cut + 1), _cut_by(first[cut + 1 :])
        return _in_braces(problem, opening, begun, spot, line)
    for pattern, message in _MESSAGES.items():
        if found := re.search(pattern, problem):
            return spot, message(found)
    if "mapping values are not allowed" in problem and _COLON.match(line):
        return spot, "a text with a colon must be put in quotes"
    if (sign := _UNQUOTED.match(line)) and sign.start("sign") < spot[1]:
        return (spot[0], sign.start("sign")), _begins_with(sign["sign"])
    if "expected <block end>" in problem or "not allowed here" in problem:
        return _comment_above(lines, spot) or (spot, "the indentation does not fit the lines above")
    if "could not find expected ':'" in problem:
        return _comment_above(lines, begun) or (begun, "a key needs a colon and a space after it")
    return spot, f"this is not YAML: {problem}"


def taken_for_comment(comment: str) -> str:
    """The start of a message about `comment`, which begins with `#`."""
    return f"YAML takes {quoted(comment)} for a comment"


def _comment_above(lines: list[str], spot: Spot) -> tuple[Spot, str] | None:
    """Place and message of a comment on the line above `spot`, which seems to continue the text cut by it."""
    row, column = spot[0] - 1, spot[1]
    found = _CUT_TEXT.match(lines[row]) if 0 <= row < len(lines) - 1 else None
    if found is None or column <= len(found["indent"]) or _STRUCTURE.match(lines[spot[0]]):
        return None
    return (row, found.start("comment")), _cut_by(found["comment"])


def _cut_by(comment: str) -> str:
    return f"{taken_for_comment(comment)}, which ends the text; put all of the text in quotes"


def _in_braces(problem: str, opening: str, begun: Spot, spot: Spot, line: str) -> tuple[Spot, str]:
    """Place and message for a fault inside of braces or brackets."""
    name = re.search(r"[\w.]+$", line[: spot[1]])
    if "got '['" in problem and name:
        whole = name[0] + line[spot[1] :].partition("]")[0]
        message = f'inside braces or brackets a name with brackets must be quoted: "{whole}]"'
        return (spot[0], name.start()), message
    if spot[0] > begun[0] or "end>" in problem:
        return begun, f"`{opening}` is never closed, or a comma is missing after it"
    if "got ':'" in problem:
        return spot, "a text with a colon must be put in quotes"
    return spot, f"here must be a comma or `{_CLOSING[opening]}`"


def _begins_with(sign: str) -> str:
    if sign in "\"'":
        return f"a text that begins with {sign} ends at the next {sign}; put all of it in the other quotes"
    return f"a text that begins with {sign} must be put in quotes"


def _spot(mark: yaml.Mark | None) -> Spot:
    return (mark.line, mark.column) if mark else (0, 0)
