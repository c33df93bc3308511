"""Builds the tree of nodes of a YAML text from PyYAML's events."""

import sys
from typing import Any

import yaml

from storyreel.reader.source_file import Source
from storyreel.reader.yaml.errors import ANOTHER_DOCUMENT, TOO_DEEP, explanation
from storyreel.reader.yaml.node import UNREADABLE, Node

DEEPEST = 20


class _Composer:
    """Builds the tree. Refuses aliases and depth, which can make it huge, and tags, which can run code."""

    check_event: Any
    get_event: Any
    peek_event: Any
    resolve: Any

    def begin(self, source: Source) -> None:
        """Start with the text of a file."""
        self.source = source
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
        if depth == DEEPEST:
            raise yaml.MarkedYAMLError(problem=TOO_DEEP.format(DEEPEST), problem_mark=event.start_mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self._items(depth + 1), "seq", start, self.get_event().end_mark.index)
        if isinstance(event, yaml.MappingStartEvent):
            return Node(self._entries(depth + 1), "map", start, self.get_event().end_mark.index)
        tag = self.resolve(yaml.ScalarNode, event.value, event.implicit).rpartition(":")[2]
        tag = UNREADABLE if event.tag is not None else sys.intern(tag)
        return Node(event.value, tag, start, event.end_mark.index, event.style or None)

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


def composed(source: Source) -> Node:
    """The tree of the file's YAML document. Raises `StoryboardError` if the text is not YAML."""
    try:
        try:
            composer: _Composer = _LibyamlComposer(source)
            root = composer.document()
        except yaml.YAMLError:
            composer = _PythonComposer(source)
            root = composer.document()
        for index, message in composer.refused:
            source.report(source.place_at(index), message)
    except yaml.MarkedYAMLError as fault:
        spot, message = explanation(fault, source.lines)
        source.report(source.place(*spot), message)
    except yaml.reader.ReaderError as fault:
        message = f"the character U+{fault.character:04X} is not allowed here"
        source.report(source.place_at(fault.position), message)
    else:
        if root is not None:
            return root
        source.report(source.place(0, 0), "the storyboard is empty")
    source.stop_at_problems()
    raise AssertionError("a problem was reported")
