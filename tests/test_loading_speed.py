"""`storyreel check` must answer at once, so loading a storyboard imports nothing heavy."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
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
from storyreel.storyboard import load
load(sys.argv[1], scenes=pathlib.Path(sys.argv[2]))
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_loading_a_storyboard_imports_nothing_heavy(tmp_path: Path) -> None:
    path = tmp_path / "lesson.yaml"
    path.write_text(LESSON, encoding="utf-8")
    command = [sys.executable, "-c", PROGRAM, str(path), str(HERE / "scenes")]
    modules = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=HERE.parent
    ).stdout.split()
    assert not HEAVY & set(modules)
