from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from storyreel.core.number_format import shown
from storyreel.engine.equations.calculation import calculation_of
from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame
from storyreel.graphics.maths.equation import Equation, kind_of


def equation_of(experiment: Experiment, name: str) -> Equation:
    calculation = calculation_of(experiment, name)
    return Equation(calculation, experiment.notation, partial(kind_of, experiment.trace), Frame().formula)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("h", "h = 3 × 2 = 6"),
        ("y", "y = 5/6 × 6 = 5"),
        ("loss", "loss = 1/2 · (5 − 3)^2 = 2"),
        ("grad.w2", "grad.w2 = 2 × 6 = 12"),
        ("grad.w1", "grad.w1 = 5/3 × 2 = 10/3"),
        ("next.w1", "next.w1 = 3 − 0.01 × 10/3 ≈ 2.97"),
    ],
)
def test_an_equation_has_the_traces_numbers(chain, name, text):
    assert equation_of(chain, name).text.plain == text


def test_terms_are_bound_to_names_and_keep_their_colour(chain):
    equation = equation_of(chain, "h")
    (weight,) = equation.number_of("w1")
    assert {glyph.fill_color.to_hex() for glyph in weight} == {theme.colour("weight")}
    assert equation.operands == ["w1", "x"]
    assert len(equation.result_number) == len(shown(6.0))


def test_the_parts_of_an_equation_are_all_of_it(chain):
    equation = equation_of(chain, "grad.h")
    parts = (equation.left, equation.symbols, equation.numbers, equation.result)
    glyphs = [glyph for part in parts for glyph in part]
    assert len(glyphs) == len({id(glyph) for glyph in glyphs}) == len(equation.text)


def test_every_equation_of_a_dense_network_fits(dense):
    for quantity in dense.trace.values():
        for name in [quantity.name, f"grad.{quantity.name}"]:
            if quantity.operation.operands and (name == quantity.name or quantity.kind != "loss"):
                equation = equation_of(dense, name)
                assert equation.width <= Frame().formula.width + 1e-6
                assert equation.height <= Frame().formula.height + 1e-6


def test_rounded_numbers_are_not_called_equal(dense):
    assert equation_of(dense, "z1[0]").text.plain.count("≈") == 2


def test_a_rounded_result_of_exact_numbers_is_not_called_equal(chain):
    experiment = replace(chain, inputs=np.array([1 / 7]))
    assert equation_of(experiment, "grad.y").text.plain.startswith("grad.y ≈ ")
