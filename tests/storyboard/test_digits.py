"""How a lesson writes its numbers: as the author did, with the digits asked for, so that equations hold."""

import math
import re
from pathlib import Path
from textwrap import dedent

import pytest
from helpers.recompute import claims, falsehood

from storyreel.checks.layout_report import MEASURED
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.reader.numbers import as_shown
from storyreel.rendering.play import watch_beats
from storyreel.speech.script_writer import write_script
from storyreel.stage.stage import Stage
from storyreel.storyboard.model import Storyboard

NETWORK = """
title: Numbers
networks:
  n:
    input: {x: [1.005, 0.125]}
    layers:
      - {name: h, weights: [[0.1250, -0.50], [5/6, 10/4]], bias: 0.1, activation: sigmoid}
      - {name: y, weights: [0.63, -44], bias: -1/2}
    target: 2.0
    loss: half_squared_error
    learning_rate: 0.0125
"""


def lesson(beats: str, network: str = "", chapter: str = "", scene: str = "update") -> Storyboard:
    text = NETWORK + "".join(f"    {line}\n" for line in network.splitlines())
    text += f"chapters:\n  - id: a\n    title: A\n    scene: {scene}\n"
    text += "".join(f"    {line}\n" for line in chapter.splitlines()) + "    beats:\n"
    text += "".join(f"      {line}\n" for line in dedent(beats).strip().splitlines())
    return load(Path("lesson.yaml"), text=text)


def said(storyboard: Storyboard) -> list[str]:
    return [beat.shown for beat in write_script(storyboard).beats]


NAMES = ("x[0]", "x[1]", "W1[0,0]", "W1[0,1]", "W1[1,0]", "W1[1,1]", "b1[1]", "b2", "target", "learning_rate")
SAY = f"- say: '{', '.join(f'{{{name}}}' for name in NAMES)}'"


def test_what_the_author_wrote_is_written_and_spoken_like_that() -> None:
    (beat,) = write_script(lesson(SAY)).beats
    assert beat.shown == "1.005, 0.125, 0.1250, −0.50, 5/6, 10/4, 0.1, −1/2, 2.0, 0.0125"
    assert beat.spoken.startswith(
        "one point zero zero five, zero point one two five, zero point one two five"
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        *(("3", "3"), ("-0.125", "−0.125"), ("+2.50", "2.50"), (".5", "0.5"), ("-.5", "−0.5"), ("4.", "4")),
        *(("5/6", "5/6"), ("-1 / 2", "−1/2"), ("1.0e-3", "1.0×10⁻³"), ("2.5E+10", "2.5×10¹⁰")),
    ],
)
def test_a_written_number_is_typeset(written: str, shown: str) -> None:
    assert as_shown(written) == shown


def test_what_the_author_wrote_stays_so_where_it_stays_the_same() -> None:
    experiment = lesson(SAY).networks["n"]
    later = experiment.run(3).trace(3)
    assert (later.text("x[0]"), later.text("target")) == ("1.005", "2.0")
    assert later.text("W1[0,0]") != "0.1250"
    assert experiment.next.text("W1[0,0]") != "0.1250"


def test_computed_numbers_have_few_digits_where_no_equation_is_written() -> None:
    assert said(lesson("- say: '{h[0]}, {h[1]}, {y}, {grad.y}'")) == ["0.54, 0.78, −34.36, −36.36"]


FORWARD = """
    - say: The output is {y}, from {h[0]} and {h[1]}.
      do:
        - draw_network: {filled: true, loss: true}
        - calculate: y
"""


def test_the_operands_of_an_equation_get_the_digits_that_it_needs() -> None:
    h = [
        1 / (1 + math.exp(-z)) for z in (0.125 * 1.005 - 0.5 * 0.125 + 0.1, 5 / 6 * 1.005 + 2.5 * 0.125 + 0.1)
    ]
    y = 0.63 * h[0] - 44 * h[1] - 0.5
    assert abs(0.63 * round(h[0], 2) - 44 * round(h[1], 2) - 0.5 - y) > 0.1
    assert said(lesson(FORWARD))[0].startswith(f"The output is −{-y:.2f}, from {h[0]:.2f}")
    stage = stages(lesson(FORWARD))[-1]
    (equation,) = [text for text in stage if text.startswith("y ≈ 0.63")]
    assert [falsehood(claim) for claim in claims(equation)] == [""]


def stages(storyboard: Storyboard) -> list[list[str]]:
    """What is written on stage at the end of each beat of the only chapter."""
    production, ends = plan(storyboard, quality=MEASURED, voice="silent"), list[list[str]]()

    def look(stage: Stage) -> None:
        ends.append([label.piece.plain for label in Snapshot(stage, is_still=True).labels()])

    (chapter,) = production.timeline.chapters
    watch_beats(production.performance(chapter, draw=()), look)
    return ends


def test_a_number_has_one_form_within_a_beat() -> None:
    storyboard = lesson(FORWARD)
    trace = storyboard.networks["n"].trace
    (text,) = said(storyboard)
    assert text == f"The output is {trace.text('y')}, from {trace.text('h[0]')} and {trace.text('h[1]')}."
    (on_stage,) = stages(storyboard)
    assert trace.text("y") in on_stage
    (equation,) = [text for text in on_stage if text.startswith("y ≈ 0.63")]
    assert f"0.63 × {trace.text('h[0]')} + (−44) × {trace.text('h[1]')}" in equation
    assert len(trace.text("h[1]")) > len("0.78")


