"""The script: tokens and marks, shown and spoken forms, numbers."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyreel.core.errors import Place, StoryboardError
from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.speech.script import ScriptBeat, Token
from storyreel.speech.script_writer import write_script
from storyreel.storyboard.model import Storyboard, Turn
from storyreel.storyboard.template import Template
from storyreel.timing.captions import captions
from storyreel.timing.transcript import transcript

SCENES = Path(__file__).parents[1] / "scene_files"
LESSON = """\
title: A lesson
lexicon: {SGD: S G D}
networks:
  chain:
    input: {x: 2}
    layers:
      - {name: h, weights: 3}
      - {name: y, weights: 5/6}
    target: 3
    loss: half_squared_error
    learning_rate: 0.01
  wide:
    input: {x: [1, 2]}
    layers:
      - {name: h, weights: [[1, 2], [3, -0.5]], bias: 1}
    target: [1, 1]
    loss: mean_squared_error
chapters:
  - id: forward
    title: The forward pass
    scene: forward_pass
    network: chain
    beats:
      - say: SAY
        do:
          - title_card: {text: TEXT}
"""


def beat(say: str, text: str = '"on screen"') -> ScriptBeat:
    """The only beat of a lesson whose narration is `say`, a double-quoted YAML string."""
    written = LESSON.replace("SAY", f'"{say}"').replace("TEXT", text)
    (only,) = write_script(load("lesson.yaml", text=written, scenes=SCENES)).beats
    return only


def write(say: str) -> ScriptBeat:
    """The same, but the lesson is read only once: fast enough for hypothesis."""
    storyboard = _lesson()
    (chapter,) = storyboard.chapters
    spoken = replace(chapter.beats[0], say=(Turn(None, Template.parse(say), Place("", 1, 1)),))
    (only,) = write_script(replace(storyboard, chapters=(replace(chapter, beats=(spoken,)),))).beats
    return only


@cache
def _lesson() -> Storyboard:
    return load("lesson.yaml", text=LESSON.replace("SAY", "so").replace("TEXT", "so"), scenes=SCENES)


def shown(say: str) -> list[str]:
    return [token.shown for token in beat(say).tokens]


def test_each_word_is_a_token_with_its_punctuation() -> None:
    assert beat("Three  times {x} (two), is {h}.").tokens == (
        Token("Three", "Three"),
        Token("times", "times"),
        Token("2", "two"),
        Token("(two),", "(two),"),
        Token("is", "is"),
        Token("6.", "six."),
    )


def test_the_beat_is_shown_and_spoken_as_one_sentence() -> None:
    only = beat("The weight — {w2}, ({grad.w1:.2f}) — counts.")
    assert only.shown == "The weight — 5/6, (3.33) — counts."
    assert only.spoken == "The weight — five sixths, three point three three — counts."


def test_a_number_and_what_is_written_at_it_are_one_word() -> None:
    assert beat("A {h}-fold {=50}%, {h}×{x}.").tokens == (
        Token("A", "A"),
        Token("6-fold", "six fold"),
        Token("50%,", "fifty percent,"),
        Token("6×2.", "six times two."),
    )


@pytest.mark.parametrize(
    ("say", "words", "at"),
    [
        ("now [m] here", ["now", "here"], "here"),
        ("now [m]here", ["now", "here"], "here"),
        ("[m] now here", ["now", "here"], "now"),
        ("now here [m]", ["now", "here"], None),
        ("now here[m]", ["now", "here"], None),
        ("now [m] {x} here", ["now", "2", "here"], "2"),
        ("now [m]{x}, here", ["now", "2,", "here"], "2,"),
        ("now ({x}[m]), here", ["now", "(2),", "here"], "here"),
        ("now ([m]{x}) here", ["now", "(2)", "here"], "(2)"),
        ("now [m] ({x}) here", ["now", "(2)", "here"], "(2)"),
        ("now “[m]here”", ["now", "“here”"], "“here”"),
        ("now [m], here", ["now,", "here"], "here"),
        ("now[m], here", ["now,", "here"], "here"),
        ("now{x}[m], here", ["now2,", "here"], "here"),
        ("now here [m].", ["now", "here."], None),
        ("un[m]folded here", ["unfolded", "here"], "unfolded"),
        ("now [m] — here", ["now", "—", "here"], "—"),
        ("now [m] × {x}", ["now", "×", "2"], "×"),
        ("now [m] {∂L/∂w|d L by d w} here", ["now", "∂L/∂w", "here"], "∂L/∂w"),
        ("[m], here", [",", "here"], ","),
    ],
)
def test_a_mark_is_at_the_word_that_follows_and_never_parts_one(
    say: str, words: list[str], at: str | None
) -> None:
    only = beat(say)
    assert [token.shown for token in only.tokens] == words
    assert only.marks == {"m": len(words) if at is None else words.index(at)}


def test_two_marks_may_stand_before_one_word() -> None:
    assert beat("so [a] [b] {x}[c].").marks == {"a": 1, "b": 1, "c": 2}


def test_what_is_shown_may_be_spoken_in_other_words() -> None:
    assert beat("So {∂L/∂w₁|d L by d w one}, ({a b c|all three})!").tokens == (
        Token("So", "So"),
        Token("∂L/∂w₁,", "d L by d w one,"),
        Token("(a", "all three"),
        Token("b", ""),
        Token("c)!", "!"),
    )


def test_what_is_shown_may_be_silent() -> None:
    only = beat("This {(see below)|} is it.")
    assert only.shown == "This (see below) is it."
    assert only.spoken == "This is it."


def test_the_lexicon_is_for_the_voice_only() -> None:
    only = beat("(SGD), not SGDs.")
    assert only.shown == "(SGD), not SGDs."
    assert only.spoken == "S G D, not SGDs."


def test_a_pronunciation_is_for_what_is_said_for_its_word() -> None:
    given = {"tanh": "tˈænʧ", "gizmo": "ɡˈIzmO", "η": "ˈitə"}
    script = write_script(replace(_lesson(), pronunciations=given))
    assert script.pronunciations == (("tan H", "tˈænʧ"), ("gizmo", "ɡˈIzmO"), ("eta", "ˈitə"))


def test_a_fact_stands_as_it_is_written() -> None:
    only = beat("In {=1986}, {= 3 of 4 } knew.")
    assert only.shown == "In 1986, 3 of 4 knew."
    assert only.spoken == "In nineteen eighty-six, three of four knew."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("w2", "5/6"),
        ("w2:.3f", "0.833"),
        ("w2:.0%", "83%"),
        ("grad.w1", "10/3"),
        ("grad.w1:+.1f", "+3.3"),
        ("next.w2", "0.71"),
        ("run.loss[0]", "2"),
        ("learning_rate", "0.01"),
        ("wide.h[0]", "6"),
        ("wide.h[1]", "3"),
        ("wide.W1[1,1]", "−0.5"),
        ("wide.grad.b1[0]", "5"),
        ("chain.h:,.2f", "6.00"),
    ],
)
def test_numbers_of_any_network_are_filled_in_as_asked(name: str, text: str) -> None:
    # The gradient of wide's first bias: the mean over two outputs of 2 (6 − 1) is 5 at the first.
    assert shown(f"It is {{{name}}}.") == ["It", "is", f"{text}."]


def test_text_on_screen_is_filled_in_as_it_is_shown() -> None:
    (cue,) = beat("Look.", '"∂ {∂L/∂w|d L} = {grad.w1:.2f}, wide {wide.h[0]}, {{{=1986}}}"').cues
    assert cue.parameters == {"text": "∂ ∂L/∂w = 3.33, wide 6, {1986}"}


def test_a_beat_without_narration_has_no_tokens() -> None:
    text = LESSON.replace("      - say: SAY\n        do:", "      - do:").replace("TEXT", "yes or no")
    (only,) = write_script(load("lesson.yaml", text=text, scenes=SCENES)).beats
    assert (only.tokens, only.marks, only.shown, only.spoken) == ((), {}, "", "")
    assert [(cue.name, cue.place.line) for cue in only.cues] == [("title_card", 25)]


PARTS = st.sampled_from(
    ["a", "b[[", "]]c", "{{", "{x}", "{h:.2f}", "{a b|c}", "—", "× ", "d ", "{=7} ", "e, ", "f."]
)


@given(st.lists(PARTS, max_size=8))
def test_marks_change_neither_words_nor_speech(parts: list[str]) -> None:
    """A sentence with a mark after each part has the same words as without marks."""
    plain = write(f"go {''.join(parts)} on")
    marked = write("go " + "".join(f"{text}[{chr(97 + i)}]" for i, text in enumerate(parts)) + " on")
    assert marked.tokens == plain.tokens
    assert list(marked.marks.values()) == sorted(marked.marks.values())


def told(weight: str) -> tuple[str, str, str]:
    """Shown and spoken narration of the default lesson with another second weight of its chains."""
    written = DEFAULT_STORYBOARD.read_text("utf-8")
    assert written.count("weights: 5/6") == 2
    storyboard = load(DEFAULT_STORYBOARD, text=written.replace("weights: 5/6", f"weights: {weight}"))
    timeline = plan(storyboard, voice="silent").timeline
    texts = captions([timeline.words(beat) for beat in timeline.beats], timeline.seconds(timeline.frames))
    chapters = [(0.0, chapter) for chapter in timeline.chapters]
    return (
        "\n".join(caption.text for caption in texts).replace("\n", " "),
        transcript("", chapters),
        " ".join(beat.spoken for beat in write_script(storyboard).beats),
    )


def test_one_weight_changed_in_the_default_lesson_changes_all_numbers_that_are_told_and_no_other_word() -> (
    None
):
    *old_texts, old_speech = told("5/6")
    *new_texts, new_speech = told("0.8")
    for old, new in zip(old_texts, new_texts, strict=True):
        assert not re.search(r"4\.8|1\.62", old)
        assert re.search(r"\b4\.8\b", new) and re.search(r"\b1\.62\b", new)
        assert re.search(r"\b5/6\b", old) and not re.search(r"\d/\d", new)
        assert re.sub(r"\d+([./:]\d+)*", "#", old) == re.sub(r"\d+([./:]\d+)*", "#", new)
    assert "five sixths" in old_speech and "sixths" not in new_speech
    assert "four point eight" in new_speech and "one point six two" in new_speech


XOR = """\
title: A lesson
networks:
  xor:
    input: {x: [1, 1]}
    layers: [{name: y, weights: [10, 1], bias: 0.5}]
    target: 0
    loss: half_squared_error
    data: [{x: [0, 0], target: 0}, {x: [0, 1], target: 1}, {x: [1, 0], target: 1}, {x: [1, 1], target: 0}]
