"""XML for course systems, built from elements so that every text is escaped."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

__all__ = ["Element", "add", "xml_bytes"]


def add(parent: Element, tag: str, attributes: Mapping[str, str] | None = None, text: str = "") -> Element:
    """Append a child to `parent` and return it."""
    child = SubElement(parent, tag, dict(attributes or {}))
    child.text = text or None
    return child


def xml_bytes(root: Element) -> bytes:
    """The XML file with the outermost element `root`, in UTF-8."""
    indent(root, " ")
    text: str = tostring(root, "unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
