"""A cue's parameters, checked against the signature of its method."""

import math
import re
from collections.abc import Collection
from typing import Any

from storyreel.core.did_you_mean import did_you_mean
from storyreel.core.number_format import MOST_DIGITS
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.losses import LOSSES
from storyreel.engine.table import SYNONYMS
from storyreel.reader.comments import warn_of_comment
from storyreel.reader.document import Document, Location
from storyreel.reader.files.beside import read_file, read_image
from storyreel.reader.number_names import NumberNames
from storyreel.reader.types import report_type
from storyreel.reader.yaml.scalars import Unreadable
from storyreel.storyboard.cue import NUMBER_KINDS, WHOLE_PICTURE, NetworkName
from storyreel.storyboard.vocabulary import Parameter

_COUNTS = ("Count", "Steps")
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    **dict.fromkeys(("int", "Example", *_COUNTS), (int,)),
    "float": (int, float),
    "bool": (bool,),
}
_TABLES: dict[str, Collection[str]] = {"ActivationName": ACTIVATIONS, "LossName": LOSSES}


def read_parameter(
    document: Document, location: Location, parameter: Parameter, names: NumberNames
) -> object:
    """The value at the location as in `Cue.parameters`, None if it does not fit, which is reported."""
    data = document.at(location)
    if isinstance(data, Unreadable):
        return None
    if not parameter.many:
        return _read_one(document, location, parameter, names)
    if not isinstance(data, list):
        one = _read_one(document, location, parameter, names)
        return None if one is None else (one,)
    if not document.is_within(location, "list_items", len(data), f"`{parameter.name}`"):
        return None
    items = range(len(data))
    return tuple(_read_one(document, (*location, i), parameter, names) for i in items)


def read_digits(document: Document, location: Location) -> None:
    """Report what is at the location, if it is not a number of significant digits."""
    digits = _read_plain(document, location, "Count", "`digits`")
    if isinstance(digits, int) and digits > MOST_DIGITS:
        place = document.place(location)
        document.report(place, f"a number has at most {MOST_DIGITS} significant digits, not {digits}")


def _read_one(document: Document, location: Location, parameter: Parameter, names: NumberNames) -> object:
    data, what = document.at(location), f"`{parameter.name}`"
    place = document.place(location)
    if parameter.kind == "Example":
        return names.example(location, what)
    if parameter.kind in _TYPES:
        return _read_plain(document, location, parameter.kind, what)
    is_number = parameter.kind in (*NUMBER_KINDS, "NodeName")
    if is_number and not isinstance(data, str):
        fault = f"{what} is the name of a number, as in h or w1"
        if re.fullmatch(r"\{[^{}:]*\}", document.written(location)):
            fault += f"; write {document.written(location)[1:-1]}, without braces"
        document.report(place, fault)
        return None
    if not isinstance(data, str):
        report_type(document, location, "str", what)
        return None
    if parameter.kind == "Text":
        template = names.template(location)
        document.check_letters(location, template.written)
        return template
    if parameter.kind == "Formula":
        formula = names.formula(location)
        document.check_letters(location, formula.written if formula else "")
        return formula
    if is_number:
        if braces := re.fullmatch(r"\{(.*)\}", data):
            document.report(place, f"{what} is the name of a number; write {braces[1]}, without braces")
            return None
        if parameter.kind == "PartName" and data == WHOLE_PICTURE:
            return data
        if parameter.kind == "NodeName" or (parameter.kind == "PartName" and names.has_graph):
            return names.node_in_cue(data, place)
        return names.in_cue(data, parameter.kind, place)
    if parameter.kind in ("File", "ImageFile"):
        file = read_file(document, location, data)
        return read_image(document, location, file) if file and parameter.kind == "ImageFile" else file
    is_network = parameter.kind == "NetworkName"
    choices = names.lesson.layered if is_network else _TABLES.get(parameter.kind, parameter.choices)
    if data not in choices:
        document.report(place, f"{what} cannot be `{data}`{did_you_mean(data, choices, SYNONYMS)}")
        return None
    return NetworkName(data) if is_network else data


def _read_plain(document: Document, location: Location, kind: str, what: str) -> str | float | None:
    """The text, number or truth value at the location, None if it does not fit, which is reported."""
    data: Any = document.at(location)
    place = document.place(location)
    has_type = isinstance(data, _TYPES[kind]) and (kind == "bool") == isinstance(data, bool)
    if not has_type:
        report_type(document, location, "int" if kind in _COUNTS else kind, what)
        return None
    if isinstance(data, str):
        warn_of_comment(document, location)
        document.check_letters(location, data)
        return data if document.is_within(location, "text_characters", len(data)) else None
    number = float(data) if kind == "float" else int(data)
    if not math.isfinite(number):
        document.report(place, f"{what} must be finite, which {document.written(location)} is not")
        return None
    if kind in _COUNTS and number < 1:
        document.report(place, f"{what} must be at least 1; this is {number}")
        return None
    return bool(number) if kind == "bool" else number
