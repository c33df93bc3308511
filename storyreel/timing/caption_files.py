"""Caption and chapter files for players: WebVTT and SRT."""

import html
import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from storyreel.core.atomic_file import atomic_file

if TYPE_CHECKING:
    from storyreel.core.timed_text import TimedText

WORD_JOINER = "\N{WORD JOINER}"
_MARKS = re.compile(r"(?<=<)(?=[/\w!?])|(?<=--)(?=>)|(?<=\{)(?=\\)")
"""Places inside a tag, an arrow between times, or a SubStation Alpha code."""


def write_vtt(path: Path, texts: "Iterable[TimedText]") -> None:
    """Write captions, or chapters with their titles, as WebVTT. Raises OutsideError if the disk refuses.

    What a speaker says is in a voice span, which players and style sheets know.
    """
    from webvtt import Caption, WebVTT
    from webvtt.models import Timestamp

    def clock(seconds: float) -> str:
        return str(Timestamp.from_seconds(round(seconds, 3)))  # rounds as in SRT, halves to even

    def payload(text: "TimedText") -> str:
        escaped = html.escape(_without_blank_lines(text.text), quote=False)
        return f"<v {text.speaker}>{escaped}</v>" if text.speaker else escaped

    cues = [Caption(clock(text.start), clock(text.end), payload(text)) for text in texts]
    _write(path, WebVTT(captions=cues).content)


def write_srt(path: Path, texts: "Iterable[TimedText]") -> None:
    """Write captions as SRT. Raises OutsideError if the disk refuses.

    SRT has no escapes, but players interpret some codes: what looks like one is split by a zero-width
    character.
    """
    import srt  # type: ignore[import-untyped]

    cues = [
        srt.Subtitle(
            number,
            _milliseconds(text.start),
            _milliseconds(text.end),
            _MARKS.sub(WORD_JOINER, _without_blank_lines(text.text)),
        )
        for number, text in enumerate(texts, 1)
    ]
    _write(path, srt.compose(cues))


def _write(path: Path, text: str) -> None:
    with atomic_file(path) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")


def _milliseconds(seconds: float) -> timedelta:
    return timedelta(seconds=round(seconds, 3))


def _without_blank_lines(text: str) -> str:
    """The text without blank lines, at which both formats end a caption."""
    return re.sub(r"\s*\n\s*", "\n", text.strip())
