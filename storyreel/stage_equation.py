"""The stage of chapters that work numbers out: an equation below the picture, its terms taken from it."""

from manim import Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel import layout
from storyreel.cue import Value, cue
from storyreel.drawings.equation import Equation
from storyreel.drawings.motion import appear, fly, vanish
from storyreel.stage import Stage
from storyreel.trace import Trace


class EquationStage(Stage):
    """A stage with room for an equation below its picture."""

    equation: Equation | None = None

    @property
    def trace(self) -> Trace:
        """The trace of the chapter's example."""
        return self.experiment.trace

    @cue(seconds=3.0)
    def calculate(self, value: Value) -> Animation:
        """The equation of a number is written below the picture: first in symbols, then with the numbers,
        which come from where they stand; the result goes where it belongs. A gradient is named `grad.w1`.
        """
        equation = Equation(self.trace, value, layout.FORMULA)
        before, self.equation = self.equation, equation
        terms: list[Animation] = [appear(equation.operators)] if len(equation.operators) else []
        for operand in dict.fromkeys(equation.operands):
            source = self.number_on_stage(operand)
            for term in equation.number_of(operand):
                terms.append(fly(source, term) if source is not None else appear(term))
        number = equation.result_number
        sign = VGroup(*(glyph for glyph in equation.result if glyph not in number.submobjects))
        steps = [
            AnimationGroup(appear(equation.left), appear(equation.symbols)),
            AnimationGroup(*terms) if terms else None,
            AnimationGroup(appear(sign), appear(number)),
            self.take_result(value, number),
        ]
        written = Succession(*(step for step in steps if step is not None))
        return AnimationGroup(vanish(before), written) if before else written

    @cue(seconds=0.6)
    def clear_equation(self) -> Animation | None:
        """The equation fades away."""
        before, self.equation = self.equation, None
        return vanish(before) if before else None

    def number_on_stage(self, name: str) -> VMobject | None:
        """The number called `name` as it stands in the picture, or None where it does not."""
        return None

    def take_result(self, name: str, number: VMobject) -> Animation | None:
        """How the result of an equation gets into the picture, or None where it stands there already."""
        return None
