"""Formulas that authors write: what is read as mathematics, what is refused, and whether they are true."""

import time
from pathlib import Path

import pytest
from helpers.lessons import chain as made_chain

from storyreel.core.errors import Place
from storyreel.core.limits import limits
from storyreel.storyboard.conditions.formulas import has_room_for_formula, is_true_formula
from storyreel.storyboard.formulas.formula_template import formula_template
from storyreel.storyboard.formulas.known_names import is_known
from storyreel.storyboard.formulas.written_formula import (
    FormulaPart,
    arrangements,
    plain_text,
    symbol_names,
    written_formula,
)
from storyreel.storyboard.lookup import Lookup
from storyreel.storyboard.template import Template
from storyreel.storyboard.text_equations import equations_in_formula
from storyreel.storyboard.things import StageContents
from storyreel.storyboard.typst_fonts import set_in_svg
from storyreel.storyboard.vocabulary import scene_types

EXPERIMENTS = {"chain": made_chain()}
LOOKUP = Lookup(EXPERIMENTS)
CHAIN_RULE = "(partial L)/(partial w_1) = (partial L)/(partial y) times (partial y)/(partial h)"


def read(formula: str) -> tuple[Template | None, list[tuple[int, str]]]:
    """The formula as a template, and the problems in it: columns, from 0, and messages."""
    faults: list[tuple[int, str]] = []
    template = formula_template(
        formula,
        lambda offset: Place("lesson.yaml", 1, offset),
        lambda place, message: faults.append((place.column, message)),
        lambda digits: "h",
    )
    return template, faults


def template_of(formula: str) -> Template:
    template, faults = read(formula)
    assert template is not None and faults == []
    return template


def parts_of(formula: str) -> tuple[FormulaPart, ...]:
    filled = LOOKUP.filled("chain", template_of(formula))
    return written_formula(filled, symbol_names(EXPERIMENTS["chain"].trace))


def stage(aspect: str = "16:9") -> StageContents:
    scene = scene_types()["forward_pass"]
    return StageContents(
        scene, "chain", EXPERIMENTS, lambda each: LOOKUP.filled("chain", each), aspect=aspect
    )


