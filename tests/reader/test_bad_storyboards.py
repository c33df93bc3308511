"""Bad storyboards, and the exact message that each gets: `tests/bad_storyboards/<name>.yaml` and `.txt`.

Those in `tests/bad_cues` have cues of the scenes that come with storyreel, the others of scenes for tests.
"""

from pathlib import Path

import pytest

from storyreel.core.errors import StoryboardError
from storyreel.core.paths import SCENES
from storyreel.reader import load

HERE = Path(__file__).parents[1]
BAD = sorted((HERE / "bad_storyboards").glob("*.yaml"))
BAD_CUES = sorted((HERE / "bad_cues").glob("*.yaml"))


@pytest.mark.parametrize("path", [*BAD, *BAD_CUES], ids=lambda path: path.stem)
def test_a_bad_storyboard_gets_exactly_these_messages(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    with pytest.raises(StoryboardError) as error:
        load(path.name, scenes=HERE / "scene_files" if path in BAD else SCENES)
    assert f"{error.value}\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_there_are_enough_bad_storyboards_and_no_message_without_one() -> None:
    assert len(BAD) >= 30
    assert [path.with_suffix(".txt") for path in BAD] == sorted((HERE / "bad_storyboards").glob("*.txt"))
