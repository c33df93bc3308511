"""Networks that are graphs: read from formulas, their numbers named in texts and printed by commands."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from storyreel.commands import commands
from storyreel.core.errors import StoryboardError
from storyreel.engine.graph.primitives import PRIMITIVES
from storyreel.production.chapter_jobs import render_jobs
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.speech.script_writer import write_script
from storyreel.storyboard.model import Storyboard
from storyreel.storyboard.values import numbers_called

CIRCUIT = """\
  circuit:
    input: {x: -2, y: 5, z: -4.0}
    graph:
      q: x + y  # a comment is no part of a formula
      f: q * z
"""
CHAIN = """\
  chain:
    input: {x: 2}
    layers: [{name: h, weights: 3}, {name: y, weights: 5/6}]
    target: 3
    loss: half_squared_error
"""
MICROGRAD = """\
  micrograd:
    input: {a: -4, b: 2}
    graph:
      c: a + b
      d: a * b + b^3
      c1: c + c + 1
      c2: c1 + 1 + c1 + (-a)
      d1: d + d * 2 + relu(b + a)
      d2: d1 + 3 * d1 + relu(b - a)
      e: c2 - d2
      f: e^2
      g: f / 2 + 10 / f
"""


def lesson(networks: str, say: str, network: str = "", more: str = "") -> str:
    about = f"    network: {network}\n" if network else ""
    return (
        f"title: A graph\nnetworks:\n{networks}chapters:\n"
        f"  - id: one\n    title: One\n    scene: bullets\n{about}"
        f"    beats:\n      - say: '{say}'\n{more}"
    )


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Storyboard]:
    def _read(text: str) -> Storyboard:
        (tmp_path / "lesson.yaml").write_text(text, encoding="utf-8")
        return load(tmp_path / "lesson.yaml")

    return _read


def said(storyboard: Storyboard) -> str:
    turns = [turn for chapter in storyboard.chapters for beat in chapter.beats for turn in beat.say]
    return " ".join(storyboard.lookup.filled(storyboard.chapters[0].network, turn.text) for turn in turns)


def test_the_numbers_of_a_graph_have_names_in_narration(read: Callable[[str], Storyboard]) -> None:
    storyboard = read(
        lesson(CIRCUIT, "From {x} and {y} comes {q}, so f is {f}, with {grad.x} and {grad.z:.1f}.")
    )
    assert said(storyboard) == "From −2 and 5 comes 3, so f is −12, with −4 and 3.0."
    assert storyboard.networks == {} and list(storyboard.graphs) == ["circuit"]


def test_numbers_are_written_as_their_author_wrote_them(read: Callable[[str], Storyboard]) -> None:
    graph = "  g: {input: {x: 5/6, W: [[1.50, 2], [0.1, -0.25]]}, graph: {f: 'x * W[0,0]'}, digits: 4}\n"
    storyboard = read(lesson(graph, "It is {x}, {W[0,0]}, {W[1,1]}, {f} and {grad.x}."))
    assert said(storyboard) == "It is 5/6, 1.50, −0.25, 1.25 and 1.5."


def test_digits_are_those_of_the_graph(read: Callable[[str], Storyboard]) -> None:
    graph = "  g: {{input: {{x: 1}}, graph: {{f: x / 7}}{}}}\n"
    assert said(read(lesson(graph.format(", digits: 5"), "It is {f}."))) == "It is 0.14286."
    assert said(read(lesson(graph.format(""), "It is {f}."))) == "It is 1/7."
    written = "  g: {input: {x: 1.25}, graph: {f: x / 7}, digits: 1}\n"
    assert said(read(lesson(written, "It is {x} and {f}."))) == "It is 1.25 and 0.2."


def test_an_equation_in_a_text_gets_the_digits_with_which_it_holds(
    read: Callable[[str], Storyboard],
) -> None:
    graph = "  g: {input: {x: 2, y: 1.3}, graph: {q: sqrt(x), f: q - y}, digits: 2}\n"
    assert said(read(lesson(graph, "It is {q}."))) == "It is 1.4."
    assert said(read(lesson(graph, "So {q} − {y} = {f}."))) == "So 1.41 − 1.3 = 0.11."


TRAINED = """\
  line:
    input: {x: 3, t: 5, two: 2.0}
    parameters: {w: 2.50, b: 1}
    graph:
      y: w * x + b
      loss: (y - t)^2 / two
    data: [{x: 3, t: 5}, {x: 1, t: 4.00}]
    learning_rate: 0.10
    l2: 0.1
    digits: 5
