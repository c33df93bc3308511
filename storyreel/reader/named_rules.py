"""Rules chosen from a table: by name (`adam`), or by name with settings (`{kind: xavier, seed: 7}`)."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from storyreel.core.did_you_mean import did_you_mean, listed
from storyreel.engine.table import SYNONYMS
from storyreel.reader.document import Document, Location
from storyreel.reader.numbers import read_numbers
from storyreel.reader.types import report_type

Row = TypeVar("Row")
_SETTINGS = {
    **dict.fromkeys(("alpha", "rho", "decay", "decay_rate"), "beta"),
    "mu": "momentum",
    "eps": "epsilon",
    **dict.fromkeys(("factor", "drop"), "gamma"),
    **dict.fromkeys(("every", "period", "drop_every"), "step_size"),
    **dict.fromkeys(("T_max", "t_max", "decay_steps", "total_steps"), "steps"),
    **dict.fromkeys(("eta_min", "minimum", "end"), "final"),
    **dict.fromkeys(("wd", "decoupled_weight_decay"), "weight_decay"),
}
"""Other names in use for settings of rules."""
_ELSEWHERE = {
    **dict.fromkeys(("learning_rate", "lr", "schedule"), "; `learning_rate` is a key of the network"),
    "l2": "; `l2` is a key of the network",
}
"""Keys of a network that are no settings of its optimizer, and how the message about each ends."""


def read_choice(document: Document, location: Location, what: str, choices: Iterable[str]) -> str | None:
    """The name at the location, None (and a problem) if it is not one of `choices`."""
    name = document.at(location)
    known = list(choices)
    if not isinstance(name, str):
        report_type(document, location, "str", f"`{location[-1]}`")
        return None
    if name not in known:
        hint = did_you_mean(name, known, SYNONYMS)
        document.report(document.place(location), f"no {what} named `{name}`{hint}")
        return None
    return name


def read_rule(
    document: Document,
    location: Location,
    what: str,
    table: Mapping[str, type[Row]],
    given: Mapping[str, Any],
    besides: str = "",
) -> Row | None:
    """The rule at the location, None if there is a fault, which is reported.

    The rules of `table` are dataclasses whose fields are their settings. `given` are settings from elsewhere,
    for the rules that have them. `besides` is a key that is no setting, and is read elsewhere.
    """
    data = document.at(location)
    has_settings = isinstance(data, dict)
    if isinstance(data, dict) and "kind" not in data:
        document.report(document.place(location), f"this {what} needs `kind`: one of {', '.join(table)}")
        return None
    kind = read_choice(document, (*location, "kind") if has_settings else location, what, table)
    if kind is None:
        return None
    types = {field.name: field.type for field in fields(table[kind])}  # type: ignore[arg-type]
    settings = {name: value for name, value in given.items() if name in types}
    known = set(types) - {"learning_rate", "schedule"}
    there: set[str | None] = {*settings, *_keys(data)}
    is_valid = True
    for key in data if isinstance(data, dict) else ():
        if key in ("kind", besides):
            continue
        place = (*location, key)
        if key not in known:
            meant = _SETTINGS.get(key, key)
            there.add(meant)
            hint = f"; did you mean `{meant}`?" if meant in known else did_you_mean(key, known)
            hint = _ELSEWHERE.get(key, hint)
            document.report(document.key_place(place), f"{kind} has no setting `{key}`{hint}")
            is_valid = False
            continue
        number = read_numbers(document, place, f"`{key}`", 0)
        if number is None:
            is_valid = False
        elif types[key] in (int, "int") and (number < 0 or number != int(number)):
            document.report(document.place(place), f"`{key}` must be a whole number from 0 on")
            is_valid = False
        else:
            settings[key] = int(number) if types[key] in (int, "int") else float(number)
    required = [field for field in fields(table[kind]) if field.default is MISSING]  # type: ignore[arg-type]
    if missing := [field.name for field in required if field.name not in there]:
        document.report(document.place(location), f"{kind} needs {listed(missing)}")
    if not {field.name for field in required} <= set(settings):
        return None
    try:
        rule = table[kind](**settings)
        return rule if is_valid else None
    except ValueError as fault:
        document.report(document.place(location), str(fault))
        return None


def _keys(data: object) -> list[str]:
    return list(data) if isinstance(data, dict) else []
