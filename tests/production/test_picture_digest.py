"""A picture depends on the code that draws it, and on no other code."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from storyreel.core.paths import PACKAGE, STORYBOARDS
from storyreel.production import picture_digest
from storyreel.production.picture_digest import dependencies
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.rendering.play import watch_beats
from storyreel.storyboard.vocabulary import scene_types

NOT_SEEN = ("speech", "quiz", "lesson", "exports", "reader", "checks", "commands")
LOADED = """
import json, os, sys
from storyreel.rendering.manim_import import import_manim
import_manim()
from storyreel.core.scene_file import SceneFile
from storyreel.core.paths import SCENES
import storyreel.rendering.play
for name, class_name in json.loads(sys.argv[1]).items():
    child = os.fork()
    if not child:
        SceneFile(SCENES / f"{name}.py", class_name).load()
        files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
        print(json.dumps([name, files]), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


def digests() -> dict[str, str]:
    picture_digest.picture_digest.cache_clear()
    return {scene: picture_digest.picture_digest(scene) for scene in scene_types()}


@pytest.mark.parametrize("room", NOT_SEEN)
def test_a_change_in_what_is_not_seen_renames_no_picture(room: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, digest = digests(), picture_digest.file_digest
    changed = set((PACKAGE / room).rglob("*.py"))
    assert changed
    monkeypatch.setattr(
        picture_digest, "file_digest", lambda file: "another" if file in changed else digest(file)
    )
    assert digests() == before


def test_a_change_in_a_drawing_renames_the_pictures_that_use_it_and_no_others() -> None:
    """What a scene uses is what Python has loaded when it is ready to be played."""
    scenes = {name: scene.class_name for name, scene in scene_types().items()}
    done = subprocess.run(
        [sys.executable, "-c", LOADED, json.dumps(scenes)], capture_output=True, text=True, check=True
    )
    used = dict(json.loads(line) for line in done.stdout.splitlines())
    assert used.keys() == scenes.keys()
    drawings = [path for path in (PACKAGE / "graphics").rglob("*.py") if path.name != "__init__.py"]
    for drawing in drawings:
        renamed = {scene for scene in scenes if drawing in dependencies(scene)}
        assert renamed == {scene for scene, files in used.items() if str(drawing) in files}, drawing
    in_all = [drawing for drawing in drawings if all(drawing in dependencies(scene) for scene in scenes)]
    assert len(in_all) < len(drawings) / 4


def test_a_scene_that_reads_no_numbers_can_be_played_without_them() -> None:
    """And those of the engine's own subject cannot."""
    without = {scene for scene in scene_types() if not picture_digest.reads_experiment(scene)}
    assert without == {"bullets", "comparison", "quote", "timeline"}
    for storyboard in map(load, sorted(STORYBOARDS.glob("*.yaml"))):
        production = plan(storyboard, voice="silent")
        for chapter in production.timeline.chapters:
            if chapter.scene in without:
                performance = production.performance(chapter, draw=())
                watch_beats(replace(performance, experiment=None, experiments={}), lambda stage: None)


def test_a_scene_without_numbers_does_not_depend_on_the_engine() -> None:
    for scene in ("quote", "bullets", "comparison"):
        engine = {path.name for path in dependencies(scene) if path.parent == PACKAGE / "engine"}
        assert engine <= {"__init__.py"}
    assert PACKAGE / "engine" / "optimizers.py" in dependencies("update")


def test_how_a_notebook_shows_numbers_is_in_no_picture() -> None:
    shows = {PACKAGE / "engine" / "notebook" / name for name in ("network_svg.py", "trace_table.py")}
    assert all(path.is_file() for path in shows)
    seen = {path for scene in scene_types() for path in dependencies(scene)}
    assert PACKAGE / "__init__.py" in seen
    assert (
        seen & {*shows, PACKAGE / "production" / "pipeline.py", PACKAGE / "commands" / "cell_magic.py"}
        == set()
    )
