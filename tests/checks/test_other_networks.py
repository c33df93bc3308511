"""The lesson's chapters with other networks and other numbers: a long chain, a wide network, other signs.

Here they are measured at the end of each beat, and some chapters of other shapes twice a second;
`scripts/other_networks` measures all of them, ten times a second.
"""

from pathlib import Path

import pytest
from other_networks.cases import CASES
from other_networks.measured import problems

from storyreel.checks.layout_report import MEASURED
from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage

FILES = sorted((Path(__file__).parents[1] / "storyboards").glob("*.yaml"))
WITHOUT_CHAINS = {"recognition", "layers", "image_classes"}
"""Scenes about networks with several neurons in a layer."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_in_the_way_in_the_chapters_of_another_network(path: Path) -> None:
    production = plan(load(path), quality=MEASURED, voice="silent")
    found: list[str] = []

    def look(stage: Stage) -> None:
        found.extend(fault.text for fault in faults(Snapshot(stage, is_still=True)))

    for chapter in production.timeline.chapters:
        watch_beats(production.performance(chapter, draw=()), look)
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_another_network_has_all_the_chapters_of_the_lesson(path: Path) -> None:
    lesson = {chapter.scene for chapter in load(DEFAULT_STORYBOARD).chapters}
    assert {chapter.scene for chapter in load(path).chapters} >= lesson - WITHOUT_CHAINS


@pytest.mark.parametrize(
    ("name", "chapters"),
    [
        ("2-2-2-bias-usual", "backward-pass-back"),
        ("2-3-1-plain-huge", "update-one"),
        ("3-4-2-bias-usual", "forward-pass-called"),
        ("5-5-5-5-plain-mixed", "update-few"),
        ("1-1-1-1-1-bias-huge", "update-one"),
        ("2-4-1-bias-tiny", "update-trained"),
    ],
)
def test_no_network_has_anything_in_the_way(name: str, chapters: str, tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == name)
    wrong, _ = problems(case, tmp_path, chapters, fps=2)
    assert wrong == []
