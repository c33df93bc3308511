"""Formulas of an author's own on stage: their colours, their numbers, and how they come and leave."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers.lessons import chain, small_graph
from helpers.stage import Cue, graph_played, performance, stage_after

from storyreel.checks.layout_rules import faults
from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.graphics import theme
from storyreel.graphics.maths.author_formula import AuthorFormula
from storyreel.reader import load
from storyreel.rendering.play import watch_beats
from storyreel.stage.stage import Stage

DRAWN: Cue = ("draw_network", {"filled": True, "loss": True})
FORMULA = "h = w_1 times x = {w1|3} times {x|2} = {h|6}"
WRITTEN: Cue = ("write_formula", {"formula": FORMULA})


def formula_on(stage: Any) -> AuthorFormula:
    assert isinstance(stage.formula, AuthorFormula)
    return stage.formula


def colours(stage: Stage) -> dict[str, set[str]]:
    text, found = formula_on(stage).text, dict[str, set[str]]()
    for number, name in enumerate(text.slot_names):
        found.setdefault(name, set()).update(glyph.get_fill_color().to_hex() for glyph in text.slot(number))
    return found


def test_numbers_and_symbols_have_the_colours_of_their_quantities() -> None:
    stage = stage_after("forward_pass", chain(), DRAWN, WRITTEN)
    found = colours(stage)
    for name, kind in (("number:w1", "weight"), ("number:x", "input"), ("number:h", "activation")):
        assert found[name] == {theme.colour(kind)}
    symbols = set().union(*(paints for name, paints in found.items() if name.startswith("symbol:")))
    assert symbols == {theme.colour(kind) for kind in ("weight", "input", "activation")}
    assert formula_on(stage).text.plain == "h = w1 × x = 3 × 2 = 6"


def test_a_derivative_is_a_gradient_and_other_letters_are_text() -> None:
    formula = "(partial L)/(partial w_1) = q + (partial a)/(partial b)"
    stage = stage_after("backward_pass", chain(), DRAWN, ("write_formula", {"formula": formula}))
    text = formula_on(stage).text
    assert [next(iter(text.slot(n))).get_fill_color().to_hex() for n in range(3)] == [
        theme.colour(kind) for kind in ("gradient", "text", "gradient")
    ]


def test_numbers_fly_in_from_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    flown: list[int] = []
    fly = Stage.fly

    def count(stage: Stage, *pairs: Any, around: Any = ()) -> Any:
        flown.append(len(pairs))
        return fly(stage, *pairs, around=around)

    monkeypatch.setattr(Stage, "fly", count)
    stage_after("forward_pass", chain(), DRAWN, WRITTEN)
    assert 3 in flown


def test_a_formula_takes_the_place_of_an_equation_and_leaves_as_one_does() -> None:
    equation: Cue = ("calculate", {"value": "y"})
    for cues in (
        (DRAWN, equation, WRITTEN),
        (DRAWN, WRITTEN, WRITTEN),
    ):
        texts = _texts(stage_after("forward_pass", chain(), *cues))
        assert texts.count("h = w1 × x = 3 × 2 = 6") == 1
        assert not any(text.startswith("y =") for text in texts)
    for last in (equation, ("clear_equation", {}), ("write_rule", {"value": "y"})):
        texts = _texts(stage_after("forward_pass", chain(), DRAWN, WRITTEN, last))
        assert "h = w1 × x = 3 × 2 = 6" not in texts


@pytest.mark.parametrize(
    "scene", ["forward_pass", "backward_pass", "update", "chain_rule", "derivative_tree", "loss"]
)
def test_a_formula_needs_no_picture_and_no_other_text_stays_with_it(scene: str) -> None:
    cues: list[Cue] = [WRITTEN]
    if scene == "chain_rule":
        chain_drawn: Cue = ("draw_chain", {"weight": "w1"})
        cues = [chain_drawn, ("show_derivatives", {}), WRITTEN, ("clear_equation", {}), WRITTEN]
    stage = stage_after(scene, chain(), *cues)
    assert _texts(stage).count("h = w1 × x = 3 × 2 = 6") == 1


def test_a_formula_takes_the_place_of_a_product_below_a_tree() -> None:
    carried: Cue = ("carry_tree", {"derivatives": ("loss", "y", "h")})
    product: Cue = ("multiply", {"of": "w1"})
    texts = _texts(stage_after("derivative_tree", chain(), carried, product, WRITTEN))
    assert "h = w1 × x = 3 × 2 = 6" in texts
    assert texts != _texts(stage_after("derivative_tree", chain(), carried, product, WRITTEN, product))
    again = stage_after("derivative_tree", chain(), carried, WRITTEN, product)
    assert "h = w1 × x = 3 × 2 = 6" not in _texts(again)


def _texts(stage: Stage) -> list[str]:
    return [label.piece.plain for label in Snapshot(stage, is_still=True).labels()]


def test_a_formula_below_a_graph_leaves_with_the_next_equation() -> None:
    graph = small_graph()
    drawn: Cue = ("draw_graph", {})
    name = next(node for node in graph.trace if "/" not in node)
    number = graph.trace.number(name)
    written: Cue = ("write_formula", {"formula": f"{name} = {{{name}|{number:g}}}"})
    texts, stage, wrong = graph_played(graph, drawn, written)
    assert any(text.startswith(f"{name} = ") for text in texts) and wrong == []
    texts, stage, _ = graph_played(graph, drawn, written, ("clear_equation", {}))
    assert not any(text == f"{name} = {number:g}" for text in texts) and stage.formula is None


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_a_long_formula_is_within_its_area_on_lines(aspect: str) -> None:
    formula = (
        "(partial L)/(partial w_1) = (partial L)/(partial y) times (partial y)/(partial h)"
        " times (partial h)/(partial w_1) = {grad.y|2} times {w2|5/6} times {x|2} = {grad.w1|10/3}"
    )
    show = performance("backward_pass", chain(), [DRAWN, ("write_formula", {"formula": formula})])
    stages: list[Stage] = []
    wrong: list[str] = []

    def look(stage: Stage) -> None:
        stages.append(stage)
        wrong.extend(fault.text for fault in faults(Snapshot(stage, is_still=True)))

    watch_beats(replace(show, aspect=aspect), look)
    written, area = formula_on(stages[-1]), stages[-1].formula_area  # type: ignore[attr-defined]
    assert wrong == []
    assert written.width <= area.width + 1e-6 and written.height <= area.height + 1e-6
    heights = [float(term.get_y()) for name in written.numbers for term in written.number_of(name)]
    assert (max(heights) - min(heights) > 0.4) == (aspect != "16:9")
    assert np.isclose(written.get_x(), area.centre[0], atol=0.05)


LESSON = """
title: Digits
networks:
  neuron:
    input: {{x: 2}}
    layers: [{{name: h, weights: 2, activation: sigmoid}}, {{name: y, weights: 1}}]
    target: 0.5
    loss: half_squared_error
chapters:
  - id: a
    title: A
    scene: backward_pass
    beats:
      - do:
          - draw_network: {{loss: true}}
          - write_formula: "{formula}"
"""


def test_numbers_of_a_formula_have_the_digits_with_which_it_holds() -> None:
    formula = "(partial L)/(partial z_1) approx {grad.h} times {h} times ({=1} - {h}) approx {grad.z1}"
    board = load("lesson.yaml", text=LESSON.format(formula=formula))
    few = load("lesson.yaml", text=LESSON.format(formula="{grad.h} + {h} + {grad.z1}"))
    assert few.lookup.text("neuron", "h") == "0.98"
    shown = [board.lookup.text("neuron", name) for name in ("grad.h", "h", "grad.z1")]
    gradient, value, result = map(float, shown)
    unit = 10.0 ** -len(shown[2].partition(".")[2])
    assert len(shown[1]) > len("0.98") and abs(gradient * value * (1 - value) - result) <= unit / 2


def test_a_false_formula_is_refused() -> None:
    with pytest.raises(StoryboardError, match=r"the formula is false: y is 0\.98 and h × 2 is 1\.96"):
        load("lesson.yaml", text=LESSON.format(formula="y = h times {=2}"))
