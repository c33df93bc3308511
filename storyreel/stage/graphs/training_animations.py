"""Training of a graph: a batch of examples, an update of its parameters, and many steps."""

from dataclasses import replace

import numpy as np
from manim import (
    Animation,
    AnimationGroup,
    FadeOut,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.core.errors import StoryreelError
from storyreel.engine.operation import COST, COST_GRADIENT, NEXT
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.equation import Equation
from storyreel.graphics.maths.graphs.edge_labels import passed_badge
from storyreel.graphics.maths.graphs.graph_training import GraphTraining
from storyreel.graphics.motion.verbs import appear, ease_out, ease_run, pop, run_spark, slide, vanish
from storyreel.graphics.networks.label_places import box_of
from storyreel.stage.graphs.fold_animations import FoldAnimations
from storyreel.stage.graphs.graph_animations import together
from storyreel.stage.stage import needed

ABOVE_PLOT = 0.3
"""Manim units between the picture and the plot below it."""
WIDEST_PLOT = 5.0
"""The largest width of a plot, in its heights."""


class TrainingAnimations(FoldAnimations):
    """A graph is seen for a batch of examples, and its parameters are trained."""

    def _begin(self) -> None:
        super()._begin()
        self.training: GraphTraining | None = None

    def take_example(self, example: int) -> Animation | None:
        """Another example of the data comes into focus: all of its numbers on stage change. In a batch its
        cards come to the front, and those of the one before go behind."""
        shown, picture = self.drawn, self.drawn.picture
        leaving = self.clear_texts()
        self.progress.focus(example)
        picture.experiment = self.graph
        changes, cards = list[Animation](), list[Animation]()
        for name, node in picture.nodes.items():
            if node.cards is not None:
                card = node.circle.circle.copy()
                away = node.cards[0].get_center() - card.get_center()
                cards.append(FadeOut(card, shift=away, rate_func=ease_out))
            if node.drawn.sign or name in self.progress.whole.data:
                changes += self._new_value(name)
        for name in [name for name in shown.badges if name not in self.progress.gathered]:
            changes += self._new_badge(name)
        for edge, badge in list(shown.waiting.items()):
            taken = [box_of(each) for each in shown.waiting.values() if each is not badge]
            shown.passed[edge] = after = passed_badge(picture, edge, taken)
            changes.append(vanish(badge) if after is None else slide(badge, after))
        return Succession(*leaving, *together([*cards, *changes]))

    def _new_value(self, name: str) -> list[Animation]:
        """The value of a node, if it is there, becomes that of now."""
        shown = self.drawn
        before = shown.values.get(name)
        after = shown.fill(name) if before is not None else None
        if before is None or after is None:
            return []
        return [slide(before, after)]

    def _new_badge(self, name: str) -> list[Animation]:
        """The gradient of a node becomes that of now."""
        shown = self.drawn
        before, shown.badges[name] = shown.badges[name], shown.picture.badge(name)
        return [slide(before, shown.badges[name])]

    def gather(self, of: str) -> Animation:
        """What all examples of the batch have for a node comes out of its stack into one equation: of the
        output, the losses, which make the cost; of a parameter, its gradients, which make that of the
        cost."""
        shown, picture, output = self.drawn, self.drawn.picture, self.graph.graph.output
        self.progress.require_gatherable(of)
        leaving = self.clear_texts()
        is_array = bool(self.graph.trace[of].value.shape)
        equation = None if is_array else self.write_equation(COST if of == output else COST_GRADIENT + of)
        stack = shown.badges.get(of) if of != output else None
        source = stack.number if stack is not None else shown.values.get(of)
        self.progress.gather(of)
        picture.gathered |= self.progress.gathered
        steps: list[Animation] = []
        if equation is not None:
            steps += [
                AnimationGroup(appear(equation.left), appear(equation.symbols)),
                self._come_out_of(source, equation),
                appear(equation.result),
            ]
        if stack is not None:
            badge = shown.badges[of] = picture.badge(of)
            arrival = (
                pop(badge)
                if equation is None
                else self.stage.fly((equation.result_number, badge), around=[equation])
            )
            steps += [AnimationGroup(vanish(stack), run_time=0.4), arrival]
        return Succession(*leaving, *steps)

    def _come_out_of(self, source: VMobject | None, equation: Equation) -> Animation:
        """The numbers of all examples fly out of their stack into the equation."""
        moves, flights = [appear(equation.operators)], list[tuple[VMobject, VMobject]]()
        for operand in dict.fromkeys(equation.operands):
            for term in equation.number_of(operand):
                if source is None or not operand.startswith("data["):
                    moves.append(appear(term))
                else:
                    flights.append((source, term))
        return AnimationGroup(*moves, *([self.stage.fly(*flights, around=[equation])] if flights else []))

    def update(self, weight: str | None) -> Animation:
        """A parameter takes a step against its gradient, with its equation; without a name, all that are left
        do at once."""
        shown, picture = self.drawn, self.drawn.picture
        self.progress.require_new_weight(weight)
        leaving = self.clear_texts()
        is_number = weight is not None and not self.graph.trace[weight].value.shape
        equation = self.write_equation(f"{NEXT}{weight}") if is_number else None
        names = self.progress.to_renew if weight is None else [weight]
        arrival = self.numbers_arrive(equation) if equation is not None else None
        self.progress.renew(weight)
        picture.experiment = self.progress.renewing
        badges = [badge for name in names if (badge := shown.badges.pop(name, None)) is not None]
        if equation is None or arrival is None:
            changes = [move for name in names for move in self._new_value(name)]
            return Succession(*leaving, AnimationGroup(*map(vanish, badges), *changes))
        before, number = shown.values[names[0]], shown.fill(names[0])
        steps = [
            AnimationGroup(appear(equation.left), appear(equation.symbols)),
            arrival,
            appear(equation.result),
            AnimationGroup(*map(vanish, badges), *([vanish(before)] if before else []), run_time=0.4),
        ]
        if number is not None:
            steps.append(self.stage.fly((equation.result_number, number), around=[equation]))
        return Succession(*leaving, *steps)

    def run_forward(self) -> Animation:
        """All values are computed again, with the new parameters, layer by layer; gradients fade out."""
        shown, picture = self.drawn, self.drawn.picture
        leaving = [*self.clear_texts(), *self._gradients_leave()]
        self.progress.run_forward()
        picture.gathered.clear()
        picture.experiment = self.graph
        steps: list[Animation] = []
        for column in picture.columns():
            arrows = [arrow for name in column for _, arrow in picture.arrows_into(name)]
            steps += together([run_spark(arrow.line, "activation") for arrow in arrows])
            computed = [name for name in column if picture.nodes[name].drawn.sign]
            steps += together([move for name in computed for move in self._new_value(name)])
            if computed:
                steps += together(self.fill([name for name in computed if name not in shown.values]))
        return Succession(*leaving, *steps)

    def _gradients_leave(self) -> list[Animation]:
        """All gradients fade out."""
        shown = self.drawn
        gone = [*shown.badges.values(), *shown.waiting.values()]
        shown.badges, shown.passed = {}, {}
        return [AnimationGroup(*map(vanish, gone), run_time=0.4)] if gone else []

    def plot_training(self, steps: int) -> Animation:
        """Below the picture appears a plot of what training lowers, over so many steps."""
        self.progress.require_output()
        leaving = [*self.clear_texts(), *self._gradients_leave()]
        graph = needed(self.stage.performance.graph, "")
        self.progress.plot()
        start = int(self.progress.has_run)
        self.training = training = GraphTraining(graph, self.drawn, steps, start, self._below_picture)
        plot = training.plot
        return Succession(*leaving, appear(plot), plot.begins())

    @property
    def _below_picture(self) -> Area:
        """The room for a plot below the picture."""
        whole, boxes = self.frame.whole, np.array(self.drawn.picture.node_boxes())
        top = max(self.frame.formula.top, float(boxes[:, 1].min()) - ABOVE_PLOT)
        across = min(whole.width, WIDEST_PLOT * (top - whole.bottom)) / 2
        return replace(whole, name="plot", top=top, left=-across, right=across)

    def train(self, until: int | None) -> Animation:
        """Parameters, values and the plot change step by step, to step `until` or to the end."""
        training = needed(
            self.training, "there is no plot of the training yet; put `plot_training` before `train`"
        )
        start, last = training.step, training.steps
        end = last if until is None else until
        if not start < end <= last:
            raise StoryreelError(f"the run stands at step {start} of {last} and cannot go to step {end}")
        show = training.follow(end, lambda share: start + (end - start) * ease_run(share))
        return UpdateFromAlphaFunc(training.moving, lambda _, alpha: show(alpha), rate_func=linear)

    def _all_parts(self) -> VGroup:
        plot = self.training.plot if self.training is not None else None
        more = [plot, *plot.moving] if plot is not None else []
        return VGroup(*super()._all_parts(), *more)
