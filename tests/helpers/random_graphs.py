"""Random graphs as formulas, for tests and for scripts/torch_graph_reference.py: nothing here is storyreel's.

A graph is a function of a seed. Its formulas are made of `TEMPLATES`, and use numbers, vectors of 3, matrices
of 3×3 and images of 4×4 that are given or that formulas above them came to, so most are used more than once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

KINDS: Mapping[str, tuple[int, ...]] = {"n": (), "v": (3,), "m": (3, 3), "i": (4, 4), "k": (2, 2)}
"""The shapes of values, by the letter that their names begin with."""
TEMPLATES: Mapping[str, tuple[tuple[str, ...], str | None]] = {
    # by formula: the kinds of its operands ("e": all of one kind), and the kind of the value (None: that one)
    "0.5 * ({0} + {1})": (("e", "e"), None),
    "{0} - 0.5 * {1}": (("e", "e"), None),
    "{0} * {1} / 2": (("e", "e"), None),
    "{0} / (2 + sin({1}))": (("e", "e"), None),
    "-{0} + {1}": (("e", "n"), None),
    "sin({0} * {1})": (("n", "e"), None),
    "cos({0})": (("e",), None),
    "tanh({0} + {1})": (("e", "e"), None),
    "sigmoid({0})": (("e",), None),
    "relu({0})": (("e",), None),
    "leaky_relu({0})": (("e",), None),
    "gelu({0})": (("e",), None),
    "softplus({0})": (("e",), None),
    "identity({0})": (("e",), None),
    "exp(-{0}^2)": (("e",), None),
    "log(1.5 + {0}^2)": (("e",), None),
    "sqrt(1 + {0}^2)": (("e",), None),
    "({0}^2 + 0.5)^sin({1})": (("e", "e"), None),
    "abs({0})": (("e",), None),
    "max({0}, {1})": (("e", "e"), None),
    "max({0}, {1}, 0.25)": (("e", "n"), None),
    "max({0})": (("v",), "n"),
    "sum({0}) / 3": (("v",), "n"),
    "mean({0})": (("m",), "n"),
    "dot({0}, {1}) / 3": (("v", "v"), "n"),
    "{0}[1]": (("v",), "n"),
    "{0}[2,0]": (("m",), "n"),
    "{0}[1]^3 / (1 + {0}[1]^2)": (("v",), "n"),
    "{0}[1] * {1}": (("m", "n"), "v"),
    "{0} @ {1} / 3": (("m", "v"), "v"),
    "{1} @ {0} / 3": (("m", "v"), "v"),
    "{0} @ transpose({1}) / 3": (("m", "m"), "m"),
    "{0} + {1}": (("m", "v"), "m"),
    "softmax({0})": (("v",), "v"),
    "softmax(2 * {0})": (("m",), "m"),
    "concat({0}, {1}, {2})": (("n", "n", "n"), "v"),
    "mean(concat({0}, {1}, flatten({2})))": (("v", "n", "m"), "n"),
    "conv2d({0}, {1}) / 2": (("i", "k"), "m"),
    "conv2d(tanh({0}), sin({1}))": (("i", "k"), "m"),
    "half_squared_error({0}, {1})": (("v", "v"), "n"),
    "mean_squared_error({0}, {1})": (("v", "v"), "n"),
    "mean_absolute_error({0}, {1})": (("v", "v"), "n"),
    "huber(2 * {0}, {1})": (("v", "v"), "n"),
    "binary_cross_entropy(sigmoid({0}), sigmoid({1}))": (("v", "v"), "n"),
    "categorical_cross_entropy(softmax({0}), softmax({1}))": (("v", "v"), "n"),
    "sum(half_squared_error({0}, {1})) / 3": (("m", "m"), "n"),
}
TO_NUMBERS = {
    "n": "tanh({0})",
    "v": "sum(sin({0}))",
    "m": "mean(cos({0}))",
    "i": "mean({0}^2)",
    "k": "sum({0})",
}
"""What becomes of a value that no formula uses, in the last formula."""


_NODE = re.compile(r"[-+*/^@\[]|[\d.]+(?![\d}\],])|\w\(")


@dataclass(frozen=True)
class RandomGraph:
    """Values that are `given` and `formulas`, by name; `parts` are the formulas' templates and operands.

    The last formula, `out`, is the sum of its parts, as many templates with one operand each.
    """

    given: dict[str, Any]
    formulas: dict[str, str]
    parts: dict[str, list[tuple[str, tuple[str, ...]]]]


def random_graph(seed: int) -> RandomGraph:
    """The graph of a seed; it has at most 60 nodes."""
    random = Random(seed)
    counts = {"n": random.randint(1, 3), "v": random.randint(1, 2), "m": random.randint(0, 1)}
    if random.random() < 0.3:
        counts |= {"i": 1, "k": 1}
    given = {
        f"{kind}{i}": _values(random, KINDS[kind]) for kind, count in counts.items() for i in range(count)
    }
    names, used = list(given), set[str]()
    parts: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    nodes, wanted = 0, random.randint(8, 25)  # of the formulas but the last
    while nodes < wanted:
        found = None
        while found is None:
            found = _formula(random, names)
        template, operands, kind = found
        name = f"{kind}_{len(parts)}"
        nodes += len(_NODE.findall(template))
        parts[name] = [(template, operands)]
        names.append(name)
        used |= set(operands)
    parts["out"] = [(TO_NUMBERS[name[0]], (name,)) for name in names if name not in used]
    formulas = {
        name: " + ".join(template.format(*operands) for template, operands in its)
        for name, its in parts.items()
    }
    return RandomGraph(given, formulas, parts)


def _formula(random: Random, names: list[str]) -> tuple[str, tuple[str, ...], str] | None:
    """A template, its operands and the kind of its value; None if there are no operands that it needs."""
    template = random.choice(list(TEMPLATES))
    kinds, result = TEMPLATES[template]
    any_kind = random.choice([name[0] for name in names if name[0] in "nvm"])
    operands = []
    for kind in kinds:
        fitting = [name for name in names if name[0] == (any_kind if kind == "e" else kind)]
        if not fitting:
            return None
        operands.append(random.choice(fitting))
    return template, tuple(operands), result or any_kind


def _values(random: Random, shape: tuple[int, ...]) -> Any:
    if not shape:
        return round(random.uniform(-1.5, 1.5), 3)
    return [_values(random, shape[1:]) for _ in range(shape[0])]
