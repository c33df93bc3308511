"""The table of all primitive operations, by name; a formula reaches nothing else.

A new one is a new row. The tests compare every row with central differences and with PyTorch.
"""

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.graph.arithmetic import ARITHMETIC
from storyreel.engine.graph.layers import of_activation, of_loss
from storyreel.engine.graph.matrices import MATRICES
from storyreel.engine.graph.primitive import Primitive
from storyreel.engine.losses import LOSSES

OPERATORS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "^": "power", "@": "matmul"}
"""The operation of each sign between two operands."""

_ROWS = (
    *map(of_activation, ACTIVATIONS.values()),
    *map(of_loss, LOSSES.values()),
    *ARITHMETIC,  # last, as a plug-in must not change what `exp` is
    *MATRICES,
)
PRIMITIVES: dict[str, Primitive] = {row.name: row for row in _ROWS}

FUNCTIONS = tuple(name for name in PRIMITIVES if name not in (*OPERATORS.values(), "negative"))
"""The names that a formula may write before brackets."""
