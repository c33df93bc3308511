"""Mappings checked against the format, with a message for each key or value that does not fit."""

import re
from collections.abc import Collection
from typing import Any, TypeVar, get_origin

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from storyreel.reading.document import Document, Location
from storyreel.reading.format import FILE_NAME, LANGUAGE, NAME, Part
from storyreel.reading.scalars import Trap, Unreadable, number_trap, text_trap
from storyreel.reading.suggestion import did_you_mean, listed

PartT = TypeVar("PartT", bound=Part)

_PATTERNS = {
    NAME: "must be one word of letters, digits and _",
    FILE_NAME: "must be one word of small letters, digits, - and _, since a file is named after it",
    LANGUAGE: "must be the code of a language, such as en or pt-br",
}
_BOUNDS = {"greater_than_equal": "at least", "greater_than": "more than", "less_than_equal": "at most"}


def read_part(document: Document, part: type[PartT], location: Location) -> PartT | None:
    """The mapping at the location as a `part`, None if it is no mapping; problems are reported.

    What does not fit is empty in the result (a text "", a list [], a number 0), so that the reader can
    look for further problems.
    """
    data = document.at(location)
    if not isinstance(data, dict):
        report_type(document, location, "dict", part.noun)
        return None
    try:
        return part.model_validate(data)
    except ValidationError as errors:
        faulty = set()
        for error in errors.errors(include_url=False):
            faulty.add(error["loc"][0])
            _report(document, part, location, error)
    known = {key: data[key] for key in part.model_fields if key in data and key not in faulty}
    empty = {key: _empty(part, str(key)) for key in part.model_fields if key in faulty}
    return part.model_construct(**known, **empty)


def report_type(document: Document, location: Location, wanted: str, what: str) -> None:
    """Report that `what` is not of the type `wanted`, one of `str int float bool list dict`."""
    data, node = document.at(location), document.node(location)
    if isinstance(data, Unreadable):
        return
    place = document.place(location)
    if data is None:
        document.report(document.key_place(location), f"{what} has no value")
    elif wanted == "str" and isinstance(node, yaml.ScalarNode):
        document.report(place, f"{what} must be text: {text_trap(node)}")
    elif wanted == "str" and document.written(location)[0] in "{[":
        sign = document.written(location)[0]
        document.report(place, f"{what} must be text, which must be in quotes where it begins with {sign}")
    elif wanted in ("int", "float") and isinstance(node, yaml.ScalarNode) and (trap := number_trap(node)):
        document.report(place, f"{what}: {trap}")
    else:
        document.report(place, f"{what} must be {TYPES[wanted]}, not {type_name(data)}")


def name_fault(name: str, taken: Collection[str]) -> str | None:
    """What is wrong with a name that the author gives to something, if anything is."""
    if name in taken:
        return f"`{name}` has a meaning of its own"
    return None if re.fullmatch(NAME, name) else f"`{name}` is not one word of letters, digits and _"


TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list, with a line that begins with - for each item",
    "dict": "a mapping of keys to values",
}


def type_name(data: object) -> str:
    """What an author calls a value such as this one."""
    if isinstance(data, Trap):
        return f"`{data.text}`"
    if isinstance(data, bool):
        return "true or false"
    names = {str: f"the text `{data}`", int: f"{data}", float: f"{data}", list: "a list", dict: "a mapping"}
    return names.get(type(data), "nothing")


def _report(document: Document, part: type[Part], location: Location, error: ErrorDetails) -> None:
    inside = (*location, *error["loc"])
    key, kind, context = error["loc"][-1], error["type"], error.get("ctx", {})
    what = f"`{key}`" if not isinstance(key, int) else f"item {key + 1}"
    place = document.place(inside)
    match kind:
        case "extra_forbidden":
            keys = part.model_fields
            message = f"{part.noun} has no key `{key}`{did_you_mean(str(key), keys)}"
            document.report(document.key_place(inside), message)
        case "missing":
            document.report(place, f"{part.noun} needs {listed([str(key)])}")
        case "too_short":
            document.report(document.key_place(inside), f"{what} is empty")
        case "string_pattern_mismatch":
            document.report(place, f"{what} {_PATTERNS[context['pattern']]}; this is `{error['input']}`")
        case "greater_than_equal" | "greater_than" | "less_than_equal":
            bound = next(iter(context.values()))
            document.report(place, f"{what} must be {_BOUNDS[kind]} {bound:g}; this is {error['input']}")
        case "finite_number":
            document.report(place, f"{what} must be finite, which {document.written(inside)} is not")
        case _:
            wanted = kind.partition("_")[0]
            report_type(document, inside, {"string": "str"}.get(wanted, wanted), what)


def _empty(part: type[Part], key: str) -> Any:
    field = part.model_fields[key]
    if not field.is_required():
        return field.get_default()
    annotation = get_origin(field.annotation) or field.annotation
    return annotation() if annotation in (str, int, float, list, dict) else None
