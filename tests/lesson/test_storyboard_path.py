"""A lesson belongs to the storyboard that it was made from, wherever both are and however it is named."""

import json
from pathlib import Path

import pytest

from storyreel.core.errors import UsageError
from storyreel.lesson.storyboard_path import require_own_folder, storyboard_path


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder with the storyboards `one/lesson.yaml` and `two/lesson.yaml`, and the lesson of the first."""
    course = tmp_path / "course"
    for name in ("one", "two", "out/lesson"):
        (course / name).mkdir(parents=True)
    for name in ("one", "two"):
        (course / name / "lesson.yaml").write_text(f"title: {name}")
    record(course, storyboard_path(course / "one/lesson.yaml", course / "out/lesson"))
    return course


def record(course: Path, path: str) -> None:
    (course / "out/lesson/lesson.json").write_text(json.dumps({"inputs": {"storyboard_path": path}}))


def is_refused(course: Path, name: str) -> bool:
    try:
        require_own_folder(course / name / "lesson.yaml", course / "out/lesson")
    except UsageError:
        return True
    return False


def test_another_storyboard_of_the_same_name_is_refused(course: Path) -> None:
    assert not is_refused(course, "one")
    with pytest.raises(UsageError) as error:
        require_own_folder(course / "two/lesson.yaml", course / "out/lesson")
    other = course / "one/lesson.yaml"
    assert str(error.value) == (
        f"{course / 'out/lesson'} has the lesson of {other}; choose another folder with --out"
    )


def test_it_does_not_matter_from_where_or_through_which_links_files_are_named(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (course / "linked").symlink_to(course / "one")
    (course / "linked_out").symlink_to(course / "out")
    monkeypatch.chdir(course / "two")
    for path in ("../one/lesson.yaml", "../linked/lesson.yaml", "../two/../one/lesson.yaml"):
        for folder in ("../out/lesson", "../linked_out/lesson"):
            assert storyboard_path(Path(path), Path(folder)) == "../../one/lesson.yaml"
            require_own_folder(Path(path), Path(folder))
    monkeypatch.chdir(course / "one")
    require_own_folder(Path("lesson.yaml"), Path("../out/lesson"))
    monkeypatch.chdir(course / "two")
    with pytest.raises(UsageError):
        require_own_folder(Path("lesson.yaml"), Path("../out/lesson"))


def test_a_course_that_is_moved_keeps_its_lessons(course: Path) -> None:
    moved = course.rename(course.with_name("moved"))
    assert not is_refused(moved, "one")
    assert is_refused(moved, "two")


def test_a_storyboard_that_is_moved_or_gone_has_no_lesson_to_lose(course: Path) -> None:
    (course / "one").rename(course / "renamed")
    assert not is_refused(course, "renamed")
    assert not is_refused(course, "two")


def test_a_copy_of_the_same_content_may_be_rendered(course: Path) -> None:
    (course / "two/lesson.yaml").write_text("title: one")
    assert not is_refused(course, "two")


@pytest.mark.parametrize(
    "text", [None, "", "[]", "{}", '{"inputs": null}', '{"inputs": {"storyboard": "1f"}}']
)
def test_a_folder_of_which_nothing_is_recorded_is_anyones(course: Path, text: str | None) -> None:
    path = course / "out/lesson/lesson.json"
    path.unlink()
    if text is not None:
        path.write_text(text)
    assert not is_refused(course, "one")
    assert not is_refused(course, "two")
