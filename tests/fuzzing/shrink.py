"""A storyboard made smaller, as long as the same comes of it."""

from collections.abc import Callable

SEPARATORS = (b"\n", b"")  # first by lines, then by bytes


def shrunk(text: bytes, is_bad: Callable[[bytes], bool], trials: int = 400) -> bytes:
    """The smallest part of `text` that was found for which `is_bad` is true, within so many `trials`.

    Delta debugging (Zeller and Hildebrandt, 2002): ever smaller pieces are left out.
    """
    for separator in SEPARATORS:
        pieces = text.split(separator) if separator else [text[i : i + 1] for i in range(len(text))]
        size = max(1, len(pieces) // 2)
        while trials > 0:
            start = 0
            has_changed = False
            while start < len(pieces) and trials > 0:
                fewer = pieces[:start] + pieces[start + size :]
                trials -= 1
                if len(fewer) < len(pieces) and is_bad(separator.join(fewer)):
                    pieces, has_changed = fewer, True
                else:
                    start += size
            if size == 1 and not has_changed:
                break
            size = max(1, size // 2) if not has_changed or size > len(pieces) else size
        text = separator.join(pieces)
    return text
