"""A node: a value of a YAML file with its place."""

from dataclasses import dataclass

UNREADABLE = "unreadable"  # the tag of a value with a problem that has been reported


@dataclass(slots=True, eq=False)
class Node:
    """The value in `text[start:end]`.

    `value` is the text of a scalar, the items of a list, or for each key of a mapping the index of the key
    and the node of its value. `tag` is the last word of YAML's tag (`str`, `int`, `seq`, `map`). `style` is
    the sign that a scalar begins with: `"`, `'`, `|`, `>`, or None.
    """

    value: "str | list[Node] | dict[str, tuple[int, Node]]"
    tag: str
    start: int
    end: int
    style: str | None = None
