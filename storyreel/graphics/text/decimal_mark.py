"""The decimal mark of drawn numbers: a point, or a comma in the languages that write one.

Scenes and drawings write numbers with a point; it is replaced where their outlines are made, so that no
drawing needs to know the language. A stage sets the mark for its process, which draws one lesson.
"""

_mark = "."


def decimal_mark() -> str:
    """The mark, "." or ","."""
    return _mark


def set_decimal_mark(mark: str) -> None:
    """Draw this mark from now on."""
    global _mark
    _mark = mark
