"""The flash cards as a deck for Anki.

A card that has not changed is for Anki the same card when the deck is imported again, and keeps what the
learner has learnt of it; a changed one is a new card.
"""

import hashlib
import sqlite3
from contextlib import closing
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

from storyreel.core.errors import UsageError
from storyreel.exports.base import Export, Order
from storyreel.exports.deterministic_zip import write_package
from storyreel.exports.plain_text import one_line, plain_text
from storyreel.lesson.manifest import Manifest

NAME = "cards.apkg"

_MODEL = 1607392319  # Anki tells kinds of cards by a number
_WRITTEN = 1577836800  # seconds since 1970: 2020, so that the same cards are the same file
# Anki makes formulas of what stands between `\(` and `\)`, wherever it is not told to leave a text alone.
_SIDE = '<div class="tex2jax_ignore mathjax_ignore" dir="auto">{{%s}}</div>'
_STYLE = ".card { font: 24px/1.4 system-ui, sans-serif; text-align: center; padding: 1em; }"


def collection(lesson: Manifest) -> bytes:
    """The cards of `lesson` as Anki's database; raises UsageError if it has none."""
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


def write_anki(order: Order) -> list[Path]:
    """Write `cards.apkg`; raises UsageError if the lesson has no cards."""
    path = order.folder / NAME
    write_package(path, {"collection.anki2": collection(order.lesson), "media": b"{}"})
    return [path]


def _model() -> Any:
    """A kind of card with a text on each side."""
    import genanki

    front, back = (_SIDE % side for side in ("Front", "Back"))
    sides = {"name": "Card", "qfmt": front, "afmt": f'{{{{FrontSide}}}}<hr id="answer">{back}'}
    fields = [{"name": "Front"}, {"name": "Back"}]
    return genanki.Model(_MODEL, "storyreel", fields=fields, templates=[sides], css=_STYLE)


def _deck_id(name: str) -> int:
    """A number for the deck of the lesson called `name`, which is no other lesson's."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:5], "big") + 1


def _deck_name(title: str) -> str:
    """The title, in which Anki sees no deck within another one."""
    return one_line(title).replace("::", ": :")


def _field(text: str) -> str:
    """HTML that shows `text`, in which Anki sees nothing to play and nothing to set in LaTeX either."""
    return escape(plain_text(text)).replace("[", "&#91;").replace("\n", "<br>")


ANKI = Export("anki", "the flash cards as a deck for Anki", write_anki)
