"""The equation of an update in symbols and in numbers: w′ = w − η × ∂L/∂w."""

import math

from storyreel.core.errors import StoryreelError
from storyreel.core.symbol_parts import LEARNING_RATE
from storyreel.engine.experiment import Experiment
from storyreel.engine.operation import GRADIENT, Operation
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.equation import Equation
from storyreel.graphics.text.symbol import NEXT


class UpdateEquation(Equation):
    """The change of the weight or bias `parameter` in the next step of gradient descent.

    Raises StoryreelError where the optimiser uses another rule.
    """

    def __init__(self, experiment: Experiment, parameter: str, area: Area) -> None:
        # Manim copies drawings that it animates, so this one keeps numbers instead of the experiment.
        self.parameter = parameter
        self.learning_rate = experiment.optimizer.learning_rate
        self.updated = experiment.next.number(parameter)
        value, gradient = experiment.trace.number(parameter), experiment.trace.number(GRADIENT + parameter)
        step = self.learning_rate * gradient
        if not math.isclose(self.updated, value - step, rel_tol=1e-9, abs_tol=1e-12):
            raise StoryreelError(
                f"the optimiser of this network does not change {parameter!r} by the learning rate times"
                " its gradient, so this equation does not hold; write `update` without a weight"
            )
        super().__init__(experiment.trace, NEXT + parameter, area)

    @property
    def operation(self) -> Operation:
        """One step of gradient descent."""
        terms = (self.parameter, LEARNING_RATE, GRADIENT + self.parameter)
        return Operation("weighted_sum", terms, "{0} - {1} times {2}")

    def number(self, name: str) -> float:
        """The value of the parameter before or after the step, its gradient, or the learning rate."""
        if name == LEARNING_RATE:
            return self.learning_rate
        if name == self.quantity:
            return self.updated
        return super().number(name)

    def kind(self, name: str) -> str:
        """The kind of quantity by which the theme colours `name`."""
        return "text" if name == LEARNING_RATE else super().kind(name.removeprefix(NEXT))
