"""Formulas as an author writes them: the grammar, and the steps that a formula is computed in.

    sum       product, + product, − product, …
    product   signed, * signed, / signed, @ signed, …        @ is the matrix product
    signed    - signed, or a power
    power     operand, or operand ^ exponent                 2^3^2 is 2^(3^2), and -2^2 is -(2^2)
    operand   a number, a name, name(sum, …), or (sum), each with [index] behind it or not

Nothing of a formula is ever evaluated as code. A parser of our own: it is short, and each fault has a message
that says where it is, what was found, and what may have been meant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from storyreel.core.limits import beyond, limits
from storyreel.engine.graph.primitives import FUNCTIONS, OPERATORS
from storyreel.engine.graph.tokens import FormulaError, Token, tokens_of

OPERAND = "a number, a name or `(`"
_WORDS = ("and", "else", "for", "if", "in", "is", "not", "or")


@dataclass(frozen=True)
class Step:
    """One step of a formula: a number or a name, or the operation `text` of earlier steps, by their numbers.

    An "index" takes the element at `index` of the one step. `column` is that of the name, sign or bracket.
    """

    kind: Literal["number", "name", "operator", "call", "index"]
    text: str
    column: int
    inputs: tuple[int, ...] = ()
    index: tuple[int, ...] = ()


def parsed(formula: str) -> tuple[Step, ...]:
    """The steps of a formula; the last gives its value. Raises FormulaError."""
    if len(formula) > limits().formula_characters:
        raise FormulaError(1, beyond("formula_characters", len(formula)))
    parser = _Parser(tokens_of(formula))
    parser.sum()
    parser.check_end()
    return tuple(parser.steps)


class _Parser:
    """A recursive-descent parser. Each rule appends its steps, and returns the number of the last."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.steps: list[Step] = []
        self._tokens, self._at, self._depth = tokens, 0, 0
        self._open: list[Token] = []

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += token.kind != "end"
        return token

    def _comes(self, *signs: str) -> bool:
        return self._next.kind == "sign" and self._next.text in signs

    def _add(self, step: Step) -> int:
        self.steps.append(step)
        return len(self.steps) - 1

    def _operate(self, token: Token, *inputs: int) -> int:
        name = OPERATORS[token.text] if len(inputs) == 2 else "negative"
        return self._add(Step("operator", name, token.column, inputs))

    def sum(self) -> int:
        total = self._product()
        while self._comes("+", "-"):
            total = self._operate(self._take(), total, self._product())
        return total

    def _product(self) -> int:
        product = self._signed()
        while self._comes("*", "/", "@"):
            product = self._operate(self._take(), product, self._signed())
        return product

    def _signed(self) -> int:
        if not self._comes("-"):
            return self._power()
        minus = self._take()
        if self._next.kind == "number" and self._tokens[self._at + 1].text not in ("^", "["):
            return self._add(Step("number", f"-{self._take().text}", minus.column))
        self._enter(minus)
        negated = self._signed()
        self._depth -= 1
        return self._operate(minus, negated)

    def _power(self) -> int:
        base = self._operand()
        if not self._comes("^"):
            return base
        sign = self._take()
        self._enter(sign)
        exponent = self._signed()
        self._depth -= 1
        return self._operate(sign, base, exponent)

    def _operand(self) -> int:
        token = self._next
        if token.kind == "number":
            operand = self._add(Step("number", self._take().text, token.column))
        elif token.kind == "name":
            operand = self._called(self._take())
        elif self._comes("("):
            self._enter(self._take(), bracket=True)
            operand = self.sum()
            self._close(")")
        else:
            raise self._unexpected(f"where {OPERAND} is needed")
        while self._comes("["):
            operand = self._indexed(operand)
        return operand

    def _called(self, name: Token) -> int:
        if not self._comes("("):
            return self._add(Step("name", name.text, name.column))
        self._enter(self._take(), bracket=True)
        inputs = list[int]()
        while not (self._comes(")") and not inputs):
            inputs.append(self.sum())
            if not self._comes(","):
                break
            self._take()
        self._close(")")
        return self._add(Step("call", name.text, name.column, tuple(inputs)))

    def _indexed(self, whole: int) -> int:
        bracket = self._take()
        self._enter(bracket, bracket=True)
        index = [self._place()]
        while self._comes(","):
            self._take()
            index.append(self._place())
        self._close("]")
        return self._add(Step("index", "", bracket.column, (whole,), tuple(index)))

    def _place(self) -> int:
        token, before = self._next, self._tokens[self._at - 2]
        if before.text in FUNCTIONS:
            raise FormulaError(
                before.column, f"`{before.text}` is a function; did you mean `{before.text}(…)`?"
            )
        if self._comes("-"):
            raise FormulaError(token.column, "an index counts from 0; it cannot be negative")
        if token.kind == "number" and token.text.isdecimal():
            return int(self._take().text)
        raise self._unexpected("where an index, a whole number from 0 on, is needed")

    def _enter(self, token: Token, bracket: bool = False) -> None:
        """One level deeper; Python's own limit of recursion is never reached."""
        self._depth += 1
        if self._depth > limits().formula_depth:
            raise FormulaError(token.column, beyond("formula_depth"))
        if bracket:
            self._open.append(token)

    def _close(self, sign: str) -> None:
        opening = self._open[-1]
        if not self._comes(sign):
            raise self._unexpected(
                f"where `{sign}` is needed; the `{opening.text}` of column {opening.column} is open"
            )
        self._take()
        self._open.pop()
        self._depth -= 1

    def check_end(self) -> None:
        """Raise FormulaError unless all of the formula is read."""
        if self._next.kind != "end":
            raise self._unexpected("after the end of the formula")

    def _unexpected(self, where: str) -> FormulaError:
        """What to say of the next token, which cannot stand there."""
        token, column = self._next, self._next.column
        before = self._tokens[self._at - 1] if self._at else token
        if _ends_operand(before) and (token.kind in ("number", "name") or token.text == "("):
            return _without_sign(before, token)
        if token.text == "," and not self._open:
            after = self._tokens[self._at + 1]
            is_decimal = before.kind == after.kind == "number"
            hint = f"; did you mean `{before.text}.{after.text}`?" if is_decimal else ""
            return FormulaError(column, f"found `,` outside of a function’s brackets{hint}")
        if token.text in (")", "]") and not self._open:
            return FormulaError(column, f"found `{token.text}`, which closes no bracket")
        return FormulaError(column, f"found {token.found}, {where}")


def _ends_operand(token: Token) -> bool:
    return token.kind in ("number", "name") or token.text in (")", "]")


def _without_sign(before: Token, token: Token) -> FormulaError:
    """Two operands side by side: a product without its sign, or a function without its brackets."""
    if token.text in _WORDS:
        return FormulaError(token.column, f"found `{token.text}`, which no formula has")
    meant = f"{before.text} * {token.text}"
    if before.kind == token.kind == "number":
        meant = before.text + token.text
    elif before.text in FUNCTIONS and token.text != "(":
        meant = f"{before.text}({token.text})"
    elif before.kind == "sign":
        meant = f"* {token.text}"
    return FormulaError(token.column, f"found {token.found} after {before.found}; did you mean `{meant}`?")
