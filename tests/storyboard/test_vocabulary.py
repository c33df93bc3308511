"""The vocabulary of cues, read from scene files as text."""

import ast
from pathlib import Path

import pytest

from storyreel.core.errors import UsageError
from storyreel.core.paths import SCENES
from storyreel.storyboard.vocabulary import KINDS, Parameter, scene_types

HERE = Path(__file__).parents[1] / "scene_files"
HEAD = "from typing import Literal\nfrom storyreel.storyboard.cue import Text, Value, cue\n"


def scene(folder: Path, body: str, bases: str = "") -> Path:
    (folder / "some_scene.py").write_text(f"{HEAD}class SomeScene{bases}:\n{body}", encoding="utf-8")
    return folder


def test_a_scene_is_named_after_its_file_and_has_its_class() -> None:
    scenes = scene_types(HERE)
    assert list(scenes) == ["forward_pass", "loss_curve"]
    assert scenes["forward_pass"].class_name == "ForwardPass"
    assert scenes["forward_pass"].doc == "Numbers flow through a network."


def test_cues_are_the_methods_declared_as_cues_and_no_others() -> None:
    cues = scene_types(HERE)["forward_pass"].cues
    assert set(cues) == {"title_card", "draw_network", "propagate", "reveal", "compare"}
    assert (cues["draw_network"].seconds, cues["draw_network"].doc) == (1.5, "Draw the network.")


def test_cues_come_from_bases_in_other_files_too() -> None:
    cues = scene_types(HERE)["loss_curve"].cues
    assert list(cues) == ["title_card", "draw_network", "propagate", "reveal", "compare", "draw_curve"]


def test_bases_are_followed_through_imports_by_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "course_team" / "bases"
    package.mkdir(parents=True)
    (tmp_path / "course_team" / "__init__.py").write_text("raise ImportError('must not be imported')")
    (package / "__init__.py").write_text("from .board import Board as Base\n")
    (package / "board.py").write_text(
        f"{HEAD}class Board:\n    @cue(seconds=3)\n    def wipe(self): 'Wipe.'\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = tmp_path / "scene_files"
    folder.mkdir()
    (folder / "some_scene.py").write_text("from course_team.bases import Base\nclass SomeScene(Base): pass\n")
    assert scene_types(folder)["some_scene"].cues["wipe"].seconds == 3


def test_parameters_have_the_kinds_of_their_annotations(tmp_path: Path) -> None:
    folder = scene(
        tmp_path,
        "    @cue(seconds=1)\n"
        "    def move(self, a: Value, b: Text | None = None, *, c: Literal['up', 'down'] = 'up',\n"
        "             d: list[Value] | None = None, e: float = 1.5, f: bool) -> None: 'Move.'\n",
    )
    assert scene_types(folder)["some_scene"].cues["move"].parameters == (
        Parameter("a", "Value"),
        Parameter("b", "Text", required=False),
        Parameter("c", "Literal", ("up", "down"), required=False, default="up"),
        Parameter("d", "Value", many=True, required=False),
        Parameter("e", "float", required=False, default=1.5),
        Parameter("f", "bool"),
    )


def test_a_cue_has_what_it_declares_of_the_stage(tmp_path: Path) -> None:
    folder = scene(
        tmp_path,
        "    from_start = ('frame',)\n"
        "    @cue(seconds=1, requires=('frame', 'no dot'), shows='dot')\n    def move(self): 'Move.'\n",
    )
    kind = scene_types(folder)["some_scene"]
    assert kind.from_start == ("frame",)
    declared = kind.cues["move"].requires, kind.cues["move"].hides, kind.cues["move"].shows
    assert declared == (("frame", "no dot"), (), ("dot",))


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("@cue(seconds=1)\n    def move(self, a): ''", "its annotation is nothing, not str"),
        ("@cue(seconds=1)\n    def move(self, a: object): ''", "its annotation is object, not str"),
        ("@cue(seconds=1)\n    def move(self, at: str): ''", "`at` names the cue's mark"),
        ("@cue(seconds=1)\n    def move(self, *all: str): ''", "the cue `move` must name all its parameters"),
        ("@cue(seconds=LONG)\n    def move(self): ''", "write @cue(seconds=…) with a plain number"),
        ("@cue(seconds=1, shows=[1])\n    def move(self): ''", 'write shows="…" or shows=("…", "…")'),
        ("def move(self) ''", "this is not Python"),
    ],
)
def test_a_signature_that_no_storyboard_could_give_is_an_error(
    method: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"some_scene\.py:[4-6]: ") as error:
        scene_types(scene(tmp_path, f"    {method}\n"))["some_scene"]
    assert message in str(error.value)


def test_a_scene_that_nothing_asks_for_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "other_scene.py").write_text("def broken(")
    scenes = scene_types(scene(tmp_path, "    @cue(seconds=1)\n    def move(self): 'Move.'\n"))
    assert list(scenes["some_scene"].cues) == ["move"]
    with pytest.raises(UsageError, match="this is not Python"):
        list(scenes)


def test_a_file_without_the_class_of_its_name_is_no_scene(tmp_path: Path) -> None:
    (tmp_path / "other_scene.py").write_text("class Another: pass\n")
    scenes = scene_types(scene(tmp_path, "    'Empty.'\n"))
    assert "other_scene" not in scenes
    assert (list(scenes), len(scenes)) == (["some_scene"], 1)


def test_the_scenes_that_come_with_storyreel_are_all_found_and_documented() -> None:
    files = [path for path in SCENES.glob("*.py") if not path.stem.startswith("_")]
    scenes = scene_types()
    assert {path.stem for path in files} <= set(scenes)
    for kind in scenes.values():
        assert kind.doc and all(cue.doc and cue.seconds > 0 for cue in kind.cues.values())
        for cue in kind.cues.values():
            assert {parameter.kind for parameter in cue.parameters} <= {*KINDS, "Literal"}


def test_a_scene_file_defines_the_one_class_that_the_manim_command_is_to_offer() -> None:
    for path in SCENES.glob("[!_]*.py"):
        classes = [node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]
        assert classes == [scene_types()[path.stem].class_name]


def test_an_installed_package_adds_scenes_that_are_read_and_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "course.py").write_text(
        f"{HEAD}raise ImportError\nclass Maze:\n    'A maze.'\n    @cue(seconds=2)\n    def turn(self): ''\n"
    )
    (tmp_path / "course-1.dist-info").mkdir()
    (tmp_path / "course-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: course\nVersion: 1\n")
    (tmp_path / "course-1.dist-info/entry_points.txt").write_text("[storyreel.scenes]\nmaze = course:Maze\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    maze = scene_types(tmp_path / "no scenes here")["maze"]
    assert (maze.class_name, maze.doc, list(maze.cues)) == ("Maze", "A maze.", ["turn"])
