"""The types of values, and how messages name them."""

from storyreel.reader.document import Document, Location
from storyreel.reader.yaml.quoting import quoted
from storyreel.reader.yaml.scalars import Trap, Unreadable, number_trap, text_trap

_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list, with a line that begins with - for each item",
    "dict": "a mapping of keys to values",
}


def report_type(document: Document, location: Location, wanted: str, what: str) -> None:
    """Report that `what` is not of the type `wanted`, one of `str int float bool list dict`."""
    data, node = document.at(location), document.node(location)
    if isinstance(data, Unreadable):
        return
    place = document.place(location)
    if data is None:
        document.report(document.key_place(location), f"{what} has no value")
    elif wanted == "str" and isinstance(node.value, str):
        document.report(place, f"{what} must be text: {text_trap(node)}")
    elif wanted == "str" and document.written(location)[0] in "{[":
        sign = document.written(location)[0]
        document.report(place, f"{what} must be text; one that begins with {sign} must be in quotes")
    elif wanted in ("int", "float") and isinstance(node.value, str) and (trap := number_trap(node)):
        document.report(place, f"{what}: {trap}")
    else:
        document.report(place, f"{what} must be {_WORDS[wanted]}, not {_name(data)}")


def is_a(value: object, wanted: str) -> bool:
    """True if the value has the type `wanted`, as in `report_type`; a whole number is a number, too."""
    kinds = {"int": int, "float": int | float, "bool": bool, "str": str, "list": list, "dict": dict}
    return isinstance(value, kinds[wanted]) and (wanted == "bool" or not isinstance(value, bool))


def _name(data: object) -> str:
    """The value in the words of a message."""
    if isinstance(data, Trap):
        return f"`{data.text}`"
    if isinstance(data, bool):
        return "true or false"
    names = {
        str: f"the text {quoted(str(data))}",
        int: f"{data}",
        float: f"{data}",
        list: "a list",
        dict: "a mapping",
    }
    return names.get(type(data), "nothing")
