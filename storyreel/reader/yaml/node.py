"""A node: a value of a YAML file as it is written there, with its place."""

from dataclasses import dataclass

UNREADABLE = "unreadable"  # the tag of a scalar of which a problem has been reported


@dataclass(slots=True, eq=False)
class Node:
    """A value from index `start` to before index `end` of the text.

    `value` is a scalar's text, the items of a list, or for each key of a mapping the index at which the key
    begins and the node of its value. `tag` is the last word of YAML's own (`str`, `int`, `seq`, `map`), and
    `style` the sign that a scalar's text begins with: `"`, `'`, `|`, `>`, or none. There are many nodes, and
    each is small.
    """

    value: "str | list[Node] | dict[str, tuple[int, Node]]"
    tag: str
    start: int
    end: int
    style: str | None = None
