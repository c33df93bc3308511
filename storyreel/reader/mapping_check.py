"""Checks a mapping against its schema class, with a message for each key or value that does not fit."""

import math
import operator
from collections.abc import Callable, Collection
from dataclasses import MISSING, fields
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, MinLen

from storyreel.core.did_you_mean import did_you_mean, nearest
from storyreel.core.limits import beyond, limits
from storyreel.reader.document import Document, Location
from storyreel.reader.schema_classes import NAME, Pattern, SchemaPart, Within
from storyreel.reader.types import is_a, report_type

PartT = TypeVar("PartT", bound=SchemaPart)

_HINTS: dict[type[SchemaPart], dict[str, tuple[type, tuple[Any, ...]]]] = {}
_BOUNDS: dict[type, tuple[Callable[[Any, Any], bool], str]] = {
    Ge: (operator.ge, "at least"),
    Gt: (operator.gt, "more than"),
    Le: (operator.le, "at most"),
}


def read_part(document: Document, part: type[PartT], location: Location) -> PartT | None:
    """The mapping at the location as a `part`, None if it is no mapping; problems are reported.

    A value that does not fit is replaced by the default or an empty one ("" or []), so that reading can go
    on. Values inside of lists and mappings are not checked here.
    """
    data = document.at(location)
    if not isinstance(data, dict):
        report_type(document, location, "dict", part.noun)
        return None
    types = _types(part)
    unknown = [key for key in data if key not in types]
    for key in unknown:
        hint = part.elsewhere.get(key) or did_you_mean(key, types)
        message = f"{part.noun} has no key `{key}`{hint}"
        document.report(document.key_place((*location, key)), message)
    meant = {nearest(key, types) for key in unknown}
    values: dict[str, Any] = {}
    for field in fields(part):
        wanted, constraints = types[field.name]
        required = field.default is MISSING and field.default_factory is MISSING
        if field.name not in data:
            if required and field.name not in meant:
                document.report(document.place(location), f"{part.noun} needs `{field.name}`")
        elif data[field.name] is None and not required:
            continue
        elif fits(document, (*location, field.name), wanted, constraints):
            values[field.name] = data[field.name]
        if required:
            values.setdefault(field.name, wanted())
    return part(**values)


def name_fault(name: str, taken: Collection[str]) -> str | None:
    """What is wrong with a name that an author chose; None if nothing is."""
    if name in taken:
        return f"`{name}` has a meaning of its own"
    if len(name) > limits().name_characters:
        return beyond("name_characters", len(name))
    if NAME.allows(name):
        return None
    return f"`{name}` is not one word of letters, digits and _ that begins with a letter"


def _types(part: type[SchemaPart]) -> dict[str, tuple[type, tuple[Any, ...]]]:
    """The type of each key's value, and its constraints.

    The type is `object` if several are allowed: these are checked elsewhere.
    """
    if part not in _HINTS:
        hints = get_type_hints(part, include_extras=True)
        _HINTS[part] = {field.name: _type(hints[field.name]) for field in fields(part)}
    return _HINTS[part]


def _type(hint: Any) -> tuple[type, tuple[Any, ...]]:
    if get_origin(hint) in (Union, UnionType):
        members = [member for member in get_args(hint) if member is not type(None)]
        return _type(members[0]) if len(members) == 1 else (object, ())
    if get_origin(hint) is Annotated:
        return _type(hint.__origin__)[0], hint.__metadata__
    return get_origin(hint) or hint, ()


def fits(document: Document, location: Location, wanted: type, constraints: tuple[Any, ...]) -> bool:
    """True if the value has the type and meets the constraints; else this is reported."""
    value, what, place = document.at(location), f"`{location[-1]}`", document.place(location)
    if value is None or (wanted is not object and not is_a(value, wanted.__name__)):
        report_type(document, location, wanted.__name__, what)
        return False
    if isinstance(value, float) and not math.isfinite(value):
        document.report(place, f"{what} must be finite, which {document.written(location)} is not")
        return False
    for constraint in constraints:
        if isinstance(constraint, Within):
            if not document.is_within(location, constraint.limit, len(value), what):
                return False
            continue
        if isinstance(constraint, MinLen):
            fault = "" if value else "is empty"
        elif isinstance(constraint, Pattern):
            fault = "" if constraint.allows(str(value)) else f"{constraint.words}; this is `{value}`"
            if not document.is_within(location, "name_characters", len(str(value))):
                return False
        else:
            holds, words = _BOUNDS[type(constraint)]
            bound = getattr(constraint, fields(constraint)[0].name)
            fault = "" if holds(value, bound) else f"must be {words} {bound}; this is {value}"
        if fault:
            document.report(place, f"{what} {fault}")
            return False
    return True
