"""Each limit: a storyboard that reaches it is read, and one that goes beyond it gets one message."""

from collections.abc import Callable
from pathlib import Path

import pytest

from storyreel.core.errors import StoryboardError
from storyreel.core.limits import VARIABLE, Limits, beyond
from storyreel.production.production import plan
from storyreel.reader import load

SCENES = Path(__file__).parents[1] / "scene_files"
ELSEWHERE = {
    *("speech_cache_bytes", "segment_cache_bytes"),  # tests of the caches
    *("recording_bytes", "recording_seconds"),  # tests of recordings
    "font_bytes",  # tests of themes
    "array_bytes",  # tests of files of arrays
    *("image_bytes", "image_pixels", "svg_bytes", "svg_depth", "svg_shapes", "svg_path_characters"),
}


def lesson(
    more: str = "",
    layers: str = "[{weights: 3}]",
    input: str = "{x: 2}",
    network: str = "",
    beats: str = "[{say: Hello.}]",
    title: str = "T",
) -> str:
    return (
        f"title: {title}\nnetworks:\n"
        f"  net: {{input: {input}, layers: {layers}, target: 3, loss: half_squared_error{network}}}\n"
        f"chapters:\n- {{id: a, title: A, scene: forward_pass, beats: {beats}}}\n{more}"
    )


def chapters(count: int) -> str:
    chapter = "- {{id: c{}, title: A, scene: forward_pass, beats: [{{say: Hello.}}]}}\n"
    return "title: T\nchapters:\n" + "".join(map(chapter.format, range(count)))


def networks(count: int) -> str:
    network = "  n{}: {{input: {{x: 2}}, layers: [{{weights: 3}}], target: 3, loss: half_squared_error}}\n"
    return (
        "title: T\nnetworks:\n"
        + "".join(map(network.format, range(count)))
        + "chapters:\n- {id: a, title: A, scene: forward_pass, beats: [{say: Hello.}]}\n"
    )


def nested(depth: int) -> str:
    return lesson(f"lexicon: {{a: {'[' * (depth - 2)}{']' * (depth - 2)}}}")


def questions(variants: int) -> str:
    return lesson(f"questions: [{{ask: 'What is {{x}}?', number: loss, variants: {variants}}}]")


def run(steps: int) -> str:
    return lesson(title=f"'{{run.loss[{steps}]}}'", network=", learning_rate: 0.001")


def wide(size: int) -> str:
    return lesson(layers=f"[{{size: {size}, init: he}}, {{size: 1, init: he}}]")


def graph(formulas: str, input: str = "{x: 2}") -> str:
    return (
        f"title: T\nnetworks:\n  net: {{input: {input}, graph: {{{formulas}}}}}\n"
        "chapters:\n- {id: a, title: A, scene: forward_pass, beats: [{say: Hello.}]}\n"
    )


