"""A small lesson in each language whose numbers are known: as it is captioned, said and drawn."""

import re
from pathlib import Path
from unicodedata import east_asian_width

import pytest

from storyreel.graphics.text.decimal_mark import decimal_mark, set_decimal_mark
from storyreel.graphics.text.typeset import outlines
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.speech.script import Token, spoken_text
from storyreel.speech.script_writer import write_script
from storyreel.speech.voices.base import SpokenWord
from storyreel.speech.word_times import word_times
from storyreel.timing.captions import READING, captions
from storyreel.timing.transcript import transcript

LESSONS = Path(__file__).parents[1] / "storyboards" / "languages"
SAID = {
    "de": ("0,314", "null Komma drei eins vier", "null Komma sechs drei"),
    "es": ("0,314", "cero coma tres uno cuatro", "cero coma seis tres"),
    "fr": ("0,314", "zéro virgule trois un quatre", "zéro virgule six trois"),
    "it": ("0,314", "zero virgola tre uno quattro", "zero virgola sei tre"),
    "pt": ("0,314", "zero vírgula três um quatro", "zero vírgula seis três"),
    "zh": ("0.314", "零点三一四", "零点六三"),
}


@pytest.mark.parametrize("language", SAID)
def test_numbers_are_written_and_said_as_in_the_language(language: str) -> None:
    first, second, *_ = write_script(load(LESSONS / f"{language}.yaml")).beats
    written, weight, hidden = SAID[language]
    assert written in first.shown
    assert weight in first.spoken
    assert hidden in second.spoken


@pytest.mark.parametrize("language", SAID)
def test_numbers_are_drawn_with_the_mark_of_the_language(language: str) -> None:
    production = plan(load(LESSONS / f"{language}.yaml"), voice="silent")
    assert production.performance(production.timeline.chapters[0]).decimal_mark == SAID[language][0][1]


def test_a_comma_is_drawn_in_the_place_of_the_point() -> None:
    def glyphs() -> list[bytes]:
        return [outline.tobytes() for outline, _, _ in outlines("$3.14$", 0.5)]

    point, before = glyphs(), decimal_mark()
    set_decimal_mark(",")
    try:
        comma = glyphs()
    finally:
        set_decimal_mark(before)
    assert [a == b for a, b in zip(point, comma, strict=True)].count(False) >= 1
    assert len(comma) == len(point) == 4
    assert glyphs() == point


CHINESE = (
    "在问网络怎样学习之前，我们先看它做一次预测：输入{x}乘以权重{w1}得到{h}；[loss]然后看损失，它告诉我们网络错了多少，"
    "所以每个权重都可以朝着使损失变小的方向移动一点，而学习率决定了每一步的大小。"
)


def chinese(say: str = CHINESE) -> Path:
    """A lesson that says this, as `load` takes it."""
    text = (LESSONS / "zh.yaml").read_text("utf-8")
    return load(LESSONS / "zh.yaml", text=text.replace("第一个权重的导数是{grad.w1}。", say))


def test_words_without_spaces_are_captioned_said_and_transcribed_without_spaces() -> None:
    storyboard = chinese()
    (said,) = [beat for beat in write_script(storyboard).beats if beat.shown.startswith("在")]
    assert said.shown == re.sub(r"\[loss\]", "", CHINESE).format(x="2", w1="0.314", h="0.63")
    assert [token.shown for token in said.tokens][:6] == ["在", "问", "网络", "怎样", "学习", "之前，"]
    assert said.tokens[said.marks["loss"]].shown == "然后"
    assert "乘以权重零点三一四得到零点六三" in said.spoken
    timeline = plan(storyboard, voice="silent").timeline
    written = transcript("", [(0.0, chapter) for chapter in timeline.chapters])
    assert "损失告诉我们网络错了多少。逆着梯度" in written
    assert "权重是0.314，输入是2。于是得到0.63" in written  # no space between beats either


def test_a_mark_is_where_the_author_put_it_whatever_the_words() -> None:
    (said,) = [
        beat
        for beat in write_script(chinese("反向[here]传播[end]，就是反向传播。")).beats
        if "here" in beat.marks
    ]
    assert [token.shown for token in said.tokens] == ["反向", "传播，", "就是", "反向传播。"]
    assert said.marks == {"here": 1, "end": 2}


def test_chinese_captions_end_between_words_in_lines_of_sixteen_characters() -> None:
    timeline = plan(chinese(), voice="silent").timeline
    beats = [timeline.words(beat) for beat in timeline.beats]
    found = captions(beats, timeline.seconds(timeline.frames), "zh")
    words = [word.text for beat in beats for word in beat]
    ends, place = set(), 0
    for word in words:
        ends.add(place := place + len(word))
    shown = 0
    for line in (line for caption in found for line in caption.text.split("\n")):
        assert sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line) <= 2 * 16, line
        assert line[0] not in "，。；："
        shown += len(line)
        assert shown in ends, line
    assert shown == place
    assert max(caption.text.count("\n") for caption in found) == 1
    for caption in found[:-1]:
        assert len(caption.text) / (caption.end - caption.start) <= READING["zh"].fast / 2 + 1


def test_a_word_is_timed_by_the_characters_that_are_heard_in_it() -> None:
    """A voice that times each character of what it was given, a quarter of a second each."""
    tokens = [
        Token("学习率", "学习率"),
        Token("是", "是", is_attached=True),
        Token("0.5，", "零点五，", is_attached=True),
        Token("ReLU", "ReLU"),
        Token("函数", "函数", is_attached=True),
    ]
    text, offsets = spoken_text(tokens)
    assert text == "学习率是零点五， ReLU函数"
    assert offsets == [0, 3, 4, 9, 13]
    heard = [SpokenWord(k, 1, k / 4, (k + 1) / 4) for k, letter in enumerate(text) if letter.isalnum()]
    words = word_times(tokens, heard, len(text) / 4)
    assert [word.start for word in words] == [offset / 4 for offset in offsets]
    assert [word.end for word in words] == [3 / 4, 4 / 4, 7 / 4, 13 / 4, 15 / 4]


@pytest.mark.parametrize("language", SAID)
def test_every_lesson_passes_check_with_its_study_texts(language: str) -> None:
    storyboard = load(LESSONS / f"{language}.yaml")
    assert storyboard.warnings == ()
    assert len(storyboard.questions) == 4
    assert len({storyboard.title, *(chapter.title for chapter in storyboard.chapters)}) == 4
