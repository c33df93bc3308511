"""Bad formulas, each beside the column and the message that it gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyreel.core.limits import VARIABLE
from storyreel.engine.graph.builder import GraphError, graph_of
from storyreel.engine.graph.formula import parsed
from storyreel.engine.graph.tokens import FormulaError

GIVEN = {"x": (), "y": (), "rate": (), "v": (3,), "w": (2,), "W": (2, 3), "image": (5, 5)}
"""Numbers, two vectors, a matrix and an image; `h` is a formula above the bad one, `later` one below it."""

BAD: dict[str, tuple[int, str]] = {
    "": (1, "found the end of the formula, where a number, a name or `(` is needed"),
    "   ": (1, "found the end of the formula, where a number, a name or `(` is needed"),
    "x +": (4, "found the end of the formula, where a number, a name or `(` is needed"),
    "x + * y": (5, "found `*`, where a number, a name or `(` is needed"),
    "* x": (1, "found `*`, where a number, a name or `(` is needed"),
    "x y": (3, "found `y` after `x`; did you mean `x * y`?"),
    "2x": (2, "found `x` after `2`; did you mean `2 * x`?"),
    "2 (x + y)": (3, "found `(` after `2`; did you mean `2 * (`?"),
    "(x + y) (x - y)": (9, "found `(` after `)`; did you mean `* (`?"),
    "(x + y) x": (9, "found `x` after `)`; did you mean `* x`?"),
    "v[0] x": (6, "found `x` after `]`; did you mean `* x`?"),
    "x 2": (3, "found `2` after `x`; did you mean `x * 2`?"),
    "tanh x": (6, "found `x` after `tanh`; did you mean `tanh(x)`?"),
    "tanh": (1, "`tanh` is a function; did you mean `tanh(…)`?"),
    "relu y + 1": (6, "found `y` after `relu`; did you mean `relu(y)`?"),
    "(x + y": (7, "found the end of the formula, where `)` is needed; the `(` of column 1 is open"),
    "((x + y)": (9, "found the end of the formula, where `)` is needed; the `(` of column 1 is open"),
    "tanh(x": (7, "found the end of the formula, where `)` is needed; the `(` of column 5 is open"),
    "x)": (2, "found `)`, which closes no bracket"),
    "tanh(x))": (8, "found `)`, which closes no bracket"),
    "v[0": (4, "found the end of the formula, where `]` is needed; the `[` of column 2 is open"),
    "v]": (2, "found `]`, which closes no bracket"),
    "v[0)": (4, "found `)`, where `]` is needed; the `[` of column 2 is open"),
    "tanh[x]": (1, "`tanh` is a function; did you mean `tanh(…)`?"),
    "v[x]": (3, "found `x`, where an index, a whole number from 0 on, is needed"),
    "v[-1]": (3, "an index counts from 0; it cannot be negative"),
    "v[1.5]": (3, "found `1.5`, where an index, a whole number from 0 on, is needed"),
    "v[]": (3, "found `]`, where an index, a whole number from 0 on, is needed"),
    "v[0:2]": (4, "found `:`, which no formula has"),
    "v[3]": (2, "an index here counts from 0 to 2, as this is a vector of 3"),
    "v[0,1]": (2, "a vector of 3 has 1 index, not 2"),
    "x[0]": (2, "a number has no index"),
    "W[2,0]": (2, "an index here counts from 0 to 1, as this is a 2×3 matrix"),
    "W[0,3]": (2, "an index here counts from 0 to 2, as this is a 2×3 matrix"),
    "W[0,0,0]": (2, "a 2×3 matrix has 2 indices, not 3"),
    "x ** 2": (3, "found `**`; did you mean `^`?"),
    "x // 2": (3, "found `//`; did you mean `/`?"),
    "x = y": (3, "found `=`; write only what stands on its right; the name is before the colon"),
    "x == y": (3, "found `==`; a formula has no comparisons"),
    "x > y": (3, "found `>`; a formula has no comparisons"),
    "x % 2": (3, "found `%`; did you mean `/`?"),
    "x & y": (3, "found `&`, which no formula has"),
    "!x": (1, "found `!`, which no formula has"),
    "{x}": (1, "found `{`; did you mean `(`?"),
    "(x)²": (4, "`²` is no name; did you mean `^2`?"),
    "٣ * x": (1, "found `٣`, which no formula has"),
    "x²": (1, "`x²` is no name; did you mean `x^2`?"),
    "x² + y": (1, "`x²` is no name; did you mean `x^2`?"),
    "√x": (1, "found `√`; did you mean `sqrt(x)`?"),
    "∑v": (1, "found `∑`; did you mean `sum(x)`?"),
    "π * x": (1, "no number named `π`; did you mean `3.141592653589793`?"),
    "x.y": (2, "found `.`, which stands only within numbers"),
    "np.exp(x)": (3, "found `.`, which stands only within numbers; did you mean `exp(…)`?"),
    "|x|": (1, "found `|`; did you mean `abs(x)`?"),
    "x – y": (3, "found `–`; did you mean `-`?"),
    "x ≤ y": (3, "found `≤`; a formula has no comparisons"),
    "min(x, y)": (1, "no function named `min`; did you mean `-max(-x, -y)`?"),
    "W.T": (2, "found `.`, which stands only within numbers; did you mean `transpose(…)`?"),
    "v.sum()": (2, "found `.`, which stands only within numbers"),
    ".5 * x": (1, "found `.`; a number has a digit before its point, as in 0.5"),
    "5. * x": (1, "`5.` is no number; write 5, or digits behind its point"),
    "1.2.3": (1, "`1.2.` is no number; write 1.2, or digits behind its point"),
    "1e999": (1, "`1e999` is larger than a computer can tell"),
    "0,5 * x": (2, "found `,` outside of a function’s brackets; did you mean `0.5`?"),
    "x, y": (2, "found `,` outside of a function’s brackets"),
    "1 000": (3, "found `000` after `1`; did you mean `1000`?"),
    "3e * x": (2, "found `e` after `3`; did you mean `3 * e`?"),
    "_x": (1, "found `_`; a name begins with a letter"),
    "__import__('os')": (1, "found `_`; a name begins with a letter"),
    "().__class__": (3, "found `.`, which stands only within numbers"),
    '"x"': (1, 'found `"`; a name stands without quotes'),
    "lambda: x": (7, "found `:`, which no formula has"),
    "x; y": (2, "found `;`, which no formula has"),
    "x if y else 0": (3, "found `if`, which no formula has"),
    "xx": (1, "no number named `xx`; did you mean `x`?"),
    "X": (1, "no number named `X`; did you mean `x`?"),
    "rat * x": (1, "no number named `rat`; did you mean `rate`?"),
    "Rate": (1, "no number named `Rate`; did you mean `rate`?"),
    "v0": (1, "no number named `v0`; did you mean `v`?"),
    "f": (1, "`f` uses itself; a formula uses only what is above it"),
    "later": (1, "`later` is below this formula; move it above"),
    "f + 1": (1, "`f` uses itself; a formula uses only what is above it"),
    "grad.x": (5, "found `.`, which stands only within numbers"),
    "ln(x)": (1, "no function named `ln`; did you mean `log`?"),
    "tan(x)": (1, "no function named `tan`; did you mean `tanh`?"),
    "pow(x, 2)": (1, "no function named `pow`; did you mean `^`?"),
    "add(x, y)": (1, "no function named `add`; did you mean `+`?"),
    "sigmiod(x)": (1, "no function named `sigmiod`; did you mean `sigmoid`?"),
    "Relu(x)": (1, "no function named `Relu`; did you mean `relu`?"),
    "mse(x, y)": (1, "no function named `mse`; did you mean `mean_squared_error`?"),
    "cross_entropy(v, v)": (
        1,
        "no function named `cross_entropy`; did you mean `categorical_cross_entropy`?",
    ),
    "bce(x, y)": (1, "no function named `bce`; did you mean `binary_cross_entropy`?"),
    "linear(x)": (1, "no function named `linear`; did you mean `identity`?"),
    "eval(x)": (1, "no function named `eval`"),
    "x(y)": (1, "`x` is no function; did you mean `x * (…)`?"),
    "x (y + 1)": (1, "`x` is no function; did you mean `x * (…)`?"),
    "softmaxx(v)": (1, "no function named `softmaxx`; did you mean `softmax`?"),
    "tanh()": (1, "`tanh` takes 1 argument, not 0"),
    "tanh(x, y)": (1, "`tanh` takes 1 argument, not 2"),
    "max()": (1, "`max` takes 1 argument or more, not 0"),
    "dot(v)": (1, "`dot` takes 2 arguments, not 1"),
    "sum(x, y)": (1, "`sum` takes 1 argument, not 2"),
    "tanh(x,)": (8, "found `)`, where a number, a name or `(` is needed"),
    "max(,x)": (5, "found `,`, where a number, a name or `(` is needed"),
    "v + w": (3, "`+`: a vector of 3 and a vector of 2 do not fit together"),
    "W * w": (3, "`*`: a 2×3 matrix and a vector of 2 do not fit together"),
    "x @ y": (3, "`@`: a number has no matrix product; did you mean `*`?"),
    "W @ w": (3, "`@`: a 2×3 matrix and a vector of 2 do not fit together"),
    "v @ W": (3, "`@`: a vector of 3 and a 2×3 matrix do not fit together; did you mean `@ transpose(…)`?"),
    "W @ W": (3, "`@`: a 2×3 matrix and a 2×3 matrix do not fit together; did you mean `@ transpose(…)`?"),
    "dot(v, w)": (1, "`dot`: it needs two vectors of one size, not a vector of 3 and a vector of 2"),
    "dot(x, y)": (1, "`dot`: it needs two vectors of one size, not a number and a number"),
    "dot(W, v)": (
        1,
        "`dot`: it needs two vectors of one size, not a 2×3 matrix and a vector of 3; did you mean `@`?",
    ),
    "transpose(v)": (1, "`transpose`: it needs a matrix, not a vector of 3"),
    "concat(v, W)": (1, "`concat`: a vector of 3 and a 2×3 matrix differ in more than their first size"),
    "conv2d(image, v)": (
        1,
        "`conv2d`: an image and a kernel are rows×columns, or channels×rows×columns and"
        " outputs×channels×rows×columns; these are a 5×5 matrix and a vector of 3",
    ),
    "conv2d(W, image)": (1, "`conv2d`: the kernel, a 5×5 matrix, is larger than the image, a 2×3 matrix"),
    "mean_squared_error(v, w)": (
        1,
        "`mean_squared_error`: predictions and targets differ: a vector of 3 and a vector of 2",
    ),
    "--------------------------------x": (
        31,
        "a formula has brackets, signs and powers at most 30 levels deep (limit `formula_depth`)",
    ),
    "+x": (1, "found `+`, where a number, a name or `(` is needed"),
    "x + +y": (5, "found `+`, where a number, a name or `(` is needed"),
}
TOO_COSTLY: dict[str, tuple[int, str]] = {
    "(" * 31 + "x" + ")" * 31: (31, "a formula has brackets, signs and powers at most 30 levels deep"),
    "tanh(" * 31 + "x" + ")" * 31: (155, "a formula has brackets, signs and powers at most 30 levels deep"),
    "-" * 31 + "x": (31, "a formula has brackets, signs and powers at most 30 levels deep"),
    "2^" * 31 + "x": (62, "a formula has brackets, signs and powers at most 30 levels deep"),
    "x + " * 125 + "x": (1, "a formula has at most 500 characters, not 501"),
}
LIMITS = {"levels deep": "formula_depth", "characters": "formula_characters"}


def fault_of(formula: str) -> FormulaError:
    with pytest.raises(GraphError) as caught:
        graph_of(GIVEN, {"h": "x", "f": formula, "later": "x"})
    assert list(caught.value.faults) == ["f"]
    return caught.value.faults["f"]


@pytest.mark.parametrize("formula", BAD)
def test_a_bad_formula_has_its_message_and_its_column(formula: str) -> None:
    fault = fault_of(formula)
    assert (fault.column, fault.message) == BAD[formula]


def test_there_are_bad_formulas_enough() -> None:
    assert len(BAD) >= 100


@pytest.mark.parametrize("formula", TOO_COSTLY)
def test_a_formula_may_not_cost_too_much(formula: str) -> None:
    (column, message), fault = TOO_COSTLY[formula], fault_of(formula)
    limit = next(name for words, name in LIMITS.items() if words in message)
    assert (fault.column, fault.message) == (column, f"{message} (limit `{limit}`)")


def test_a_graph_has_a_limit_of_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "graph_nodes=9")
    graph_of({"x": ()}, {"f": "x + x + x + x + x + x + x + x + x"})
    with pytest.raises(GraphError) as caught:
        graph_of({"x": ()}, {"f": "x + x + x + x + x + x + x + x", "g": "-f + f"})
    fault = caught.value.faults["g"]
    assert str(fault) == "column 4: a graph has at most 9 nodes, not 10 (limit `graph_nodes`)"


def test_numbers_that_double_with_every_formula_end_at_a_limit() -> None:
    formulas = {f"v{k + 1}": f"concat(v{k}, v{k})" for k in range(60)}
    with pytest.raises(GraphError) as caught:
        graph_of({"v0": (10,)}, formulas)
    (name,) = caught.value.faults  # the formulas below it are not reported for what is not theirs
    assert name == "v13"
    assert str(caught.value.faults[name]) == (
        "column 1: the nodes of a graph have at most 100,000 numbers together, not 163,830"
        " (limit `graph_numbers`)"
    )


@pytest.mark.parametrize(("shape", "what"), [((3,), "a vector of 3"), ((2, 3), "a 2×3 matrix")])
def test_the_last_formula_is_a_number(shape: tuple[int, ...], what: str) -> None:
    with pytest.raises(GraphError) as caught:
        graph_of({"v": shape}, {"f": "tanh(v)"})
    message = f"the last formula must be a number, and this is {what}; did you mean `sum(…)`?"
    assert str(caught.value.faults["f"]) == f"column 1: {message}"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("tanh", "`tanh` is the name of a function; give the formula another name"),
        ("x", "the name `x` is already taken"),
    ],
)
def test_a_name_that_is_taken_is_no_name_of_a_formula(name: str, message: str) -> None:
    with pytest.raises(GraphError) as caught:
        graph_of({"x": ()}, {name: "x + 1", "f": "x"})
    assert (caught.value.faults[name].column, str(caught.value.faults[name])) == (0, message)


def test_all_faults_are_told_at_once_and_none_twice() -> None:
    with pytest.raises(GraphError) as caught:
        graph_of({"x": ()}, {"a": "x +", "b": "a * 2", "c": "tnah(x)", "d": "b + c"})
    assert str(caught.value).splitlines() == [
        "a: column 4: found the end of the formula, where a number, a name or `(` is needed",
        "c: column 1: no function named `tnah`; did you mean `tanh`?",
    ]


def test_a_formula_with_a_fault_that_is_known_already_is_not_reported() -> None:
    with pytest.raises(GraphError) as caught:
        graph_of({"x": ()}, {"a": None, "b": "a + x", "c": "x +", "d": "b"})
    assert list(caught.value.faults) == ["c"]


def test_a_graph_needs_a_formula() -> None:
    with pytest.raises(ValueError, match="a graph needs a formula"):
        graph_of({"x": ()}, {})


@given(st.text(alphabet="xyvW()[]+-*/^@,.0123456789 ²_{}'\"é√=tanh", max_size=60))
def test_any_text_is_a_formula_or_has_a_fault_within_it(text: str) -> None:
    try:
        parsed(text)
    except FormulaError as fault:
        assert 1 <= fault.column <= len(text) + 1
        assert fault.message
