import re
from pathlib import Path

import av
import pytest
import webvtt
from helpers.quiz_lesson import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from storyreel.core.word import Word
from storyreel.timing.caption_files import write_srt, write_vtt
from storyreel.timing.captions import Caption, captions


def spoken(text: str, start: float = 0.0, pace: float = 0.07) -> list[Word]:
    """The words of a beat, with `pace` seconds for each letter (0.07 is about 145 words a minute)."""
    words = []
    for word in text.split():
        end = start + pace * len(word)
        words.append(Word(word, start, end))
        start = end + pace
    return words


def texts(beat: str) -> list[str]:
    words = spoken(beat)
    return [caption.text for caption in captions([words], words[-1].end + 0.5)]


LONG = (
    "Before we ask how a network learns, let us watch it make a prediction. The input 2 is multiplied by the "
    "weight 3, which gives 6. Six times 5/6 is 5 — but the target was 3: the network is wrong, and the loss "
    "says by how much, so that every single weight can move a little in the direction that makes it smaller."
)


def test_captions_keep_every_word_in_order_within_two_lines_of_42() -> None:
    found = texts(LONG)
    assert " ".join(" ".join(found).split()) == LONG
    for text in found:
        lines = text.split("\n")
        assert len(lines) <= 2
        assert max(map(len, lines)) <= 42


def test_captions_end_where_sentences_and_clauses_do() -> None:
    assert all(re.search(r"[.,:—]$", text) for text in texts(LONG)[:-2])


def test_captions_are_shown_for_one_to_seven_seconds_and_can_be_read() -> None:
    words = spoken(LONG)
    for caption in captions([words], words[-1].end + 1):
        assert 1 <= caption.end - caption.start <= 7
        assert len(caption.text) / (caption.end - caption.start) <= 17


def test_a_caption_shows_when_its_first_word_is_heard() -> None:
    words = spoken(LONG, start=3.0)
    starts = {word.start for word in words}
    assert all(caption.start in starts for caption in captions([words], 60))


def test_a_formula_is_never_broken_over_captions_or_lines() -> None:
    formula = "w₁ − η × ∂L/∂w₁ = 3 − 0.01 × 10/3 = 2.97,"
    for before in range(1, 12):
        beat = f"{'and ' * before}the new weight is {formula} which is smaller than it was before."
        assert any(formula in line for text in texts(beat) for line in text.split("\n"))


@pytest.mark.parametrize("number", ["3", "5/6", "−0.12", "1.5×10⁻⁷"])
def test_no_caption_or_line_breaks_between_a_word_and_its_number(number: str) -> None:
    """`weight 3` stays together; all other words are alike, so another break costs no more."""
    for before in range(1, 30):
        beat = f"{'word ' * before}has weight {number}{' word' * 12}"
        lines = [line for text in texts(beat) for line in text.split("\n")]
        assert not any(line.startswith(number) for line in lines), lines
        assert any(f"weight {number}" in line for line in lines)


def test_a_dash_never_begins_a_caption_or_a_line() -> None:
    for before in range(1, 20):
        for text in texts(f"{'word ' * before}— and then the rest of the sentence."):
            assert "\n—" not in text
            assert not text.startswith("—")


def test_beats_do_not_share_captions_and_a_short_one_stays_for_a_second() -> None:
    first, second = spoken("One beat.", 0.0), [Word("Go.", 3.0, 3.2)]
    found = captions([first, [], second], 3.5)
    assert [caption.text for caption in found] == ["One beat.", "Go."]
    assert found[1].end == 3.5
    assert found[1].end - found[1].start >= 1


def test_nothing_spoken_has_no_captions() -> None:
    assert captions([[], []], 5.0) == ()


beats_of_words = st.lists(
    st.lists(
        st.tuples(
            st.text(st.characters(categories=["L", "N", "P", "Sm"]), min_size=1, max_size=50),
            st.floats(0, 1.5),
            st.floats(0, 1.0),
        ),
        max_size=25,
    ),
    max_size=4,
)


@given(beats_of_words, st.floats(0, 3))
def test_captions_never_overlap_nor_outlast_the_film(
    beats: list[list[tuple[str, float, float]]], rest: float
) -> None:
    time = 0.0
    words: list[list[Word]] = []
    for beat in beats:
        words.append([])
        for text, length, pause in beat:
            words[-1].append(Word(text, time, time + length))
            time += length + pause
    before = 0.0
    for caption in captions(words, time + rest):
        assert before <= caption.start < caption.end <= time + rest
        assert caption.end - caption.start <= 7.000001
        before = caption.end


