"""The flash cards as a deck for Anki.

When a deck is imported again, Anki recognizes a card that has not changed and keeps the learner's progress; a
changed card is a new one.
"""

import hashlib
import sqlite3
from contextlib import closing
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

from storyreel.core.errors import UsageError
from storyreel.exports.base import Export, ExportRequest
from storyreel.exports.deterministic_zip import write_package
from storyreel.exports.plain_text import one_line, plain_text
from storyreel.lesson.manifest import Manifest

NAME = "cards.apkg"

_MODEL = 1607392319  # Anki's id of the note type; any fixed number
_WRITTEN = (
    1577836800  # the date in the file, in seconds since 1970; fixed, so that equal cards give equal files
)
# Anki renders text between `\(` and `\)` as a formula, unless these classes forbid it.
_SIDE = '<div class="tex2jax_ignore mathjax_ignore" dir="auto">{{%s}}</div>'
_STYLE = ".card { font: 24px/1.4 system-ui, sans-serif; text-align: center; padding: 1em; }"


def collection(lesson: Manifest) -> bytes:
    """The cards of `lesson` as Anki's SQLite database; raises UsageError if it has none."""
    import genanki

    if not lesson.cards:
        raise UsageError(f"the lesson {lesson.name!r} has no cards")
    deck = genanki.Deck(_deck_id(lesson.name), _deck_name(lesson.title))
    model = _model()
    for place, card in enumerate(lesson.cards):
        guid = genanki.guid_for("storyreel", lesson.name, card.front, card.back)
        fields = [_field(card.front), _field(card.back)]
        deck.add_note(genanki.Note(model, fields, guid=guid, due=place))
    with closing(sqlite3.connect(":memory:")) as database:
        genanki.Package(deck).write_to_db(database.cursor(), _WRITTEN, count(_WRITTEN * 1000))
        database.commit()
        return database.serialize()


def write_anki(request: ExportRequest) -> list[Path]:
    """Write `cards.apkg`; raises UsageError if the lesson has no cards."""
    path = request.folder / NAME
    write_package(path, {"collection.anki2": collection(request.lesson), "media": b"{}"})
    return [path]


def _model() -> Any:
    """The note type: a text on each side of the card."""
    import genanki

    front, back = (_SIDE % side for side in ("Front", "Back"))
    sides = {"name": "Card", "qfmt": front, "afmt": f'{{{{FrontSide}}}}<hr id="answer">{back}'}
    fields = [{"name": "Front"}, {"name": "Back"}]
    return genanki.Model(_MODEL, "storyreel", fields=fields, templates=[sides], css=_STYLE)


def _deck_id(name: str) -> int:
    """The id of the deck of the lesson called `name`, different for each lesson."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:5], "big") + 1


def _deck_name(title: str) -> str:
    """The title without `::`, which separates a deck from a deck inside it."""
    return one_line(title).replace("::", ": :")


def _field(text: str) -> str:
    """HTML that shows `text`; brackets are escaped, as Anki uses them for sounds and LaTeX."""
    return escape(plain_text(text)).replace("[", "&#91;").replace("\n", "<br>")


ANKI = Export("anki", "the flash cards as a deck for Anki", write_anki)