def test_a_network_may_set_the_digits_of_its_computed_numbers() -> None:
    assert said(lesson("- say: '{h[0]}, {y}, {x[0]}, {W1[1,0]}, {next.b2}'", "digits: 6")) == [
        "0.540691, −34.3606, 1.005, 5/6, −0.045493"
    ]
    assert said(lesson("- say: '{y}, {h[0]}'", "digits: 1")) == ["−34, 0.5"]


def test_a_chapter_may_give_the_numbers_that_it_names_more_digits() -> None:
    assert said(lesson("- say: '{y}, {h[0]:.1f}, {x[0]}'", chapter="digits: 6")) == ["−34.3606, 0.5, 1.005"]
    assert said(lesson("- say: '{y}'", chapter="digits: 1")) == ["−34.36"]
    assert said(lesson("- say: '{W1[1,0]}, {b2}'", chapter="digits: 6")) == ["5/6, −1/2"]


def test_a_cue_may_give_the_numbers_that_it_names_more_digits() -> None:
    beats = """
        - say: "{y}, {h[0]}"
          do:
            - draw_network
            - reveal: {value: "h[0]", digits: 5}
    """
    assert said(lesson(beats)) == ["−34.36, 0.54069"]


def test_an_update_that_changes_little_is_seen() -> None:
    beats = """
        - say: "{W2[0,0]} becomes {next.W2[0,0]}"
          do:
            - draw_network: {filled: true, loss: true}
            - update: {weight: "W2[0,0]"}
    """
    text = NETWORK.replace("0.0125", "0.0001")
    text += "chapters:\n  - id: a\n    title: A\n    scene: update\n    beats:\n"
    text += "".join(f"      {line}\n" for line in dedent(beats).strip().splitlines())
    (found,) = said(load(Path("lesson.yaml"), text=text))
    assert found == "0.63 becomes 0.632"


def test_an_equation_that_cannot_hold_is_reported() -> None:
    text = """
        title: Sure
        networks:
          n:
            input: {x: 1}
            layers: [{name: y, weights: 60, activation: sigmoid}]
            target: 0
            loss: binary_cross_entropy
        chapters:
          - id: a
            title: A
            scene: backward_pass
            beats:
              - do:
                  - draw_network: {filled: true}
                  - calculate: y
                  - calculate: loss
                  - calculate: grad.y
    """
    with pytest.raises(StoryboardError) as caught:
        load(Path("lesson.yaml"), text=dedent(text))
    (problem,) = caught.value.problems
    assert problem.place.line == 18
    assert problem.message == (
        "this equation is false however many digits its numbers have: grad.y = 1 / (1 − 1) ≈ 4.49×10³⁰⁷"
    )


def test_an_equation_that_an_author_writes_gets_the_digits_that_it_needs() -> None:
    beats = """
        - say: "{W2[0,1]} × {h[1]} + {W2[0,0]} × {h[0]} + {b2} = {y}"
    """
    assert said(lesson(beats)) == ["−44 × 0.7773 + 0.63 × 0.54 + −1/2 = −34.36"]
    assert pytest.approx(-34.36, abs=0.005) == -44 * 0.7773 + 0.63 * 0.54 - 0.5


def test_an_equation_that_is_false_in_the_formats_of_its_author_is_reported() -> None:
    text = "{W2[0,1]} × {h[1]:.2f} + {W2[0,0]} × {h[0]} + {b2} = {y}"
    with pytest.raises(StoryboardError, match=r"false in the formats given: .*0\.78.*not −34\.36"):
        lesson(f"- do: [write_down: {{row: '{text}', values: [y]}}]")
    assert lesson("- say: '{W2[0,0]:.1f} × {W1[0,0]:.1f} = {learning_rate:.0f}.'")


def test_a_wrong_number_of_digits_is_reported() -> None:
    with pytest.raises(StoryboardError, match="`digits` must be at least 1"):
        lesson(SAY, "digits: 0")
    with pytest.raises(StoryboardError, match="`digits` must be at most 15"):
        lesson(SAY, chapter="digits: 40")
    beats = "- do: [draw_network, reveal: {value: y, digits: 40}]"
    with pytest.raises(StoryboardError, match="at most 15 significant digits, not 40"):
        lesson(beats)


CHAIN = """
title: Chain
networks:
  chain:
    input: {x: 2}
    layers: [{name: h, weights: 3}, {name: y, weights: 5/6}]
    target: 3
    loss: half_squared_error
    learning_rate: 0.01
chapters:
  - id: a
    title: A
    scene: update
    beats:
      - say: "{next.w1} and {next.w2} make {next.h} and {next.y}."
        do: [carry_network, update]
"""


@pytest.mark.parametrize("update", ["update", "update: {weight: w2}, update: {weight: w1}"])
def test_new_weights_have_the_digits_with_which_a_run_forward_is_checked_by_hand(update: str) -> None:
    steps = ", ".join(f"{{{step}}}" if ":" in step else step for step in update.split(", "))
    (found,) = said(load(Path("lesson.yaml"), text=CHAIN.replace("update]", f"{steps}]")))
    w1, w2, h, y = (float(number) for number in re.findall(r"[0-9.]*[0-9]", found))
    assert round(2 * w1, 2) == h
    assert round(h * w2, 2) == y
    assert round(2 * w1 * w2, 2) == y