@pytest.mark.parametrize(
    "formula",
    [
        'std.read("/etc/passwd")',
        'std.eval("1")',
        'x std . read("/etc/passwd")',
        '#read("/etc/passwd")',
        '"a" #read("/etc/passwd")',
        '#import "/etc/passwd": *',
        '#eval("while true {}")',
        "#while true {}",
        "$ #read $",
        'x $#read("/etc/passwd")$',
        'eval("1 + 1")',
        'read("/etc/passwd")',
        'op.with("x")',
        'text(fill: red, "x")',
        'plugin("x")',
        'image("x.png")',
        'equation(block: true, "x")',
        "sys.inputs",
        "x // y",
        "x /* y */",
        "{w1}std.sys",
        "2std.sys",
        r"\std.read",
        r"\x",
        r"\{w1} x",
        r"x \w_1",
        "y \\{{x}}",
        "{{std.read}}",
        "x_std.read(1)",
    ],
)
def test_a_formula_runs_nothing_and_reads_nothing(formula: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def typeset(source: str) -> bytes:
        raise AssertionError(f"Typst saw {source}")

    monkeypatch.setattr("storyreel.storyboard.formulas.formula_template.set_in_svg", typeset)
    template, faults = read(formula)
    assert template is None and faults


@pytest.mark.parametrize(
    "name",
    ["std", "read", "eval", "plugin", "text", "equation", "control", "gender", "sys", "image", "class"],
)
def test_names_that_reach_code_are_not_known(name: str) -> None:
    assert not is_known(name)


@pytest.mark.parametrize(
    "formula", ["√" * 400 + "x", "x^" * 200 + "x", "(" * 200 + "x" + ")" * 200, "a/" * 200 + "b"]
)
def test_a_formula_that_is_too_deep_is_refused_before_typst_sees_it(formula: str) -> None:
    start = time.process_time()
    template, faults = read(formula)
    assert template is None and f"{limits().formula_depth} levels deep" in faults[0][1]
    assert time.process_time() - start < 2


def test_a_long_formula_is_refused() -> None:
    assert "at most 500 characters" in read("x + " * 300 + "x")[1][0][1]


@pytest.mark.parametrize(
    ("formula", "column", "message"),
    [
        ("x^", 1, "expected expression"),
        ("h = x + frac({=1})", 8, "missing argument"),
        ("a +\nb^", 5, "expected expression"),
        ("{w1} + x^", 8, "expected expression"),
        ("sqrt(x", 4, "unclosed delimiter"),
        ("h = {w1", 4, "`{` is never closed"),
        ("h = w1 x", 4, "for the symbol write w_1, for the number {w1}"),
        ("h = 3 x", 4, "digit written by hand: `3`"),
        ("h = sgima(z)", 4, "did you mean `sigma`?"),
        ('h = "a', 4, "is never closed"),
        ("h = {}", 4, "the braces are empty"),
        ("h = {w1:x}", 4, "`x` is not a format"),
        ("", 0, "the formula is empty"),
    ],
)
def test_a_mistake_is_found_in_its_place(formula: str, column: int, message: str) -> None:
    template, faults = read(formula)
    assert template is None
    assert [(column, True)] == [(place, message in text) for place, text in faults], faults


@pytest.mark.parametrize(
    ("formula", "plain"),
    [
        ("h = w_1 times x = {w1} times {x} = {h}", "h = w1 × x = 3 × 2 = 6"),
        ("L = {=1}/{=2} (y - t)^{=2} = {loss}", "loss = 1/2 (y − target)^2 = 2"),
        (CHAIN_RULE + " dots.c", "grad.w1 = grad.y × (∂y)/(∂h) ⋯"),
        ("w_1' = w_1 - eta (partial L)/(partial w_1)", "next.w1 = w1 − learning_rate grad.w1"),
        ('a_("out") + alpha_1 "loss of" {{x}}', "a_(out) + alpha_1 loss of {x}"),
        ("{grad.w1} times {w2}", "10/3 × 5/6"),
    ],
)
def test_symbols_and_numbers_are_told_by_name(formula: str, plain: str) -> None:
    assert plain_text(parts_of(formula)) == plain


def test_the_layer_above_a_symbol_is_a_part_of_its_name_and_a_power_is_not() -> None:
    assert read("(partial L)/(partial w_11^((1))) = {h}")[1] == []
    assert [message for _, message in read("w^(1) = {h}")[1]] != []


def test_digits_of_subscripts_are_names() -> None:
    assert read("w_1 + W_(2 1) + a_12")[1] == []


def test_a_negative_number_is_in_brackets_after_a_sign() -> None:
    names = symbol_names(["w1"])
    parts = written_formula("{w1|−3} + {w1|−3} + {w1|5/6}^{=2} + ({w1|−3})", names)
    assert plain_text(parts) == "−3 + (−3) + (5/6)^2 + (−3)"


def test_a_formula_of_several_sides_may_be_broken_into_lines() -> None:
    def plain(part: FormulaPart) -> str:
        return part.maths

    whole, lines = arrangements(parts_of("h = w_1 times x = {h}"), plain)
    assert whole.count("\\") == 0 and lines.count("\\ &=") == 1
    assert len(arrangements(parts_of("h = {h}"), plain)) == 1
    assert len(arrangements(parts_of("h &= w_1 x \\\n &= {h}"), plain)) == 1
    for each in (whole, lines):
        set_in_svg(f"$ {each} $")


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        ("h = w_1 times x", ""),
        ("h = {w1} times {x} = {h}", ""),
        ("L = {=1}/{=2} (y - t)^{=2}", ""),
        ("(partial L)/(partial w_1) = {grad.y} times {w2} times {x}", ""),
        ("w_1' = w_1 - eta (partial L)/(partial w_1)", ""),
        ("y = w_1 times x", "y is 5 and w1 × x is 6"),
        ("L = (y - t)^{=2}", "loss is 2 and (y − target)^2 is 4"),
        ("w_1 = {w2}", "w1 is 3 not 5/6"),
        ("w_1 = w_1 - eta (partial L)/(partial w_1)", "w1 is 3 and"),
        ("sigma(z) = q + h", ""),
        ("C = sum_i L", ""),
    ],
)
def test_sides_that_can_be_computed_have_to_be_equal(formula: str, fault: str) -> None:
    found = is_true_formula(stage(), template_of(formula))
    assert (found is None) == (fault == "") and fault in (found or ""), found


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_a_formula_has_to_fit_below_the_picture(aspect: str) -> None:
    contents = stage(aspect)
    assert has_room_for_formula(contents, template_of("h = w_1 times x = {w1} times {x} = {h}")) is None
    long = template_of(" + ".join("abcdefgh" * 15))
    assert "has no room" in (has_room_for_formula(contents, long) or "")


def test_equations_in_numbers_are_found_with_their_rule() -> None:
    (found,) = equations_in_formula("h &= w_1 x \\ &= {w1} times ({=1} - {x:.2f}) approx {h}")
    assert found.formula == "{0} times (1 - {1})" and found.result.name == "h"
    assert [(slot.name, slot.spec) for slot in found.operands] == [("w1", ""), ("x", ".2f")]
    assert list(equations_in_formula("h = {h}")) == list(equations_in_formula("{h} = w_1 x")) == []


def test_a_formula_with_many_names_is_quick() -> None:
    start = time.process_time()
    for number in range(20):
        read(f"alpha_{number} + beta")
    assert time.process_time() - start < 4


def test_no_file_beside_a_storyboard_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    assert read(f'std.read("{tmp_path / "secret.txt"}")')[0] is None
