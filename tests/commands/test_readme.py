"""README and docs are true: their examples can be read, and what they name exists."""

import re
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from storyreel.commands import commands
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.initializers import INITIALIZERS
from storyreel.engine.losses import LOSSES
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.graphics.layout import Frame
from storyreel.reader import load
from storyreel.storyboard.vocabulary import scene_types

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXTENDING = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_storyboard_is_a_lesson_without_problems_or_warnings() -> None:
    lesson, questions = blocks("yaml")
    storyboard = load("lesson.yaml", text=lesson)
    assert storyboard.warnings == ()
    assert [chapter.id for chapter in storyboard.chapters] == ["forward"]
    with_questions = load("lesson.yaml", text=lesson + questions)
    assert with_questions.warnings == ()
    assert [len(question.variants) for question in with_questions.questions] == [4, 1]


def test_the_scene_is_one_that_storyboards_can_use(tmp_path: Path) -> None:
    source = blocks("python", EXTENDING)[0]
    (tmp_path / "closing_words.py").write_text(source)
    (scene,) = scene_types(tmp_path).values()
    assert scene.class_name == "ClosingWords"
    assert scene.cues["show"].doc == "The sentence appears."
    storyboard = load(
        "lesson.yaml",
        text="title: The end\nchapters:\n- id: end\n  title: The end\n  scene: closing_words\n"
        "  beats:\n  - do:\n    - show: Thank you.\n",
        scenes=tmp_path,
    )
    assert storyboard.chapters[0].beats[0].cues[0].name == "show"


def test_the_scene_draws_with_the_library_as_it_is() -> None:
    source = blocks("python", EXTENDING)[0]
    names: dict[str, object] = {"__name__": "closing_words"}
    exec(source, names)
    show = names["ClosingWords"].show  # type: ignore[attr-defined]
    stage = SimpleNamespace(frame=Frame())
    assert show(stage, "Thank you.").mobject.plain == "Thank you."


def test_every_command_is_in_the_table_and_no_other() -> None:
    assert set(re.findall(r"^\| `storyreel ([\w-]+)", README, re.MULTILINE)) == set(commands.commands)


@pytest.mark.parametrize(
    ("part", "table"),
    [
        ("activation", set(ACTIVATIONS)),
        ("init", set(INITIALIZERS) - {"list"}),
    ],
)
def test_every_name_of_a_part_is_in_the_table_and_no_other(part: str, table: set[str]) -> None:
    (row,) = re.findall(rf"^\| `{part}` \| (.*) \|$", README, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == table


@pytest.mark.parametrize(("part", "table"), [("loss", LOSSES), ("optimizer", OPTIMIZERS)])
def test_every_loss_and_optimizer_has_a_line_with_its_settings(part: str, table: dict[str, Any]) -> None:
    (lines,) = re.findall(rf"^\| `{part}` \| .*\n\| --- .*\n((?:\|.*\n)+)", README, re.MULTILINE)
    rows = dict(re.findall(r"^\| `?(\w+)`? \|(.*)$", lines, re.MULTILINE))
    assert set(rows) - {"all"} == set(table)
    for name, rule in table.items() if part == "optimizer" else ():
        settings = asdict(rule())
        shared = {"learning_rate": 0.01, "schedule": None, "weight_decay": 0.0}
        written = re.findall(r"`(\w+): ([\w.-]+)`", rows[name])
        assert {setting: float(number) for setting, number in written} == {
            setting: number for setting, number in settings.items() if setting not in shared
        }
        assert shared.items() <= settings.items()


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=str)
def test_every_file_that_is_named_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    named = set(re.findall(r"`((?:storyreel|scripts|assets|tests)/[\w/.]+)`", text))
    linked = {link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link}
    assert named | linked
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert [link for link in linked if not (path.parent / link).exists()] == []
