"""The operation that computes a number: its operands by name, and its formula."""

import re
from dataclasses import dataclass
from typing import Literal

OperationKind = Literal["given", "weighted_sum", "activation", "loss", "derivative", "product", "copy"]

GRADIENT = "grad."  # prefix of a quantity's name: the derivative of the loss with respect to it
NEXT = "next."  # prefix of a name: its value after one update

COST = "cost"
COST_GRADIENT = f"{COST}.{GRADIENT}"  # prefix of a weight's or bias's name: the derivative of the cost
GRADIENTS_OF = {"loss": GRADIENT, COST: COST_GRADIENT}
"""The prefix of the names of derivatives, by what they are the derivatives of."""

_SLOT = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Operation:
    """One step of arithmetic, such as `{0} times {1}` on the operands `w1` and `x`.

    `operands` are names in the same trace, a gradient as `grad.h`. `formula` is Typst maths in which `{0}`,
    `{1}`, … stand for the operands: for their symbols, or for their values, negative ones in brackets. A
    `given` number has no operands; `copy` is its one operand unchanged.
    """

    kind: OperationKind
    operands: tuple[str, ...]
    formula: str

    @classmethod
    def of(cls, kind: OperationKind, formula: str) -> "Operation":
        """The operation of a formula that is written with names: `{w1} times {x}`.

        Operands are numbered in the order in which the formula first names them.
        """
        operands = tuple(dict.fromkeys(_SLOT.findall(formula)))
        slots = {name: f"{{{number}}}" for number, name in enumerate(operands)}
        return cls(kind, operands, _SLOT.sub(lambda match: slots[match[1]], formula))


GIVEN = Operation("given", (), "")
