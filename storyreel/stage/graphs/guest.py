"""The graph of a chapter whose scene is one of networks with layers, drawn by that scene."""

from collections.abc import Sequence
from typing import Any

from manim import Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.equations.calculation import RULE
from storyreel.engine.graph.drawn import parts_of
from storyreel.engine.operation import GRADIENT
from storyreel.graphics.motion.verbs import appear, pop, run_spark, vanish
from storyreel.stage.graphs.backward_stage import GraphBackwardStage
from storyreel.stage.graphs.graph_stage import together
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import NodeName
from storyreel.storyboard.graphs.progress import nodes_between, users_of


class GraphOfHost(GraphBackwardStage):
    """What a stage shows of its chapter's graph: the cues of the scene `graph`, whose animations the `host`
    plays. It is no scene of its own, and never rendered."""

    def __init__(self, host: Stage) -> None:  # without a camera and a renderer: see the class
        self.host, self.performance, self.frame = host, host.performance, host.frame
        self.focused = ()
        self.setup()

    def fly(self, *pairs: tuple[VMobject, VMobject], around: Sequence[VMobject] = ()) -> Animation:
        """Copies fly on the host's stage."""
        return self.host.fly(*pairs, around=around)

    def add(self, *mobjects: Any) -> "GraphOfHost":
        """Put shapes on the host's stage."""
        self.host.add(*mobjects)
        return self

    def remove(self, *mobjects: Any) -> "GraphOfHost":
        """Take shapes from the host's stage."""
        self.host.remove(*mobjects)
        return self

    def forget(self) -> VGroup:
        """Forget the picture and what was found with it, and return what is on stage."""
        parts = self._all_parts()
        self.setup()
        return parts

    def value(self, name: str) -> Animation:
        """A value is computed, with its equation."""
        return self.compute(NodeName(name)) or Succession()

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
            added = self.add_gradients(NodeName(to))
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
            steps.append(self.fly((equation.result_number, badge), around=[equation]))
        return Succession(*steps)
