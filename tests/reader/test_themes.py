"""Themes: what is read of a theme's file, and the message of each mistake in one."""

import re
import shutil
from dataclasses import fields
from pathlib import Path

import pytest

from storyreel.core.errors import OutsideError, StoryboardError, UsageError
from storyreel.core.limits import VARIABLE
from storyreel.core.paths import FONTS, MORE_FONTS
from storyreel.graphics.text.typeset import words
from storyreel.reader import load
from storyreel.reader.themes.theme_file import chosen_theme
from storyreel.reader.themes.theme_part import ThemePart
from storyreel.storyboard.text_size import width_of
from storyreel.storyboard.themes.built_in import built_in_names, built_in_theme
from storyreel.storyboard.themes.in_use import using
from storyreel.storyboard.themes.theme import COLOURS, theme_from
from storyreel.storyboard.typst_fonts import text_fonts

HERE = Path(__file__).parents[1]
BAD = sorted((HERE / "bad_themes").glob("*.yaml"))
LESSON = """\
title: A picture
{theme}
chapters:
  - id: only
    title: Only one
    scene: bullets
    beats:
      - say: This is a sentence.
"""
COURSE = """\
extends: light
colours: {weight: "#BE4900"}
typeface: [one.otf, two.otf]
logo: logo.svg
corner_mark: ML 101
corner: bottom left
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a lesson in a course's own theme, which has two fonts and a logo."""
    (tmp_path / "lesson.yaml").write_text(LESSON.format(theme="theme: course/course.yaml"))
    course = tmp_path / "course"
    course.mkdir()
    (course / "course.yaml").write_text(COURSE)
    (course / "logo.svg").write_text(LOGO)
    shutil.copy(FONTS / "Inter-Regular.otf", course / "one.otf")
    shutil.copy(FONTS / "Inter-Bold.otf", course / "two.otf")
    return tmp_path


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_theme_gets_exactly_these_messages(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    with pytest.raises(StoryboardError) as error:
        chosen_theme(path.name, Path())
    assert f"{error.value}\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_the_example_in_the_manual_is_a_theme(tmp_path: Path) -> None:
    page = (HERE.parent / "docs" / "themes.md").read_text("utf-8")
    example = next(block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "extends" in block)
    (tmp_path / "course.yaml").write_text(example)
    (tmp_path / "logo.svg").write_text(LOGO)
    shutil.copy(FONTS / "Inter-Regular.otf", tmp_path / "Lato-Regular.ttf")
    assert chosen_theme(tmp_path / "course.yaml", tmp_path).corner_mark == "ML 101"


def test_the_manual_names_every_key_and_every_colour() -> None:
    page = (HERE.parent / "docs" / "themes.md").read_text("utf-8")
    for name in (*COLOURS, *(field.name for field in fields(ThemePart)), *built_in_names()):
        assert f"`{name}`" in page, name


def test_a_lesson_wears_the_default_theme_if_it_names_none(folder: Path) -> None:
    lesson = load(folder / "lesson.yaml", text=LESSON.format(theme=""))
    assert (lesson.theme, lesson.own_theme) == (built_in_theme("dark"), "dark")


def test_a_lesson_wears_a_theme_that_comes_with_storyreel(folder: Path) -> None:
    lesson = load(folder / "lesson.yaml", text=LESSON.format(theme="theme: print"))
    assert (lesson.theme, lesson.own_theme) == (built_in_theme("print"), "print")


def test_a_lesson_wears_the_theme_in_the_file_beside_it(folder: Path) -> None:
    lesson = load(folder / "lesson.yaml")
    theme, light = lesson.theme, built_in_theme("light")
    assert lesson.own_theme == theme.name == "course/course.yaml"
    assert theme.colours == {**light.colours, "weight": "#BE4900", "bias": "#BE4900", "positive": "#BE4900"}
    assert theme.classes == light.classes
    assert theme.typeface is not None and theme.logo is not None
    assert theme.typeface.family == "Inter"
    course = folder / "course"
    assert [file.path for file in theme.files] == [
        course / name for name in ("one.otf", "two.otf", "logo.svg")
    ]
    assert [file.path for file in theme.sources] == [course / "course.yaml"]
    assert (theme.corner_mark, theme.corner) == ("ML 101", "bottom left")
    assert theme_from(theme.as_data).as_data == theme.as_data


def test_another_theme_takes_its_place_for_who_renders(folder: Path) -> None:
    lesson = load(folder / "lesson.yaml", theme="print")
    assert (lesson.theme, lesson.own_theme) == (built_in_theme("print"), "course/course.yaml")
    other = folder / "other.yaml"
    other.write_text("extends: light")
    assert load(folder / "lesson.yaml", theme=other).theme.name == "other.yaml"


@pytest.mark.parametrize(
    ("theme", "message"),
    [
        ("pint", "no theme named `pint`; did you mean `print`?"),
        ("course.yaml", "there is no file `course.yaml` beside the storyboard"),
        ("../course.yaml", "`../course.yaml` leads out of the storyboard's folder"),
    ],
)
def test_a_theme_that_is_not_there_is_reported(folder: Path, theme: str, message: str) -> None:
    with pytest.raises(StoryboardError) as error:
        load(folder / "lesson.yaml", text=LESSON.format(theme=f"theme: {theme}"))
    (problem,) = error.value.problems
    assert problem.message.startswith(message)
    assert (problem.place.line, problem.place.column) == (2, 8)


def test_mistakes_of_theme_and_storyboard_are_reported_together(folder: Path) -> None:
    (folder / "course/course.yaml").write_text("logo: none.png")
    text = (folder / "lesson.yaml").read_text().replace("bullets", "bulets")
    with pytest.raises(StoryboardError) as error:
        load(folder / "lesson.yaml", text=text)
    places = [(Path(problem.place.file).name, problem.place.line) for problem in error.value.problems]
    assert places == [("course.yaml", 1), ("lesson.yaml", 6)]


@pytest.mark.parametrize("theme", ["pint", "none.yaml"])
def test_a_theme_that_somebody_chose_and_is_not_there_is_wrong_usage(folder: Path, theme: str) -> None:
    with pytest.raises(UsageError, match=theme):
        load(folder / "lesson.yaml", theme=theme)


def test_fonts_of_two_families_are_refused(folder: Path) -> None:
    (folder / "course/two.otf").unlink()
    shutil.copy(MORE_FONTS / "NotoSansCJKsc-VF.otf", folder / "course/two.otf")
    with pytest.raises(
        StoryboardError, match=r"course.yaml:3:21: this font is of the family Noto Sans CJK SC"
    ):
        load(folder / "lesson.yaml")


def test_a_font_may_not_be_larger_than_its_limit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = (folder / "course/two.otf").stat().st_size
    monkeypatch.setenv(VARIABLE, f"font_bytes={size - 1}")
    with pytest.raises(
        StoryboardError, match=rf"two.otf has {size:,} bytes; a font has at most {size - 1:,}"
    ):
        load(folder / "lesson.yaml")


def test_texts_are_set_and_measured_in_the_typeface_and_else_in_ours(folder: Path) -> None:
    (folder / "course/course.yaml").write_text("typeface: one.otf")
    bold = (FONTS / "Inter-Bold.otf").read_bytes()
    (folder / "course/one.otf").write_bytes(
        bold.replace(*("".join(f"\0{c}" for c in name).encode() for name in ("Inter", "Outer")))
    )
    theme, inter = load(folder / "lesson.yaml").theme, width_of("Learning", 0.5)
    assert text_fonts(False, theme.typeface) == '("Outer", "Inter",)'
    with using(theme):
        drawn, measured = words("Learning", em=0.5).width, width_of("Learning", 0.5)
    assert measured == pytest.approx(drawn, abs=0.1)
    assert abs(measured - inter) > 0.1
    assert words("Learning", em=0.5).width != drawn


def test_a_theme_of_an_installed_package_has_a_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "our_course.py").write_text("THEME = __file__.replace('our_course.py', 'course/course.yaml')\n")
    (folder / "our_course-1.dist-info").mkdir()
    (folder / "our_course-1.dist-info/METADATA").write_text("Name: our_course\nVersion: 1\n")
    offer = "[storyreel.themes]\nours = our_course:THEME\ntheirs = our_course:NONE\n"
    (folder / "our_course-1.dist-info/entry_points.txt").write_text(offer)
    monkeypatch.syspath_prepend(folder)
    theme = load(folder / "lesson.yaml", theme="ours").theme
    assert (theme.name, theme.corner_mark) == ("ours", "ML 101")
    (folder / "other.yaml").write_text("extends: ours\ncorner: bottom right")
    extended = chosen_theme(folder / "other.yaml", folder)
    assert (extended.corner_mark, extended.corner) == ("ML 101", "bottom right")
    assert [file.path.name for file in extended.sources] == ["course.yaml", "other.yaml"]
    with pytest.raises(OutsideError, match=r"cannot load the theme `theirs` \(storyreel.themes\)"):
        load(folder / "lesson.yaml", theme="theirs")
