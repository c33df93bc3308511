"""`storyreel check`, a finished lesson and the processes that draw import nothing heavy."""

import subprocess
import sys
from pathlib import Path

from storyreel.core.paths import DEFAULT_STORYBOARD

HERE = Path(__file__).parents[1]
HEAVY = {"manim", "scipy", "av", "pydantic", "rich", "PIL", "typst", "num2words"}
LESSON = """
title: Learning
networks:
  one: {input: {x: 2}, layers: [{weights: 3, activation: gelu}], target: 3, loss: huber, optimizer: adam}
chapters:
  - {id: only, title: Only, scene: forward_pass, beats: [say: "The loss is {next.loss:.2f}."]}
"""
PROGRAM = """
import sys, pathlib
from storyreel.reader import load
load(sys.argv[1], scenes=pathlib.Path(sys.argv[2]))
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_loading_a_storyboard_imports_nothing_heavy(tmp_path: Path) -> None:
    path = tmp_path / "lesson.yaml"
    path.write_text(LESSON, encoding="utf-8")
    command = [sys.executable, "-c", PROGRAM, str(path), str(HERE / "scene_files")]
    modules = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=HERE.parent
    ).stdout.split()
    assert not HEAVY & set(modules)


CHECKING = """
import sys
from storyreel.reader import load
assert load(sys.argv[1]).chapters
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_the_cues_of_a_lesson_are_checked_without_what_draws_them() -> None:
    command = [sys.executable, "-c", CHECKING, str(DEFAULT_STORYBOARD)]
    modules = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert not {"manim", "scipy", "av", "PIL"} & set(modules)


DRAWING = """
import pathlib, sys
from storyreel.rendering.manim_import import import_manim
import_manim()
from storyreel.production.production import plan
from storyreel.production.still import make_sheet
from storyreel.reader import load
make_sheet(plan(load(sys.argv[1]), voice="silent"), pathlib.Path(sys.argv[2]))
assert "scipy" not in sys.modules
import numpy
from manim.utils.space_ops import Rotation
assert numpy.allclose(Rotation.from_rotvec([0.0, 0.0, 1.0]).magnitude(), 1)
import scipy.spatial
assert scipy.spatial.transform.Rotation.from_rotvec is Rotation.from_rotvec
"""


def test_scenes_are_drawn_without_scipy_which_is_there_if_wanted(tmp_path: Path) -> None:
    command = [sys.executable, "-c", DRAWING, str(HERE / "small_lesson.yaml"), str(tmp_path / "sheet.png")]
    subprocess.run(command, check=True)