"""


def test_numbers_of_a_training_have_names_in_narration(read: Callable[[str], Storyboard]) -> None:
    """The errors are 3.5 and −0.5: the cost is (6.125 + 0.125) / 2 + 0.3125, as 2.5² / 20 = 0.3125."""
    names = (
        "w",
        "loss",
        "data[1].t",
        "data[1].y",
        "cost",
        "cost.grad.w",
        "learning_rate",
        "next.w",
        "run.w[1]",
    )
    text = " ".join(f"{{{name}}}" for name in (*names, "next.two"))
    assert said(read(lesson(TRAINED, text))) == "2.50 6.125 4.00 3.5 3.4375 5.25 0.10 1.975 1.975 2.0"


def test_data_of_a_graph_may_come_from_a_file(read: Callable[[str], Storyboard], tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", x=[3.0, 1.0], t=[5.0, 4.0])
    arrays = "{x: {file: data.npz, array: x}, t: {file: data.npz, array: t}}"
    text = TRAINED.replace("[{x: 3, t: 5}, {x: 1, t: 4.00}]", arrays)
    assert said(read(lesson(text, "{cost} and {data[1].t}"))) == "3.4375 and 4"


def test_a_step_on_some_of_the_data_is_of_a_mini_batch(read: Callable[[str], Storyboard]) -> None:
    text = TRAINED.replace("l2: 0.1", "optimizer: sgd\n    batch_size: 1\n    shuffle: false")
    assert said(read(lesson(text, "{next.w}"))) == "1.45"  # 2.5 − 0.1 · 3.5 · 3


def test_a_graph_and_layers_are_in_one_lesson(read: Callable[[str], Storyboard]) -> None:
    card = "cards:\n  - {front: 'What is {chain.h} plus {circuit.q}?', back: 'Nine.'}\n"
    storyboard = read(lesson(CIRCUIT + CHAIN, "{f} and {chain.loss}.", "circuit", card))
    assert said(storyboard) == "−12 and 2."
    assert storyboard.cards[0].front == "What is 6 plus 3?"
    assert list(storyboard.networks) == ["chain"] and list(storyboard.graphs) == ["circuit"]


def test_a_question_about_layers_may_speak_of_a_graph(read: Callable[[str], Storyboard]) -> None:
    question = "questions:\n  - {ask: 'q is {circuit.q}. What is twice {w1}?', number: h, network: chain}\n"
    storyboard = read(lesson(CIRCUIT + CHAIN, "Hello.", "chain", question))
    assert storyboard.questions[0].variants[0].ask == "q is 3. What is twice 3?"


def test_micrograds_example_has_its_published_numbers(read: Callable[[str], Storyboard]) -> None:
    storyboard = read(lesson(MICROGRAD, "It is {g}."))
    numbers = numbers_called(["g", "grad.a", "grad.b", "micrograd.grad.a"], storyboard, None)
    assert numbers == pytest.approx(
        {"g": 24.7041, "grad.a": 138.8338, "grad.b": 645.5773, "micrograd.grad.a": 138.8338}, abs=5e-5
    )


def test_a_kernel_may_come_from_a_file(read: Callable[[str], Storyboard], tmp_path: Path) -> None:
    image, kernel = np.arange(32.0).reshape(2, 4, 4), np.ones((3, 2, 2, 2))
    np.savez(tmp_path / "numbers.npz", kernel=kernel, image=image)
    given = "{image: {file: numbers.npz, array: image}, K: {file: numbers.npz, array: kernel}}"
    graph = f"  g:\n    input: {given}\n    graph:\n      h: conv2d(image, K)\n      f: sum(h)\n"
    storyboard = read(lesson(graph, "{h[0,0,0]} and {grad.K[2,1,1,1]}."))
    first = float(image[:, :2, :2].sum())
    assert said(storyboard) == f"{first:.0f} and {image[1, 1:, 1:].sum():.0f}."
    assert list(storyboard.array_files) == ["numbers.npz"]


def test_a_number_alone_is_a_formula(read: Callable[[str], Storyboard]) -> None:
    graph = "  g: {input: {x: 3}, graph: {half: 0.5, least: -2, f: half * x + least}}\n"
    assert said(read(lesson(graph, "{half}, {least}, {f}."))) == "0.5, −2, −0.5."


def test_names_may_be_what_layers_call_their_numbers(read: Callable[[str], Storyboard]) -> None:
    formulas = "{h: w1^2, loss: 'half_squared_error(h, target)'}"
    storyboard = read(lesson(f"  g: {{input: {{w1: 3, target: 1}}, graph: {formulas}}}\n", "It is {loss}."))
    assert said(storyboard) == "It is 32."


def test_names_with_a_fault_in_their_graph_are_not_reported_too(read: Callable[[str], Storyboard]) -> None:
    with pytest.raises(StoryboardError) as error:
        read(lesson(CIRCUIT.replace("x + y", "x + w"), "It is {q} and {f}."))
    (problem,) = error.value.problems
    assert (problem.place.line, problem.place.column) == (6, 14)
    assert problem.message == "no number named `w`; there are `x`, `y` and `z`"


def test_gradients_are_compared_with_differences(
    read: Callable[[str], Storyboard], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = replace(PRIMITIVES["tanh"], vjp=lambda upstream, a, z: (upstream * (1 - a),))
    monkeypatch.setitem(PRIMITIVES, "tanh", wrong)
    with pytest.raises(StoryboardError) as error:
        read(lesson("  g: {input: {x: 1}, graph: {f: tanh(x)}}\n", "Hello."))
    (problem,) = error.value.problems
    assert (problem.place.line, problem.place.column) == (3, 3)
    assert problem.message == (
        "the network `g`: the gradient of x is 0.238406 by backpropagation, 0.419974 by differences"
    )


def test_a_script_has_the_numbers_of_a_graph(read: Callable[[str], Storyboard]) -> None:
    storyboard = read(lesson(CIRCUIT, "The product is {f}."))
    words = [
        token.text
        for chapter in write_script(storyboard).chapters
        for beat in chapter.beats
        for token in beat.tokens
    ]
    assert "−12." in words


def test_a_lesson_about_a_graph_can_be_planned(read: Callable[[str], Storyboard]) -> None:
    more = "        do:\n          - add_point: 'f is {f}'\n"
    production = plan(read(lesson(CIRCUIT, "The product is {f}.", more=more)), voice="silent")
    (chapter,) = production.timeline.chapters
    assert chapter.beats[0].cues[0].parameters == {"text": "f is −12"}


def test_a_chapter_about_a_graph_can_have_any_scene(read: Callable[[str], Storyboard]) -> None:
    more = "        do:\n          - show_title: 'f is {f}'\n"
    text = lesson(CIRCUIT, "The product is {f}.", more=more).replace("bullets", "title_card")
    production = plan(read(text), voice="silent")
    jobs = [job for chapter in production.timeline.chapters for job in render_jobs(production, chapter)]
    assert jobs and all(job.content["experiments"] == {} for job in jobs)


def test_the_commands_print_the_numbers_of_a_graph(tmp_path: Path) -> None:
    (tmp_path / "lesson.yaml").write_text(lesson(CIRCUIT, "It is {f}."), encoding="utf-8")
    file = str(tmp_path / "lesson.yaml")
    assert CliRunner().invoke(commands, ["check", file]).exit_code == 0
    table = CliRunner().invoke(commands, ["values", file])
    assert table.output.splitlines() == [
        "circuit",
        "name  value  gradient",
        "x        -2        -4",
        "y         5        -4",
        "z        -4         3",
        "q         3        -4",
        "f       -12         1",
    ]
    assert CliRunner().invoke(commands, ["values", file, "grad.q"]).output == "grad.q  -4\n"
    assert "It is −12." in CliRunner().invoke(commands, ["script", file, "--voice", "silent"]).output
