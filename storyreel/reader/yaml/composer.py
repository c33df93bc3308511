"""Builds the tree of nodes of a YAML text from PyYAML's events."""

import sys
from typing import Any

import yaml

from storyreel.core.limits import beyond, limits
from storyreel.reader.source_file import Source
from storyreel.reader.yaml.characters import bad_characters, not_allowed, paired
from storyreel.reader.yaml.errors import ANOTHER_DOCUMENT, BEYOND_UNICODE, explanation
from storyreel.reader.yaml.node import UNREADABLE, Node


class _Composer:
    """Builds the tree. Refuses aliases and depth, which can make it huge, and tags, which can run code."""

    check_event: Any
    get_event: Any
    peek_event: Any
    resolve: Any

    def begin(self, source: Source) -> None:
        """Start with the text of a file."""
        self.source = source
        self.deepest = limits().depth
        self.refused: list[tuple[int, str]] = []

    def document(self) -> Node | None:
        """The root of the text's one document, None if it is empty. Raises yaml.YAMLError."""
        self.get_event()  # the stream begins
        if self.check_event(yaml.StreamEndEvent):
            return None
        self.get_event()  # the document begins
        root = self._node(0)
        self.get_event()
        if not self.check_event(yaml.StreamEndEvent):
            raise yaml.MarkedYAMLError(problem=ANOTHER_DOCUMENT, problem_mark=self.peek_event().start_mark)
        return root

    def _node(self, depth: int) -> Node:
        event = self.get_event()
        start = event.start_mark.index
        if isinstance(event, yaml.AliasEvent):
            self._refuse(start, "YAML's aliases are not allowed; write it out, or put a text in quotes")
            return Node("", UNREADABLE, start, start)
        if event.tag is not None:
            self._refuse(start, "YAML's tags are not allowed; leave it out, or put a text in quotes")
        if depth == self.deepest:
            raise yaml.MarkedYAMLError(problem=beyond("depth"), problem_mark=event.start_mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self._items(depth + 1), "seq", start, self.get_event().end_mark.index)
        if isinstance(event, yaml.MappingStartEvent):
            return Node(self._entries(depth + 1), "map", start, self.get_event().end_mark.index)
        tag = self.resolve(yaml.ScalarNode, event.value, event.implicit).rpartition(":")[2]
        tag = UNREADABLE if event.tag is not None else sys.intern(tag)
        node = Node(paired(event.value), tag, start, event.end_mark.index, event.style or None)
        for index, message in bad_characters(node, self.source.text):
            self._refuse(index, message)
        return node

    def _items(self, depth: int) -> list[Node]:
        items = []
        while not self.check_event(yaml.SequenceEndEvent):
            items.append(self._node(depth))
        return items

    def _entries(self, depth: int) -> dict[str, tuple[int, Node]]:
        entries: dict[str, tuple[int, Node]] = {}
        while not self.check_event(yaml.MappingEndEvent):
            key, value = self._node(depth), self._node(depth)
            if not isinstance(key.value, str) or key.tag == UNREADABLE:
                self._refuse(key.start, "a key must be a word; a text with braces must be in quotes")
            elif key.value in entries:
                line = self.source.place_at(entries[key.value][0]).line
                self._refuse(key.start, f"`{key.value}` is already given on line {line}")
            else:
                entries[sys.intern(key.value)] = key.start, value
        return entries

    def _refuse(self, index: int, message: str) -> None:
        self.refused.append((index, message))
        if len(self.refused) > limits().problems:
            raise _TooMany


class _TooMany(Exception):
    """More has been refused than is reported."""


class _LibyamlComposer(_Composer, yaml.CSafeLoader):
    """With libyaml, which takes a tenth of the time."""

    def __init__(self, source: Source) -> None:
        yaml.CSafeLoader.__init__(self, source.text)
        self.begin(source)


class _PythonComposer(_Composer, yaml.SafeLoader):
    """With PyYAML in Python, which has better error messages."""

    def __init__(self, source: Source) -> None:
        yaml.SafeLoader.__init__(self, source.text)
        self.begin(source)

    def scan_flow_scalar_non_spaces(self, double: bool, start_mark: Any) -> Any:
        """As in PyYAML, which has no error of its own for the escape of a character that does not exist."""
        try:
            return super().scan_flow_scalar_non_spaces(double, start_mark)
        except (ValueError, OverflowError):
            mark = self.get_mark()
            mark.column -= len("\\U")
            raise yaml.MarkedYAMLError(problem=BEYOND_UNICODE, problem_mark=mark) from None


def composed(source: Source) -> Node:
    """The tree of the file's YAML document. Raises `StoryboardError` if the text is not YAML."""
    try:
        try:
            root, refused = _document(_LibyamlComposer, source)
        except (yaml.YAMLError, UnicodeEncodeError):
            root, refused = _document(_PythonComposer, source)
    except yaml.MarkedYAMLError as fault:
        spot, message = explanation(fault, source.lines)
        source.report(source.place(*spot), message)
    except yaml.reader.ReaderError as fault:
        message = not_allowed(fault.character)
        source.report(source.place_at(fault.position), message)
    else:
        for index, message in refused:
            source.report(source.place_at(index), message)
        if root is not None:
            return root
        if not refused:
            source.report(source.place(0, 0), "there is nothing in this file")
    source.stop_at_problems()
    raise AssertionError("a problem was reported")


def _document(
    kind: "type[_LibyamlComposer | _PythonComposer]", source: Source
) -> tuple[Node | None, list[tuple[int, str]]]:
    """The root and what was refused; if that was too much, no root. Raises yaml.YAMLError."""
    composer = kind(source)
    try:
        return composer.document(), composer.refused
    except _TooMany:
        return None, composer.refused
