"""The forward pass of a graph."""

from manim import Animation, Succession

from storyreel.engine.graph.drawn import parts_of
from storyreel.graphics.maths.equation import Equation
from storyreel.graphics.motion.verbs import appear, run_spark
from storyreel.stage.graphs.graph_animations import GraphAnimations, together


class ForwardAnimations(GraphAnimations):
    """Values flow forward through a graph."""

    def compute(self, value: str) -> Animation | None:
        """The values that a formula uses run to its node, and its own value appears there; below the picture
        is its equation, in symbols and in numbers."""
        picture = self.drawn.picture
        self.progress.require_operands(value)
        self.progress.values.add(value)
        parts = parts_of(self.graph.graph, value)
        steps: list[Animation] = []
        leaving = self.clear_texts()
        equation = self.write_equation(value)
        for part in parts:
            moves = [run_spark(arrow.line, "activation") for _, arrow in picture.arrows_into(part)]
            if part is parts[0] and equation is not None:
                moves += [appear(equation.left), appear(equation.symbols)]
            steps += together(moves)
            if part != value:
                steps += together(self.fill([part]))
        steps += self._result(value, equation)
        return Succession(*leaving, *steps) if leaving or steps else None

    def _result(self, value: str, equation: Equation | None) -> list[Animation]:
        """The numbers of an equation arrive from their nodes, then its result, which flies to its node."""
        if equation is None:
            return together(self.fill([value]))
        steps: list[Animation] = [self.numbers_arrive(equation)]
        steps.append(appear(equation.result))
        if value not in self.drawn.values:
            number = self.drawn.fill(value)
            if number is not None:
                steps.append(self.stage.fly((equation.result_number, number), around=[equation]))
        return steps
