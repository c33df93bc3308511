from dataclasses import dataclass
from pathlib import Path

from storyreel.core.word import Word
from storyreel.timing.transcript import transcript, write_transcript


@dataclass
class Beat:
    words: list[Word]


def said(text: str, speaker: str | None = None) -> Beat:
    return Beat([Word(word, 0.0, 0.0, speaker) for word in text.split()])


@dataclass
class Chapter:
    title: str
    beats: list[Beat]


CHAPTERS = [
    (0.0, Chapter("The forward pass", [said("Two times 3 is 6."), said(""), said("Six times 5/6 is 5.")])),
    (75.9, Chapter("Questions", [said("Why?", "Ada"), said("And how?", "Ada"), said("Because.", "Max")])),
]

TEXT = """Backpropagation

0:00  The forward pass

Two times 3 is 6. Six times 5/6 is 5.

1:15  Questions

Ada: Why? And how?

Max: Because.
"""


def test_a_transcript_has_headings_with_times_and_a_paragraph_for_each_speaker() -> None:
    assert transcript("Backpropagation", CHAPTERS) == TEXT


def test_the_transcript_is_written_as_utf_8(tmp_path: Path) -> None:
    write_transcript(tmp_path / "transcript.en.txt", "η", CHAPTERS)
    assert (tmp_path / "transcript.en.txt").read_bytes().startswith("η\n\n0:00  The".encode())
