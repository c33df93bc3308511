"""YAML's own complaints, in an author's words."""

import re
from collections.abc import Callable

import yaml

# After `key: ` or `- `: a value that looks like text but begins with a sign that YAML keeps for itself.
_UNQUOTED = re.compile(r"""^[ ]*(?:-[ ]+)*(?:[^\s:#]+:[ ]+)?(?P<sign>[{\["'*&!|>%@`])""")
_COLON = re.compile(r"^[ ]*(?:-[ ]+)*[\w-]+:[ ]+\S.*:(?:[ ]|$)")


def complaint(fault: yaml.MarkedYAMLError, lines: list[str]) -> tuple[yaml.Mark, str]:
    """Where a YAML error is best shown, and what to say there; `lines` are those of the file."""
    problem, context = fault.problem or "", fault.context or ""
    mark = fault.problem_mark or fault.context_mark
    line = lines[mark.line] if mark.line < len(lines) else ""
    sign = _UNQUOTED.match(line)
    if "quoted scalar" in context and "end of stream" in problem:
        return fault.context_mark, "this quote is never closed"
    if "flow" in context and re.search(r"got '[\[{]'", problem) and re.search(r"\w$", line[: mark.column]):
        return mark, 'inside braces or brackets a name with brackets must be quoted, as in "W1[2,0]"'
    if "flow" in context and "expected ','" in problem:
        opening = "{" if "mapping" in context else "["
        closing = "}" if opening == "{" else "]"
        if mark.line > fault.context_mark.line or "end>" in problem:
            return fault.context_mark, f"`{opening}` is never closed, or a comma is missing after it"
        if "got ':'" in problem:
            return mark, "a text with a colon must be put in quotes"
        return mark, f"here must be a comma or `{closing}`"
    for pattern, message in _MESSAGES.items():
        if found := re.search(pattern, problem):
            return mark, message(found)
    if "mapping values are not allowed" in problem and _COLON.match(line):
        return mark, "a text with a colon must be put in quotes"
    if sign and sign.start("sign") < mark.column:
        return _moved(mark, sign.start("sign")), _begins_with(sign["sign"])
    if "expected <block end>" in problem or "not allowed here" in problem:
        return mark, "the indentation does not fit the lines above"
    if "could not find expected ':'" in problem:
        return fault.context_mark or mark, "a key needs a colon and a space after it"
    return mark, f"this is not YAML: {problem}"


def _begins_with(sign: str) -> str:
    if sign in "\"'":
        return f"a text that begins with {sign} ends at the next {sign}; put all of it in the other quotes"
    return f"a text that begins with {sign} must be put in quotes"


def _moved(mark: yaml.Mark, column: int) -> yaml.Mark:
    return yaml.Mark(mark.name, 0, mark.line, column, None, 0)


_MESSAGES: dict[str, Callable[[re.Match[str]], str]] = {
    r"character '\\t'": lambda _: "YAML does not allow a tab here; indent with spaces",
    r"character '(.)' that cannot start": lambda it: _begins_with(it[1]),
    r"unknown escape character '(.)'": lambda it: f"`\\{it[1]}` is no escape; double the backslash",
    r"sequence entries are not allowed": lambda _: "a list begins on the line after its key",
    r"expected a comment or a line break": lambda _: "after > or | the text begins on the next line",
    r"but found another document": lambda _: "a storyboard is one document; remove the line ---",
}
