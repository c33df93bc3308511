"""A number that is said must be written on stage during the beat, with whatever digits."""

from pathlib import Path

import pytest

from storyreel.checks.layout_report import MEASURED, layout_problems
from storyreel.checks.spoken_numbers import unwritten_numbers
from storyreel.checks.written_numbers import is_written, numbers_in
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.storyboard.model import Storyboard

LESSON = """\
title: Said
networks:
  net:
    input: {{x: 2}}
    layers:
      - {{name: h, weights: 3}}
      - {{name: y, weights: 5/6}}
    target: 3
    loss: half_squared_error
    data:
      - {{x: 2, target: 3}}
      - {{x: 4, target: 1}}
chapters:
  - id: only
    title: Only
    scene: forward_pass
    network: net
    beats:
      - say: {say}
        do: {do}
"""


def lesson(tmp_path: Path, say: str, do: str = "[draw_network]") -> Storyboard:
    path = tmp_path / "lesson.yaml"
    path.write_text(LESSON.format(say=say, do=do))
    return load(path)


def unwritten(storyboard: Storyboard, *texts: str) -> list[str]:
    """The messages about the only beat, during which these texts are on stage."""
    return [
        problem.message for _, problem in unwritten_numbers(storyboard, storyboard.chapters[0], {1: texts})
    ]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("h = 3 × 2 = 6", ["3", "2", "6"]),
        ("grad.W1[0,1] = −0.12", ["0.12"]),
        ("w1", []),
        ("w2 = 5/6", ["5/6"]),
        ("loss ≈ 1.5×10⁻⁷", ["1.5×10⁻⁷"]),
        ("cat 76%", ["76%"]),
    ],
)
def test_numbers_are_read_without_the_digits_of_names(text: str, numbers: list[str]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    ("value", "number", "is_it"),
    [
        (6.0, "6", True),
        (5.93, "6", False),  # a whole number stands for one without decimals
        (5.004, "5", True),
        (5 / 6, "5/6", True),
        (5 / 6, "0.83", True),
        (5 / 6, "0.84", False),
        (-0.123, "0.12", True),
        (0.7612, "76%", True),
        (0.7612, "75%", False),
        (1.52e-7, "1.5×10⁻⁷", True),
        (1.52e-7, "1.6×10⁻⁷", False),
        (12345678.0, "1.2×10⁷", True),
    ],
)
def test_a_number_is_written_if_it_is_rounded_to_the_digits_that_are_there(value, number, is_it) -> None:
    assert is_written(value, number) == is_it


def test_what_is_nowhere_on_stage_is_found_with_its_place(tmp_path: Path) -> None:
    storyboard = lesson(tmp_path, "It makes {h}, and then {y}.")
    ((beat, problem),) = unwritten_numbers(storyboard, storyboard.chapters[0], {1: ["y = 5", "h"]})
    assert beat == 1
    assert (problem.place.line, problem.place.column) == (19, 23)
    message = "chapter only, beat 1: it says 6 (`h`), which is nowhere on stage in this beat"
    assert problem.message == message


@pytest.mark.parametrize(
    ("say", "text"),
    [
        ("About {w2:.1f}.", "w2 = 5/6"),
        ("It is {w2}.", "w2 = 0.83"),
        ("It is {h}.", "h = 3 × 2 = 6"),
        ("There are {count.w1} weights.", "nothing"),
        ("A fact, {=1986}.", "nothing"),
    ],
)
def test_another_way_to_write_it_will_do(tmp_path: Path, say: str, text: str) -> None:
    assert unwritten(lesson(tmp_path, say), text) == []


def test_a_number_is_of_the_example_in_focus_when_it_is_said(tmp_path: Path) -> None:
    storyboard = lesson(
        tmp_path, "It is {h}, now [now] {h}.", "[draw_network, {take_example: {example: 1, at: now}}]"
    )
    assert unwritten(storyboard, "h = 6", "h = 12") == []
    assert unwritten(storyboard, "h = 6") == [
        "chapter only, beat 1: it says 12 (`h`), which is nowhere on stage in this beat"
    ]


def test_a_beat_that_was_not_played_is_not_judged(tmp_path: Path) -> None:
    storyboard = lesson(tmp_path, "It is {h}.")
    assert list(unwritten_numbers(storyboard, storyboard.chapters[0], {})) == []


@pytest.mark.parametrize(
    ("cues", "count"),
    [("[draw_network]", 1), ("[draw_network, {reveal: x}]", 1), ("[draw_network, {calculate: h}]", 0)],
)
def test_the_report_looks_at_the_stage(tmp_path: Path, cues: str, count: int) -> None:
    production = plan(lesson(tmp_path, "It makes {h}.", cues), quality=MEASURED, voice="silent")
    found = [problem for problem in layout_problems(production) if "it says" in problem.message]
    assert len(found) == count