@pytest.fixture
def two() -> list[Caption]:
    return [Caption(0.0, 1.2345, "w < 3 & y > 2\n\n --> so"), Caption(3601.5, 3602.0, "η · ∂L/∂w₁")]


def test_vtt_escapes_its_own_signs_and_has_no_blank_line_in_a_cue(tmp_path: Path, two: list[Caption]) -> None:
    write_vtt(tmp_path / "captions.vtt", two)
    assert (tmp_path / "captions.vtt").read_text("utf-8") == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.234\nw &lt; 3 &amp; y &gt; 2\n--&gt; so\n\n"
        "01:00:01.500 --> 01:00:02.000\nη · ∂L/∂w₁\n"
    )
    assert len(webvtt.read(str(tmp_path / "captions.vtt"))) == 2


def test_srt_is_numbered_and_keeps_signs(tmp_path: Path, two: list[Caption]) -> None:
    write_srt(tmp_path / "captions.srt", two)
    assert (tmp_path / "captions.srt").read_text("utf-8") == (
        "1\n00:00:00,000 --> 00:00:01,234\nw < 3 & y > 2\n--\u2060> so\n\n"
        "2\n01:00:01,500 --> 01:00:02,000\nη · ∂L/∂w₁\n\n"
    )


def test_srt_has_no_marks_that_a_player_would_follow(tmp_path: Path) -> None:
    shown = [text for text in HOSTILE[:-1] if "{" not in text]  # FFmpeg itself hides text in braces
    texts = [*shown, "<i>slanted</i> <font color=red>red</font>"]
    write_srt(tmp_path / "captions.srt", [Caption(k, k + 1, text) for k, text in enumerate(texts)])
    with av.open(tmp_path / "captions.srt") as file:
        events = [event for packet in file.demux() if packet.size for event in packet.decode()]
    read = [event.dialogue.decode().replace("\u2060", "") for event in events]
    assert read == [text.replace("\n\n", "\n") for text in texts]


def test_chapters_are_written_as_cues_with_their_titles(tmp_path: Path) -> None:
    write_vtt(tmp_path / "chapters.vtt", [Caption(0, 4, "The forward pass"), Caption(4, 9.5, "Loss & co")])
    cues = webvtt.read(str(tmp_path / "chapters.vtt"))
    assert [(cue.start, cue.end, cue.text) for cue in cues.captions] == [
        ("00:00:00.000", "00:00:04.000", "The forward pass"),
        ("00:00:04.000", "00:00:09.500", "Loss &amp; co"),
    ]


@pytest.mark.parametrize(
    ("language", "line"), [("en", 42), ("zh-tw", 32), ("ja", 26), ("ko", 32), ("th", 35)]
)
def test_lines_are_as_long_as_is_usual_in_the_language(language: str, line: int) -> None:
    words = spoken("ab " * 60)
    found = captions([words], words[-1].end + 0.5, language)
    longest = max(len(text) for caption in found for text in caption.text.split("\n"))
    assert line - 3 < longest <= line


def test_wide_letters_count_twice_and_accents_by_themselves_not() -> None:
    def longest(text: str, language: str, count: int) -> int:
        words = [Word(text, k / 9, k / 9 + 0.1, is_attached=True) for k in range(count)]
        (caption,) = captions([words], count / 9 + 1, language)
        return max(map(len, caption.text.split("\n")))

    assert longest("学", "zh", 16) == 16
    assert longest("学", "zh", 17) == 9
    assert longest("a\u0301", "en", 42) == 84
    assert longest("a\u0301", "en", 44) == 44


@pytest.mark.parametrize("marks", ["。！？", "，；：、"])
def test_chinese_captions_end_where_sentences_and_clauses_do(marks: str) -> None:
    words = []
    for k in range(60):
        text = "学习" + (marks[k % len(marks)] if k % 7 == 6 else "")
        words.append(Word(text, k / 2, k / 2 + 0.4, is_attached=True))
    found = captions([words], 31.0, "zh")
    assert all(caption.text[-1] in marks for caption in found[:-1])


def test_thai_captions_end_at_spaces_which_are_between_clauses() -> None:
    words = [Word("เรา" if k % 9 else "มา", k / 4, k / 4 + 0.2, is_attached=k % 9 > 0) for k in range(90)]
    found = captions([words], 24.0, "th")
    assert len(found) > 3
    assert all(caption.text.startswith("มา") for caption in found)
