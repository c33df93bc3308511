"""The timed script of each lesson, compared with a reviewed copy."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from storyreel.commands import commands
from storyreel.core.paths import STORYBOARDS

GOLDEN = Path(__file__).parents[1] / "golden"
LESSONS = sorted(path.stem for path in GOLDEN.glob("*.txt"))


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_told_as_it_was(name: str) -> None:
    """After an intended change, renew the copy and review the difference in the commit."""
    told = CliRunner().invoke(commands, ["script", str(STORYBOARDS / f"{name}.yaml"), "--voice", "silent"])
    renew = f"storyreel script assets/storyboards/{name}.yaml --voice silent > tests/golden/{name}.txt"
    assert told.exit_code == 0
    copy = (GOLDEN / f"{name}.txt").read_text("utf-8")
    assert told.stdout.splitlines() == copy.splitlines(), f"if this is meant: {renew}"


def test_each_lesson_that_comes_with_storyreel_has_its_copy() -> None:
    assert {path.stem for path in STORYBOARDS.glob("*.yaml")} == {"new", *LESSONS}
