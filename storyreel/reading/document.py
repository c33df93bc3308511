"""A YAML file as plain data, in which every key and value keeps its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer

from storyreel.errors import Place
from storyreel.reading.scalar_places import scalar_indices
from storyreel.reading.scalars import Unreadable, scalar_value
from storyreel.reading.source import Source, read_source
from storyreel.reading.syntax import TOO_DEEP, complaint

DEEPEST = 20
UNREADABLE = "unreadable"  # the tag of what has been reported already
Location = tuple[str | int, ...]


class _Composer(Composer):
    """Makes the tree of nodes; refuses what could make it huge (aliases, depth) or run code (tags)."""

    peek_event: Callable[[], Any]
    get_event: Callable[[], Any]

    def begin(self, source: Source) -> None:
        """Begin with the text of a file, of which nothing is refused yet."""
        Composer.__init__(self)
        self.source = source
        self.refused: list[tuple[Place, str]] = []
        self.depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            self.get_event()
            self._refuse(mark, "YAML's aliases are not allowed; write it out, or put a text in quotes")
            return yaml.ScalarNode(UNREADABLE, "", mark, mark)
        if event.tag is not None:
            self._refuse(mark, "YAML's tags are not allowed; leave it out, or put a text in quotes")
        if self.depth == DEEPEST:
            raise yaml.MarkedYAMLError(problem=TOO_DEEP.format(DEEPEST), problem_mark=mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        if node is not None and event.tag is not None:
            node.tag = UNREADABLE
        return node

    def _refuse(self, mark: yaml.Mark, message: str) -> None:
        self.refused.append((self.source.place(mark.line, mark.column), message))


class _QuickComposer(_Composer, yaml.CSafeLoader):
    """By libyaml, in a twentieth of the time."""

    def __init__(self, source: Source) -> None:
        yaml.CSafeLoader.__init__(self, source.text)
        self.begin(source)


class _PlainComposer(_Composer, yaml.SafeLoader):
    """By PyYAML, whose words about what is wrong an author can follow."""

    def __init__(self, source: Source) -> None:
        yaml.SafeLoader.__init__(self, source.text)
        self.begin(source)


class Document:
    """The file's data: dicts with text keys, lists, and scalars; and where each of them stands.

    A location is the path from the root to a value: `("chapters", 0, "title")`.
    """

    def __init__(self, source: Source) -> None:
        """Read the data. Raises `StoryboardError` if the text is not YAML at all."""
        self.source = source
        self.report = source.report
        self._nodes: dict[Location, yaml.Node] = {}
        self._keys: dict[Location, yaml.Node] = {}
        self.data = self._read(_compose(source), ())

    def place(self, location: Location) -> Place:
        """Where the value begins, or if there is none, the nearest thing around it that there is."""
        return self._place(self.node(location))

    def key_place(self, location: Location) -> Place:
        """Where the key begins whose value is at the location."""
        return self._place(self._keys[location]) if location in self._keys else self.place(location)

    def place_in(self, location: Location) -> Callable[[int], Place]:
        """For each offset in the text at the location, where that character stands."""
        node = self.node(location)
        if not isinstance(node, yaml.ScalarNode):
            return lambda offset: self._place(node)
        index = scalar_indices(node, self.source.text)

        def place(offset: int) -> Place:
            lines = (self.source.text[: index(offset)] + "|").splitlines()
            return self.source.place(len(lines) - 1, len(lines[-1]) - 1)

        return place

    def node(self, location: Location) -> yaml.Node:
        """The YAML node at the location, or the nearest one around it."""
        while location not in self._nodes:
            location = location[:-1]
        return self._nodes[location]

    def written(self, location: Location) -> str:
        """The value as the author wrote it."""
        node = self.node(location)
        return self.source.text[node.start_mark.index : node.end_mark.index].strip()

    def at(self, location: Location) -> object:
        """The data at the location, None if there is none."""
        data = self.data
        for step in location:
            if isinstance(data, dict):
                data = data.get(step)
            elif isinstance(data, list) and isinstance(step, int) and step < len(data):
                data = data[step]
            else:
                return None
        return data

    def _place(self, node: yaml.Node) -> Place:
        return self.source.place(node.start_mark.line, node.start_mark.column)

    def _read(self, node: yaml.Node, location: Location) -> object:
        self._nodes[location] = node
        if isinstance(node, yaml.SequenceNode):
            return [self._read(item, (*location, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, location)
        if node.tag == UNREADABLE:
            return Unreadable()
        return scalar_value(node) if isinstance(node, yaml.ScalarNode) else None

    def _read_mapping(self, node: yaml.MappingNode, location: Location) -> dict[str, object]:
        data: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == UNREADABLE:
                self.report(self._place(key), "a key must be a word; a text with braces must be in quotes")
                continue
            inside = (*location, key.value)
            if key.value in data:
                line = self._keys[inside].start_mark.line + 1
                self.report(self._place(key), f"`{key.value}` is already given on line {line}")
                continue
            self._keys[inside] = key
            data[key.value] = self._read(value, inside)
        return data


def open_document(path: Path, text: str | None = None) -> Document:
    """The document in the file, or in `text` as if it were the file's. Raises as `read_source` does."""
    return Document(read_source(path) if text is None else Source(str(path), text))


def _compose(source: Source) -> yaml.Node:
    """The tree of the file's one YAML document."""
    try:
        try:
            composer: _Composer = _QuickComposer(source)
            root = composer.get_single_node()
        except yaml.YAMLError:
            composer = _PlainComposer(source)
            root = composer.get_single_node()
        for refused in composer.refused:
            source.report(*refused)
    except yaml.MarkedYAMLError as fault:
        spot, message = complaint(fault, source.lines)
        source.report(source.place(*spot), message)
    except yaml.reader.ReaderError as fault:
        before = (source.text[: fault.position] + "|").splitlines()
        place = source.place(len(before) - 1, len(before[-1]) - 1)
        source.report(place, f"the character U+{fault.character:04X} is not allowed here")
    else:
        if root is not None:
            return root
        source.report(source.place(0, 0), "the storyboard is empty")
    source.stop_at_problems()
    raise AssertionError("a problem was reported")
