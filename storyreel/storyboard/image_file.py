"""Image files that a storyboard names: of a few formats, known by content, checked before they are decoded.

A storyboard may come from a stranger. A file can claim a size that takes all memory to decode, an SVG can
multiply itself by references, and some formats are read by external programs.
"""

import math
import re
import warnings
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from xml.parsers import expat

from storyreel.core.errors import StoryreelError
from storyreel.core.limits import beyond, limits

Format = Literal["PNG", "JPEG", "GIF", "WEBP", "SVG"]

FARTHEST = 1e6
"""The largest number that an SVG may have as a size or a coordinate."""

_SIGNATURES: Mapping[bytes, Format] = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
}
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf", re.I)
_GEOMETRY = {"d", "points", "viewBox", "width", "height", "x", "y", "cx", "cy", "r", "rx", "ry", "transform"}


def image_format(path: Path) -> Format:
    """The format of the image file at `path`, by its content.

    Raises StoryreelError where it is none of the formats that can be shown, or larger than the limits.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise StoryreelError(f"{path.name} cannot be read: {error.strerror}") from None
    found = next((format for signature, format in _SIGNATURES.items() if head.startswith(signature)), None)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        found = "WEBP"
    if found:
        if size > limits().image_bytes:
            raise StoryreelError(beyond("image_bytes", size, path.name))
        return found
    if not head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
        raise StoryreelError(f"{path.name} is no PNG, JPEG, GIF, WebP or SVG")
    if size > limits().svg_bytes:
        raise StoryreelError(beyond("svg_bytes", size, path.name))
    return "SVG"


def check_image(path: Path) -> None:
    """Look at an image file without decoding it; raises StoryreelError if it cannot be shown."""
    format = image_format(path)
    if format == "SVG":
        _Svg(path.name).check(path.read_bytes())
        return
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is our own
            with Image.open(path, formats=[format]) as image:
                width, height = image.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise StoryreelError(f"{path.name} is not an image that can be shown: {fault}") from None
    if width * height > limits().image_pixels:
        raise StoryreelError(beyond("image_pixels", width * height, path.name))


class _Svg:
    """An SVG being read: for each element that has an id, and for the whole, what drawing it costs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._open: list[_Element] = []
        self._ids: dict[str, _Element] = {}
        self._root: _Element | None = None

    def check(self, data: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = lambda _: self._open.pop()
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError) as fault:
            raise StoryreelError(f"{self._name} is not an SVG that can be shown: {fault}") from None
        if self._root is None or self._root.kind != "svg":
            raise StoryreelError(f"{self._name} is no PNG, JPEG, GIF, WebP or SVG")
        cost = self._root.cost(self._ids, ())
        if cost is None:
            self._exceed("svg_depth")
        elif cost["shapes"] > limits().svg_shapes:
            self._exceed("svg_shapes")
        elif cost["characters"] > limits().svg_path_characters:
            self._exceed("svg_path_characters")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        if kind == "text":
            self._fail("it contains text; turn it into paths in your drawing program")
        if kind in ("image", "foreignObject", "script"):
            self._fail(f"it contains <{kind}>, which is never loaded; remove it")
        references = [value for key, value in attributes.items() if key.rpartition(" ")[2] == "href"]
        if any(not reference.startswith("#") for reference in references):
            self._fail(f"it refers to another file, `{references[0][:40]}`")
        for key, value in attributes.items():
            if key in _GEOMETRY:
                self._check_numbers(key, value)
        path = attributes.get("d", "")
        weight = 8 if "a" in path.lower() else 1
        element = _Element(kind, weight * len(path) + len(attributes.get("points", "")))
        if kind == "use" and references:
            element.reference = references[0][1:]
        if self._open:
            self._open[-1].children.append(element)
        self._root = self._root or element
        self._open.append(element)
        if len(self._open) > limits().svg_depth:
            self._exceed("svg_depth")
        if "id" in attributes:
            self._ids.setdefault(attributes["id"], element)

    def _text(self, text: str) -> None:
        if self._open and self._open[-1].kind == "style" and "@import" in text:
            self._fail("its style imports another file")

    def _doctype(self, name: str, system: str | None, public: str | None, has_subset: bool) -> None:
        if has_subset:
            self._fail("it declares entities; remove its <!DOCTYPE …>")

    def _check_numbers(self, key: str, value: str) -> None:
        for number in _NUMBER.findall(value):
            if not math.isfinite(float(number)) or abs(float(number)) > FARTHEST:
                self._fail(f"its `{key}` has the number {number[:20]}")

    def _exceed(self, limit: str) -> Any:
        raise StoryreelError(beyond(limit, what=self._name))

    def _fail(self, reason: str) -> Any:
        raise StoryreelError(f"{self._name} cannot be shown: {reason}")


class _Element:
    """An element of an SVG: its own path's characters, what lies in it, and the id that it draws again."""

    def __init__(self, kind: str, characters: int) -> None:
        self.kind = kind
        self.children: list[_Element] = []
        self.reference: str | None = None
        self._characters = characters
        self._cost: Counter[str] | None = None

    def cost(self, ids: "Mapping[str, _Element]", above: "tuple[_Element, ...]") -> Counter[str] | None:
        """What it takes to draw the element; None where it draws itself, or is too deep."""
        if self in above or len(above) > limits().svg_depth:
            return None
        if self._cost is None:
            cost = Counter(shapes=1, characters=self._characters)
            referred = [ids[self.reference]] if self.reference and self.reference in ids else []
            for element in (*self.children, *referred):
                its = element.cost(ids, (*above, self))
                if its is None:
                    return None
                cost += its
            self._cost = cost
        return self._cost
