"""The stage of chapters that calculate numbers, with an equation below the picture."""

from collections.abc import Sequence
from functools import partial

from manim import LEFT, RIGHT, UP, Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import calculation_of
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.maths.equation import Equation, kind_of
from storyreel.graphics.maths.number_remark import NumberRemark
from storyreel.graphics.motion.verbs import appear, change, ease_travel, vanish
from storyreel.stage.formulas.formula_stage import FormulaStage
from storyreel.stage.stage import few_words
from storyreel.storyboard.cue import Text, Value, cue

LEAVING = 0.35
"""The time in which an equation fades out, relative to that in which the next one appears."""

MAKES_ROOM, LEAST_MOVE = 0.5, 0.05
"""The time in which a rule in symbols makes room for numbers, relative to that in which they come; and the
Manim units that are too few to move."""

LONGEST_BELOW, ROOMY = 8.3, 9.0
"""The largest width, in em, of the words below a number; the width of an area, in Manim units, from which on
they are as large as labels."""


class EquationStage(FormulaStage):
    """A stage with room for an equation below its picture."""

    equation: Equation | None = None
    is_rule_only = False
    off_place = 0.0
    """Manim units by which the rule in symbols is to the right of its place in the whole equation."""
    written: tuple[str, ...] = ()
    """The operands whose numbers `write_number` has put into the equation."""
    signs: tuple[VMobject, ...] = ()
    """The signs before these numbers."""
    remarks_below: tuple[NumberRemark, ...] = ()
    """The words below these numbers."""

    @property
    def trace(self) -> Trace:
        """The trace of the chapter's example."""
        return self.experiment.trace

    @cue(seconds=1.2, requires=("a network", "equation {value}", "of now {value}"), hides="table")
    def write_rule(self, value: Value) -> Animation:
        """The equation of a number appears in symbols, in the middle below the picture; it makes room for the
        numbers that `calculate` adds."""
        return self.rule_appears(value)

    def rule_appears(self, name: str, is_alone: bool = True) -> Animation:
        """The equation of what `calculation_of` knows by a name appears in symbols, in place of another: in
        the middle if it `is_alone`, else where its numbers have room beside it."""
        leaving = self._equation_vanishes()
        self.equation = equation = self.equation_of(name)
        self.is_rule_only = True
        if is_alone:
            rule = VGroup(equation.left, equation.symbols)
            self.off_place = float(equation.get_x() - rule.get_x())
            rule.shift(self.off_place * RIGHT)
        written = AnimationGroup(appear(equation.left), appear(equation.symbols))
        return Succession(leaving, written) if leaving else written

    def _rule_makes_room(self) -> list[Animation]:
        """The rule in symbols, if it stands in the middle, moves to its place in the whole equation."""
        equation, off_place, self.off_place = self.equation, self.off_place, 0.0
        if equation is None or abs(off_place) < LEAST_MOVE:
            return []
        rule = VGroup(*equation.left, *equation.symbols)
        move = change(rule, ease_travel).shift(off_place * LEFT).build()
        move.run_time = MAKES_ROOM
        return [move]

    def _equation_vanishes(self) -> Animation | None:
        """The equation, or the part of it that is on stage, fades out quickly."""
        before, self.equation, self.off_place = self.equation, None, 0.0
        parts = [*self.formula_parts()]
        if before is not None:
            parts += [before.left, before.symbols] if self.is_rule_only else [before]
        if before is not None and self.is_rule_only:
            parts += [number for operand in self.written for number in before.number_of(operand)]
            parts += self.signs
        parts += self.remarks_below
        self.written = self.signs = self.remarks_below = ()
        if not parts:
            return None
        return AnimationGroup(*(vanish(part) for part in parts), run_time=LEAVING)

    @cue(
        seconds=2.5,
        equation="{value}",
        requires=(
            "network or graph or chain or number line or tree",
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
        rule = self._rule_beside_numbers(value)
        self.is_rule_only = False
        assert self.equation is not None
        return Succession(*rule, *self._numbers(self.equation))

    @cue(
        seconds=1.5,
        requires=(
            "a network",
            "network or graph or chain or number line or tree",
            "equation {of}",
            "of now {of}",
            "term {number, of}",
            "{text} fits 3.5 at 0.42",
        ),
        hides="table",
    )
    def write_number(self, of: Value, number: Value, text: Text | None = None) -> Animation:
        """A number of the equation of `of` flies to its place in it from the picture, and a few words appear
        below it; `calculate` adds the numbers that are left."""
        rule = self._rule_beside_numbers(of, is_above_words=text is not None)
        assert self.equation is not None
        if number not in self.equation.operands:
            raise StoryreelError(f"there is no `{number}` in the equation of `{of}`")
        flights, terms = self._terms_arrive(self.equation, [number])
        signs = self._signs_before(self.equation, number)
        self.written, self.signs = (*self.written, number), (*self.signs, *signs)
        terms += map(appear, signs)
        below: list[Animation] = []
        if text is not None:
            remark = self._remark_below(self.equation, number, text)
            self.remarks_below = (*self.remarks_below, remark)
            below.append(appear(remark, from_above=0.1))
        arrival = AnimationGroup(*terms, *([self.fly(*flights)] if flights else []), *below)
        return Succession(*rule, arrival) if rule else arrival

    def _signs_before(self, equation: Equation, operand: str) -> list[VMobject]:
        """The signs between the rule in symbols and the number of an operand that are not on stage yet."""
        glyphs = list(equation.text)
        first = min(glyphs.index(glyph) for glyph in equation.number_of(operand)[0])
        signs = (glyph for glyph in equation.operators if glyph not in self.signs)
        return [glyph for glyph in signs if glyphs.index(glyph) < first]

    def _rule_beside_numbers(self, name: str, is_above_words: bool = False) -> list[Animation]:
        """The rule of a number appears, or makes room if it is on stage already, without its result; at the
        top of its area if it `is_above_words`."""
        if self.equation is not None and self.equation.quantity == name and self.is_rule_only:
            return self._rule_makes_room()
        arrival = self.rule_appears(name, is_alone=False)
        if is_above_words and self.equation is not None:
            self._put_at_top(self.equation)
        return [arrival]

    def _remark_below(self, equation: Equation, operand: str, text: str) -> NumberRemark:
        """Words below the number of an operand, clear of those below others."""
        number = equation.number_of(operand)[0]
        em = theme.SIZES.label if self.formula_area.width >= ROOMY else theme.SIZES.body
        words = few_words(text, LONGEST_BELOW * em, number[0].get_fill_color().to_hex(), em)
        numbers = [one for name in dict.fromkeys(equation.operands) for one in equation.number_of(name)]
        return NumberRemark(number, words, numbers, equation.text, self.formula_area)

    def equation_leaves(self) -> Animation | None:
        """The equation or formula below the picture fades out."""
        return self._equation_vanishes()

    def equation_of(self, name: str) -> Equation:
        """The equation of the number `name`."""
        experiment = self.experiment
        calculation = calculation_of(experiment, name)
        kinds = partial(kind_of, experiment.trace)
        equation = Equation(calculation, experiment.notation, kinds, self.formula_area, self.formula_em)
        if self.formula_em > theme.SIZES.formula:  # there is room for words below it
            self._put_at_top(equation)
        return equation

    def _put_at_top(self, equation: Equation) -> None:
        equation.shift(max(0.0, self.formula_area.top - equation.get_top()[1]) * UP)

    def _numbers(self, equation: Equation) -> list[Animation]:
        """The steps after the symbols: numbers, result, and the result's flight into the picture."""
        left = [operand for operand in dict.fromkeys(equation.operands) if operand not in self.written]
        flights, terms = self._terms_arrive(equation, left)
        signs = [glyph for glyph in equation.operators if glyph not in self.signs]
        if signs:
            terms.insert(0, appear(VGroup(*signs)))
        terms += [self.fly(*flights)] if flights else []
        number = equation.result_number
        sign = VGroup(*(glyph for glyph in equation.result if glyph not in number.submobjects))
        steps = [
            AnimationGroup(*terms) if terms else None,
            AnimationGroup(appear(sign), appear(number)),
            self.take_result(equation.quantity, number),
        ]
        return [step for step in steps if step is not None]

    def _terms_arrive(
        self, equation: Equation, operands: Sequence[str]
    ) -> tuple[list[tuple[VMobject, VMobject]], list[Animation]]:
        """The flights to the numbers of operands that are in the picture, and the animations in which the
        others appear."""
        flights: list[tuple[VMobject, VMobject]] = []
        others: list[Animation] = []
        for operand in operands:
            source = self.number_on_stage(operand)
            for term in equation.number_of(operand):
                if source is None:
                    others.append(appear(term))
                else:
                    flights.append((source, term))
        return flights, others

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
