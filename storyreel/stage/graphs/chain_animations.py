"""What the cues of scenes of networks with layers do with a graph."""

from manim import Animation, AnimationGroup, Succession

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import RULE
from storyreel.engine.graph.drawn import parts_of
from storyreel.engine.operation import GRADIENT
from storyreel.graphics.motion.verbs import appear, pop, run_spark, vanish
from storyreel.stage.graphs.backward_animations import BackwardAnimations
from storyreel.stage.graphs.graph_animations import together
from storyreel.storyboard.graphs.edges import nodes_between, users_of


class ChainAnimations(BackwardAnimations):
    """The cues that scenes have for networks with layers, for a chapter whose network is a graph."""

    def value(self, name: str) -> Animation:
        """A value is computed, with its equation."""
        return self.compute(name) or Succession()

    def sparks(self, into: str | None) -> Animation:
        """Sparks run into the node of a formula, or through the whole graph, layer by layer."""
        picture, parts = self.drawn.picture, parts_of(self.graph.graph, into) if into else []
        if into and not any(picture.arrows_into(part) for part in parts):
            raise StoryreelError(f"`{into}` is given: nothing flows to it")
        columns = [[part] for part in parts] if into else picture.columns()
        steps = [
            [run_spark(arrow.line, "activation") for name in column for _, arrow in picture.arrows_into(name)]
            for column in columns
        ]
        return Succession(*(AnimationGroup(*moves) for moves in steps if moves))

    def returns(self, to: str) -> Animation:
        """The gradient comes back to a node from all formulas that use it; where there are several, what
        arrives adds up."""
        shown = self.drawn
        is_begun = self.progress.has_begun
        self.progress.receive(to)
        output, steps = self.graph.graph.output, [*self.clear_texts()]
        if not is_begun:
            shown.badges[output] = shown.picture.badge(output)
            steps.append(pop(shown.badges[output]))
        for user in dict.fromkeys(users_of(self.graph, to)):
            on_way = nodes_between(self.graph, to, user)
            parts = [part for part in parts_of(self.graph.graph, user) if part in on_way]
            for part in reversed(parts):
                steps += self._back_through(part, on_way, to, None)
        if len(users_of(self.graph, to)) > 1:
            added = self.add_gradients(to)
            steps += [added] if added is not None else []
        return Succession(*steps)

    def gradient(self, of: str) -> Animation:
        """The equation of a gradient appears, in symbols and in numbers, and the result goes to its node."""
        shown, picture = self.drawn, self.drawn.picture
        self.progress.require_receivable(of)
        leaving, equation = self.clear_texts(), self.write_equation(RULE + GRADIENT + of)
        if equation is None:
            return self.returns(of)
        self.progress.receive(of)
        edges = self.graph.trace[of].passed_back
        gone = [badge for edge, badge in shown.waiting.items() if edge in edges]
        shown.passed |= dict.fromkeys(edges)
        steps: list[Animation] = [
            *leaving,
            AnimationGroup(appear(equation.left), appear(equation.symbols)),
            self.numbers_arrive(equation),
            appear(equation.result),
            *together([*map(vanish, gone)]),
        ]
        if of not in shown.badges:
            shown.badges[of] = badge = picture.badge(of)
            steps.append(self.stage.fly((equation.result_number, badge), around=[equation]))
        return Succession(*steps)
