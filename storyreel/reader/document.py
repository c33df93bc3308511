"""A YAML file as plain data, with the place of every key and value."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from storyreel.core.did_you_mean import listed
from storyreel.core.errors import Place
from storyreel.core.limits import beyond, limits
from storyreel.reader.source_file import Source, source_of
from storyreel.reader.yaml.composer import composed
from storyreel.reader.yaml.node import Node
from storyreel.reader.yaml.positions import scalar_indices
from storyreel.reader.yaml.scalars import scalar_value
from storyreel.storyboard.typst_fonts import letters_without_font, own_fonts_folder
from storyreel.storyboard.unspaced import spaced_words

Location = tuple[str | int, ...]


class Document:
    """The data of a file, as dicts with text keys, lists and scalars, and their places.

    A location is the path from the root to a value: `("chapters", 0, "title")`.
    """

    def __init__(self, source: Source) -> None:
        """Read the data. Raises `StoryboardError` if the text is not YAML."""
        self.source = source
        self.report = source.report
        self.files: dict[str, str] = {}
        """The files of arrays that were read, by their paths as written, with a hash of their content."""
        self._root = composed(source)

    def place(self, location: Location) -> Place:
        """The start of the value, or if there is none, of the nearest value around the location."""
        return self.source.place_at(self.node(location).start)

    def key_place(self, location: Location) -> Place:
        """The start of the key whose value is at the location; as `place` for an item of a list."""
        around = self._found(location[:-1]) if location else None
        if around and isinstance(around.value, dict) and location[-1] in around.value:
            return self.source.place_at(around.value[str(location[-1])][0])
        return self.place(location)

    def place_in(self, location: Location) -> Callable[[int], Place]:
        """A function from an offset in the text at the location to the place of that character."""
        node = self.node(location)
        if not isinstance(node.value, str):
            return lambda offset: self.source.place_at(node.start)
        index = scalar_indices(node, self.source.text)
        return lambda offset: self.source.place_at(index(offset))

    def is_within(self, location: Location, limit: str, got: int, what: str = "") -> bool:
        """True if `got` is at most the limit with this name; else it is reported at the location.

        `what` is the name of what there is too much of, for messages of limits that hold for several things.
        """
        if got <= getattr(limits(), limit):
            return True
        self.report(self.key_place(location), beyond(limit, got, what))
        return False

    def is_short(self, location: Location, text: str) -> bool:
        """True if the text at the location and its words are not too long; else this is reported."""
        if len(text) > limits().text_characters:
            self.report(self.place(location), beyond("text_characters", len(text)))
            return False
        longest = max(spaced_words(text), key=lambda word: len(word[0]), default=None)
        if longest and len(longest[0]) > limits().word_characters:
            place = self.place_in(location)(longest.start())
            self.report(place, beyond("word_characters", len(longest[0])))
            return False
        return True

    def check_letters(self, location: Location, shown: str) -> None:
        """Report the letters that no font has of a text on screen, the value or the key at the location."""
        missing = letters_without_font(shown)
        if missing:
            written = self.at(location)
            is_value = isinstance(written, str) and missing[0] in written
            offset = written.index(missing[0]) if is_value else 0
            place = self.place_in(location)(offset) if is_value else self.key_place(location)
            self.report(place, f"no font has {listed(missing)}; put one that does into {own_fonts_folder()}")

    def node(self, location: Location) -> Node:
        """The node at the location, or if there is none, the nearest one around it."""
        node = self._root
        for step in location:
            inner = _inside(node, step)
            if inner is None:
                break
            node = inner
        return node

    def written(self, location: Location) -> str:
        """The value as the author wrote it."""
        node = self.node(location)
        return self.source.text[node.start : node.end].strip()

    def at(self, location: Location) -> Any:
        """A copy of the data at the location; None if there is none."""
        node = self._found(location)
        return None if node is None else _data(node)

    def _found(self, location: Location) -> Node | None:
        node: Node | None = self._root
        for step in location:
            node = _inside(node, step) if node else None
        return node


def open_document(path: Path, text: str | None = None) -> Document:
    """The document in the file, or in `text` if given. Raises the errors of `read_source` and `Document`."""
    return Document(source_of(path, text))


def _inside(node: Node, step: str | int) -> Node | None:
    """The value of a key, or the item with this index; None if there is none."""
    if isinstance(node.value, dict):
        return node.value[step][1] if step in node.value else None
    if isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def _data(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {key: _data(value) for key, (_, value) in node.value.items()}
    if isinstance(node.value, list):
        return [_data(item) for item in node.value]
    return scalar_value(node)
