"""Texts with letters that Inter does not have: the fonts they are set with, and what depends on these."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from storyreel.core.paths import MORE_FONTS
from storyreel.graphics.text.paragraph import Paragraph
from storyreel.graphics.text.typeset import outlines, words
from storyreel.lesson.program_digest import program_digest
from storyreel.production.chapter_jobs import render_jobs
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.storyboard import typst_fonts
from storyreel.storyboard.text_size import height_of, width_of
from storyreel.storyboard.typst_fonts import letters_without_font, needs_more_fonts

LESSONS = Path(__file__).parents[1] / "storyboards" / "languages"
CHINESE = "当网络中的一个数增大时，损失增大得有多快。学习率乘以梯度，就是每一步走多远。"


def forget() -> None:
    for remembered in (
        typst_fonts._fonts,
        typst_fonts._compiler,
        typst_fonts._has_font,
        typst_fonts.text_fonts,
        program_digest,
    ):
        remembered.cache_clear()


@pytest.fixture
def own_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder for a user's own fonts."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    monkeypatch.setattr(typst_fonts, "own_fonts", lambda: folder)
    forget()
    yield folder
    forget()


def test_chinese_is_drawn_with_a_glyph_of_its_own_for_each_character() -> None:
    shapes = [outline for outline, _, _ in outlines(f'#text("{"学习率梯度"}")', 0.5)]
    assert len(shapes) == 5
    assert len({np.round(shape - shape.mean(axis=0), 3).tobytes() for shape in shapes}) == 5
    bold = outlines('#text(weight: "bold", "学")', 0.5)
    assert len(bold[0][0]) and not np.array_equal(bold[0][0], outlines('#text("学")', 0.5)[0][0])


def test_only_texts_with_such_letters_are_set_with_more_fonts() -> None:
    assert not needs_more_fonts("Any text: naïve, Ω, Ж, ∂L/∂w ≈ ½ x² – “…” → ₁ ⁻⁷")
    assert needs_more_fonts("the word 学习")
    assert letters_without_font("学习率，梯度。权重、「熵」") == []


def test_a_chinese_paragraph_has_lines_and_its_phrases_are_found() -> None:
    text = Paragraph(CHINESE, em=0.5, width=6.0)
    assert text.width <= 6.02
    assert text.lines == 4
    assert height_of(CHINESE, 6.0, 0.5) == pytest.approx(text.extent, abs=0.02)
    unbroken = CHINESE.replace("，", "").replace("。", "")
    assert height_of(unbroken, 6.0, 0.5) == pytest.approx(
        Paragraph(unbroken, em=0.5, width=6.0).extent, abs=0.02
    )
    (found,) = text.find("损失增大")
    assert len(found) >= len("损失增大")  # a glyph may have several outlines
    assert text.find("增大损失") == []
    assert (
        width_of("学习率", 0.5)
        == pytest.approx(1.5, abs=0.01)
        == pytest.approx(words("学习率", em=0.5).width, abs=0.1)
    )


def test_only_the_jobs_with_such_letters_depend_on_these_fonts(
    own_fonts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def names(language: str) -> list[str]:
        production = plan(load(LESSONS / f"{language}.yaml"), voice="silent")
        return [
            job.name for chapter in production.timeline.chapters for job in render_jobs(production, chapter)
        ]

    before = {language: names(language) for language in ("de", "zh")}
    program = program_digest()
    shutil.copy(next(MORE_FONTS.glob("*.otf")), own_fonts / "own.otf")
    forget()
    assert names("de") == before["de"]
    assert not set(names("zh")) & set(before["zh"])
    assert program_digest() != program


def test_a_font_of_ones_own_gives_letters_that_no_other_has(
    own_fonts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typst_fonts, "MORE_FONTS", tmp_path / "none")
    forget()
    assert letters_without_font("学习") == ["学", "习"]
    shutil.copy(next(MORE_FONTS.glob("*.otf")), own_fonts / "own.otf")
    forget()
    assert letters_without_font("学习") == []
    assert typst_fonts.text_fonts(True) == '("Inter", "Noto Sans CJK SC",)'
    assert typst_fonts.text_fonts(False) == '("Inter",)'