A_STEP = 1 + 1000 + 2  # of a network of one neuron: its weight, its layer, its neuron for one example
CASES: dict[str, tuple[Callable[[int], str], int, str]] = {
    # for each limit: storyboards with so many, how many there may be, and of what
    "file_bytes": (lambda n: lesson().ljust(n), 300, ""),
    "depth": (nested, 8, ""),
    "problems": (lambda n: lesson("".join(f"key{i}: 1\n" for i in range(n))), 3, ""),
    "name_characters": (lambda n: lesson(layers=f"[{{name: {'n' * n}, weights: 3}}]"), 12, ""),
    "word_characters": (lambda n: lesson(title="a " + "b" * n), 12, ""),
    "text_characters": (lambda n: lesson(title=f"'{'ab ' * n}'"[: n + 1] + "'"), 20, ""),
    "narration_characters": (lambda n: lesson(beats=f"[{{say: Hello.}}, {{say: {'a' * (n - 6)}}}]"), 20, ""),
    "lexicon_words": (lambda n: lesson("lexicon:\n" + "".join(f"  a{i}: b\n" for i in range(n))), 3, ""),
    "study_items": (lambda n: lesson("takeaways:\n" + "- A.\n" * n), 3, "`takeaways`"),
    "question_variants": (questions, 3, ""),
    "chapters": (chapters, 3, ""),
    "beats": (lambda n: lesson(beats="[" + "{say: Hello.}," * n + "]"), 3, ""),
    "beat_cues": (lambda n: lesson(beats="[{do: [" + "draw_network," * n + "]}]"), 3, ""),
    "text_marks": (
        lambda n: lesson(
            beats="[{say: '"
            + "".join(f"[m{i}] a " for i in range(n))
            + "', do: [reveal: {value: x, at: m0}]}]"
        ),
        3,
        "",
    ),
    "list_items": (lambda n: lesson(beats=f"[{{do: [compare: [{'x,' * n}]]}}]"), 3, "`values`"),
    "networks": (networks, 3, ""),
    "layers": (lambda n: lesson(layers="[" + "{weights: 1}," * n + "]"), 3, ""),
    "layer_neurons": (wide, 5, ""),
    "inputs": (
        lambda n: lesson(input=f"{{x: [{'1,' * (n - 1)}], y: 1}}", layers=f"[{{weights: [{'1,' * n}]}}]"),
        5,
        "",
    ),
    "parameters": (lambda n: wide(n // 2), 10, ""),
    "examples": (lambda n: lesson(network=f", data: [{'{x: 1, target: 1},' * n}]"), 3, ""),
    "run_steps": (run, 20, ""),
    "formula_characters": (lambda n: graph(f"f: '{'x'.rjust(n)}'"), 20, ""),
    "formula_depth": (lambda n: graph(f"f: {'(' * n}x{')' * n}"), 3, ""),
    "graph_nodes": (lambda n: graph("".join(f"f{i}: x, " for i in range(n - 1))), 4, ""),
    "graph_numbers": (lambda n: graph("f: sum(v)", f"{{v: [{'1,' * (n - 1)}]}}"), 4, ""),
    "graph_products": (lambda n: graph("f: v @ v", f"{{v: [{'1,' * n}]}}"), 4, ""),
    "operations": (lambda n: run(n // A_STEP - 1), 20 * A_STEP, ""),
}


def messages(text: str, folder: Path) -> list[str]:
    (folder / "lesson.yaml").write_text(text, encoding="utf-8")
    try:
        load(folder / "lesson.yaml", scenes=SCENES)
    except StoryboardError as error:
        return [problem.message for problem in error.problems if not problem.is_warning]
    return []


def test_every_limit_has_a_test() -> None:
    assert {*CASES, *ELSEWHERE, "film_seconds"} == set(vars(Limits()))


@pytest.mark.parametrize("name", CASES)
def test_a_storyboard_may_reach_each_limit_and_is_told_beyond_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, most, what = CASES[name]
    monkeypatch.setenv(VARIABLE, f"{name}={most}")
    got = most + 1
    if name == "operations":
        got = most + A_STEP
    if name == "parameters":
        got = most + 2
    reached = messages(make(most), tmp_path)
    beyond_it = messages(make(got), tmp_path)
    says = beyond(name, got, what)
    assert [message for message in reached if f"(limit `{name}`)" in message] == []
    assert says in beyond_it
    if name not in ("depth", "problems"):  # whose storyboards are full of others
        assert (reached, beyond_it) == ([], [says])


def test_a_film_may_not_be_longer_than_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = lesson(beats="[{do: [draw_network]}, {do: [draw_network]}, {do: [draw_network]}]")
    (tmp_path / "lesson.yaml").write_text(text, encoding="utf-8")
    storyboard = load(tmp_path / "lesson.yaml")
    seconds = plan(storyboard, voice="silent").timeline
    assert seconds.seconds(seconds.frames) > 4
    monkeypatch.setenv(VARIABLE, "film_seconds=4")
    with pytest.raises(StoryboardError, match="5:72: the film would be longer than 4 seconds") as error:
        plan(storyboard, voice="silent")
    assert len(error.value.problems) == 1
