"""The stage of chapters that calculate numbers, with an equation below the picture."""

from collections.abc import Sequence
from functools import partial

from manim import Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.engine.equations.calculation import calculation_of
from storyreel.engine.trace import Trace
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.equation import Equation, kind_of
from storyreel.graphics.motion.verbs import appear, vanish
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import Value, cue

LEAVING = 0.35
"""The time in which an equation fades out, relative to that in which the next one appears."""


class EquationStage(Stage):
    """A stage with room for an equation below its picture."""

    equation: Equation | None = None
    is_rule_only = False

    @property
    def trace(self) -> Trace:
        """The trace of the chapter's example."""
        return self.experiment.trace

    @cue(seconds=1.2, requires=("equation {value}", "of now {value}"), hides="table")
    def write_rule(self, value: Value) -> Animation:
        """The equation of a number appears below the picture in symbols; `calculate` adds the numbers."""
        leaving = self._equation_vanishes()
        self.equation = equation = self.equation_of(value)
        self.is_rule_only = True
        written = AnimationGroup(appear(equation.left), appear(equation.symbols))
        return Succession(leaving, written) if leaving else written

    def _equation_vanishes(self) -> Animation | None:
        """The equation, or the part of it that is on stage, fades out quickly."""
        before, self.equation = self.equation, None
        if before is None:
            return None
        parts = (before.left, before.symbols) if self.is_rule_only else (before,)
        return AnimationGroup(*(vanish(part) for part in parts), run_time=LEAVING)

    @cue(
        seconds=2.5,
        equation="{value}",
        requires=(
            "network or graph or chain or number line",
            "place {value} if no number line",
            "of now {value}",
        ),
        hides="table",
        shows="{value} if no number line",
    )
    def calculate(self, value: Value) -> Animation:
        """The equation of a number appears below the picture: first in symbols, then in numbers, which fly in
        from the picture; the result flies to its place there. A gradient is named `grad.w1`.

        After `write_rule` for the same number, only the numbers are added.
        """
        is_written = self.equation is not None and self.equation.quantity == value and self.is_rule_only
        rule = [] if is_written else [self.write_rule(value)]
        self.is_rule_only = False
        assert self.equation is not None
        return Succession(*rule, *self._numbers(self.equation))

    @property
    def formula_area(self) -> Area:
        """The room for an equation or a table below the picture."""
        return self.frame.formula

    def equation_of(self, name: str) -> Equation:
        """The equation of the number `name`."""
        experiment = self.experiment
        calculation = calculation_of(experiment, name)
        return Equation(
            calculation, experiment.notation, partial(kind_of, experiment.trace), self.formula_area
        )

    def _numbers(self, equation: Equation) -> list[Animation]:
        """The steps after the symbols: numbers, result, and the result's flight into the picture."""
        terms: list[Animation] = [appear(equation.operators)] if len(equation.operators) else []
        flights: list[tuple[VMobject, VMobject]] = []
        for operand in dict.fromkeys(equation.operands):
            source = self.number_on_stage(operand)
            for term in equation.number_of(operand):
                if source is None:
                    terms.append(appear(term))
                else:
                    flights.append((source, term))
        terms += [self.fly(*flights)] if flights else []
        number = equation.result_number
        sign = VGroup(*(glyph for glyph in equation.result if glyph not in number.submobjects))
        steps = [
            AnimationGroup(*terms) if terms else None,
            AnimationGroup(appear(sign), appear(number)),
            self.take_result(equation.quantity, number),
        ]
        return [step for step in steps if step is not None]

    @cue(seconds=0.6, hides="table")
    def clear_equation(self) -> Animation | None:
        """The equation fades out."""
        return self._equation_vanishes()

    def fly(self, *pairs: tuple[VMobject, VMobject], around: Sequence[VMobject] = ()) -> Animation:
        """Copies fly around the equation, too, whose parts come on stage one after another."""
        return super().fly(*pairs, around=[*around, *([self.equation] if self.equation else [])])

    def number_on_stage(self, name: str) -> VMobject | None:
        """The number `name` in the picture, or None where it is not shown."""
        return None

    def take_result(self, name: str, number: VMobject) -> Animation | None:
        """The animation that puts an equation's result into the picture, or None if it is there already."""
        return None
