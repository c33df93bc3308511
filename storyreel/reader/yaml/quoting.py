"""An author's text as a message quotes it."""

LONGEST = 40  # characters


def quoted(text: str) -> str:
    """The text in backticks, in one line; of a long one only the beginning."""
    line = " ".join(text.split())
    return f"`{line}`" if len(line) <= LONGEST else f"`{line[:LONGEST].rstrip()}…`"