chapters:
  - id: rows
    title: "Row with {y}"
    scene: forward_pass
    example: 1
    beats:
      - say: First {y}, then [two] {y}, [three] {y}.
        do:
          - draw_network: {filled: true}
          - label: {value: y, text: "{y}"}
          - take_example: {example: 2, at: two}
          - label: {value: y, text: "now {y}"}
          - take_example: {example: 3, at: three}
          - label: {value: y, text: "and {y}", at: three}
      - say: Still {y}, wanted {target}, and the first gives {data[0].y}.
      - say: Back to {y}, and on [last] to {y}.
        do:
          - take_example: 1
          - take_example: {example: 0, at: last}
"""


def test_numbers_are_of_the_example_that_is_in_focus_at_their_moment() -> None:
    storyboard = load("lesson.yaml", text=XOR)
    script = write_script(storyboard)
    # y = 10 x₁ + x₂ + 0.5: 0.5, 1.5, 10.5 and 11.5 in the four rows.
    assert [beat.shown for beat in script.beats] == [
        "First 1.5, then 10.5, 11.5.",
        "Still 11.5, wanted 0, and the first gives 0.5.",
        "Back to 1.5, and on to 0.5.",
    ]
    labels = [cue.parameters["text"] for cue in script.beats[0].cues if cue.name == "label"]
    assert labels == ["1.5", "now 10.5", "and 11.5"]
    assert storyboard.chapters[0].title == "Row with 1.5"
    assert plan(storyboard, voice="silent").timeline.chapters[0].example == 1


@pytest.mark.parametrize(
    ("cue", "message"),
    [
        ("take_example: 4", "`xor` has no example data[4]; it has data[0] to data[3]"),
        ("take_example: {example: 2.5}", "`example` must be a whole number, not 2.5"),
        (
            "take_example: 2",
            "`take_example` begins at a mark of the narration, or is the first cue of its beat",
        ),
    ],
)
def test_an_example_that_cannot_be_taken_is_reported(cue: str, message: str) -> None:
    with pytest.raises(StoryboardError) as error:
        load("lesson.yaml", text=XOR.replace("take_example: {example: 2, at: two}", cue))
    assert message in [problem.message for problem in error.value.problems]


def test_in_a_dialogue_the_focus_changes_at_a_mark_of_any_turn() -> None:
    turns = '[{a: "First {y}, {data[0].y}."}, {b: "Then [two] {y}, [three] {y}."}]'
    text = XOR.replace("First {y}, then [two] {y}, [three] {y}.", turns)
    text = text.replace("chapters:", "speakers: {a: silent, b: silent}\nchapters:")
    (beat, *_) = write_script(load("lesson.yaml", text=text)).beats
    assert beat.shown == "First 1.5, 0.5. Then 10.5, 11.5."
