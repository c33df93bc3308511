"""The Anki deck, opened and read back."""

import json
import re
import sqlite3
import time
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from helpers.quiz_lesson import HOSTILE, lesson

from storyreel.core.errors import UsageError
from storyreel.exports.anki import write_anki
from storyreel.exports.base import ExportRequest
from storyreel.exports.plain_text import plain_text
from storyreel.lesson.manifest import Manifest
from storyreel.storyboard.study import FlashCard

CARDS = (FlashCard("What is 2 · 3?", "6"), FlashCard("What does w₁ mean?", "A weight"))


def deck(folder: Path, of: Manifest) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the tables in a lesson's deck."""
    (path,) = write_anki(ExportRequest(folder, of))
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(ZipFile(path).read("collection.anki2"))
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = {
            "notes": "SELECT guid, flds FROM notes ORDER BY id",
            "cards": "SELECT flds, due FROM cards JOIN notes ON nid = notes.id ORDER BY due",
            "col": "SELECT decks, models FROM col",
        }
        return {name: database.execute(query).fetchall() for name, query in tables.items()}


def shown(field: str) -> str:
    """The text that a page shows for a field."""
    return unescape(field.replace("<br>", "\n"))


def test_the_deck_has_a_card_for_each_card_in_order(tmp_path: Path) -> None:
    read = deck(tmp_path, lesson(cards=CARDS))
    assert [fields.split("\x1f") for _, fields in read["notes"]] == [[c.front, c.back] for c in CARDS]
    assert [(fields.split("\x1f")[0], due) for fields, due in read["cards"]] == [
        (CARDS[0].front, 0),
        (CARDS[1].front, 1),
    ]
    decks, models = map(json.loads, read["col"][0])
    assert {one["name"] for one in decks.values()} == {"Default", "Backpropagation"}
    (model,) = models.values()
    assert [field["name"] for field in model["flds"]] == ["Front", "Back"]


def test_the_file_is_the_same_at_any_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export_request = ExportRequest(tmp_path, lesson(cards=CARDS))
    first = write_anki(export_request)[0].read_bytes()
    monkeypatch.setattr(time, "time", lambda: 2e9)
    assert write_anki(export_request)[0].read_bytes() == first
    assert {entry.date_time[0] for entry in ZipFile(tmp_path / "cards.apkg").infolist()} == {1980}


def test_a_card_is_the_same_for_anki_until_it_or_its_lesson_changes(tmp_path: Path) -> None:
    def guids(of: Manifest) -> list[str]:
        return [guid for guid, _ in deck(tmp_path, of)["notes"]]

    before = guids(lesson(cards=CARDS))
    assert guids(lesson(cards=CARDS[::-1], title="Another title")) == before[::-1]
    changed = (CARDS[0], FlashCard(CARDS[1].front, "The first weight"))
    after = guids(lesson(cards=changed))
    assert after[0] == before[0] and after[1] != before[1]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_out_as_text(tmp_path: Path, text: str) -> None:
    read = deck(tmp_path, lesson(cards=(FlashCard(text, f"{text} 2"),), title=text))
    ((_, fields),) = read["notes"]
    front, back = fields.split("\x1f")
    assert (shown(front), shown(back)) == (plain_text(text), f"{plain_text(text)} 2")
    assert set(re.findall("<[^>]*>?", fields)) <= {"<br>"}
    assert "[" not in fields  # Anki's syntax for sounds and LaTeX
    (name,) = {one["name"] for one in json.loads(read["col"][0][0]).values()} - {"Default"}
    assert "::" not in name


def test_formulas_are_left_as_they_are_written(tmp_path: Path) -> None:
    r"""Anki's script for formulas skips what has this class: `\(` is shown as it is."""
    _, models = map(json.loads, deck(tmp_path, lesson(cards=CARDS))["col"][0])
    (template,) = next(iter(models.values()))["tmpls"]
    for side in (template["qfmt"], template["afmt"]):
        assert re.search(r'<div class="tex2jax_ignore[^>]*>{{(Front|Back)}}</div>$', side)


def test_a_lesson_without_cards_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no cards"):
        write_anki(ExportRequest(tmp_path, lesson()))
    assert not list(tmp_path.iterdir())
