"""The chain rule: a weight is nudged, everything after it moves, and the rates of the links multiply."""

import math
from collections.abc import Callable
from functools import partial

from manim import (
    Animation,
    AnimationGroup,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
)
from manim.utils.rate_functions import linear, smooth

from storyreel.core.errors import StoryreelError
from storyreel.engine.operation import GRADIENT
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics import layout
from storyreel.graphics.layout import at
from storyreel.graphics.maths.chain_graph import ChainGraph
from storyreel.graphics.maths.chain_product import ChainProduct
from storyreel.graphics.maths.chain_response import ChainResponse, Moment
from storyreel.graphics.maths.derivative_term import DerivativeTerm, turning
from storyreel.graphics.motion.redraw import Redraw
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    fly,
    glide,
    one_after_another,
    settle,
    vanish,
)
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.network_stage import NetworkStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Value, cue

Picture = Callable[[str, Moment], VGroup]


ASSEMBLED = layout.STAGE.bottom + 0.7
"""The height to which the derivatives rise while the gradient is assembled below them."""
SHRINKING = 0.65
"""The part of the time of `take_limit` in which the nudge shrinks."""


class ChainRule(NetworkStage):
    """A weight is nudged, everything after it moves, and the rates of the links multiply."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.graph: ChainGraph | None = None
        self.response: ChainResponse | None = None
        self.product: ChainProduct | None = None
        self.moving: dict[tuple[Picture, str], VGroup] = {}  # what is redrawn as it answers the nudge
        self.derivatives: dict[str, DerivativeTerm] = {}
        self.moment = Moment(0.0, 1.0, 1.0)

    @cue(seconds=2.6)
    def draw_chain(self, weight: Value) -> Animation:
        """The way from a weight or a bias to the loss as a computation graph; a network on stage unfolds
        into it. For weights from which a single way leads there: any of a network with one neuron a layer,
        those of the last layer of any other."""
        self.graph = ChainGraph(WeightPath(self.trace, weight), layout.STAGE)
        return self.turn_into(self.graph)

    @cue(seconds=1.6)
    def number_lines(self, nudge: float = 0.5) -> Animation:
        """Every number on the way gets a number line, on which a nudge of this size can be seen."""
        graph = needed(self.graph, "there is no chain on stage yet; draw it with `draw_chain`")
        self.response = response = ChainResponse(graph, nudge)
        self.moment = Moment(0.0, response.reach(nudge), nudge)
        for name, node in graph.nodes.items():
            self.moving[response.number, name] = response.number(name, self.moment)
            if node.value is not None:
                self.remove(node.value)  # it is redrawn from now on
                self._stands(name, self.moving[response.number, name])
            self.add(self.moving[response.number, name])
        lines = [
            AnimationGroup(draw(line), appear(response.moves[name])) for name, line in response.lines.items()
        ]
        return one_after_another(lines)

    def _stands(self, name: str, number: VGroup) -> None:
        typeset = number[0] if len(number) else None
        self.drawing.nodes[name].value = typeset if isinstance(typeset, Typeset) else None

    def _answering(self) -> ChainResponse:
        return needed(self.response, "there are no number lines yet; draw them with `number_lines`")

    @cue(seconds=3.0)
    def nudge(self, by: float) -> Animation:
        """The weight is turned up by so much (down, where negative), and every number after it answers.

        For a smaller nudge the lines are enlarged until it can be seen; `by: 0` takes the nudge back.
        """
        response, start = self._answering(), self.moment
        if not all(map(math.isfinite, response.chain.values(by))):
            raise StoryreelError(f"a nudge by {by:g} makes a number infinite")
        reach = response.reach(by) if by else start.reach
        if not reach:
            raise StoryreelError(f"a nudge by {by:g} is too small for a computer to tell")
        return AnimationGroup(*self._redrawn(Moment(by, reach, by or start.finest)))

    def _redrawn(self, end: Moment) -> list[Animation]:
        """All that answers the nudge moves to another moment."""
        start, self.moment = self.moment, end
        response, graph = self._answering(), self._answering().graph

        def between(alpha: float) -> Moment:
            # The eye comes closer only when the move has become small, and steps back before it grows.
            nudged, closer = alpha, 0.0
            if end.reach < start.reach:
                nudged, closer = min(1.0, alpha / 0.6), max(0.0, alpha - 0.45) / 0.55
            elif end.reach > start.reach:
                nudged, closer = max(0.0, alpha - 0.4) / 0.6, min(1.0, alpha / 0.55)
            nudge = start.nudge + (end.nudge - start.nudge) * glide(nudged)
            reach = start.reach * (end.reach / start.reach) ** smooth(closer)
            return Moment(nudge, reach, end.finest, haste=4 * closer * (1 - closer))

        def answer(_: Mobject, alpha: float) -> None:
            response.show(end if alpha == 1 else between(alpha))

        lines = VGroup(*response.moves.values())
        redraws: list[Animation] = [UpdateFromAlphaFunc(lines, answer, rate_func=linear)]
        for (picture, name), holder in self.moving.items():
            final = picture(name, end)
            live = partial(_drawn_at, picture, name, between)
            redraws.append(Redraw(holder, live, final, rate_func=linear))
            if picture == response.number:
                self._stands(name, final)
        for name, value in zip(graph.chain.names, graph.chain.values(end.nudge), strict=True):
            node = graph.nodes[name]
            fill = node.fill_at(graph.brightness_at(name, value))
            redraws.append(change(node.circle, glide).set_fill(fill))
        return redraws

    @cue(seconds=1.8)
    def show_ratios(self) -> Animation:
        """At each link, the move of the number after it divided by the move of the one before it."""
        response = self._answering()
        moves = dict(zip(response.chain.names, response.chain.moves(self.moment.nudge), strict=True))
        if still := [name for name in response.chain.names[:-1] if not moves[name]]:
            raise StoryreelError(f"{still[0]!r} has not moved: there is no ratio to it (`nudge` comes first)")
        shown = []
        for name in response.chain.names[1:]:
            ratio = self.moving[response.ratio, name] = response.ratio(name, self.moment)
            shown.append(appear(ratio, from_above=0.15))
        return one_after_another(shown, overlap=0.3)

    @cue(seconds=3.0)
    def take_limit(self) -> Animation:
        """The nudge shrinks to nothing, and the ratio at each link becomes its derivative."""
        response, start = self._answering(), self.moment
        tending = {name: self.moving.pop((response.ratio, name)) for name in self._ratios()}
        shrink = self._redrawn(Moment(0.0, start.reach, start.finest))
        limits: list[Animation] = []
        for name in response.chain.names[1:]:
            rate = self.derivatives[name] = response.derivative(name)
            if name not in tending:
                limits.append(appear(rate))
                continue
            tend = self._tending(name, start, rate)
            limits.append(Redraw(tending[name], tend, VGroup(rate), rate_func=linear))
        return AnimationGroup(AnimationGroup(*shrink, run_time=SHRINKING), *limits)

    def _tending(self, name: str, start: Moment, limit: DerivativeTerm) -> Callable[[float], VGroup]:
        """A ratio on its way to the limit: first its number tends to it, then the fraction turns into it."""

        def tending(share: float) -> VGroup:
            nudge = start.nudge * (1 - glide(share))
            return self._answering().ratio(name, Moment(nudge, start.reach, start.finest, haste=0.0))

        last = tending(1.0)[0]
        assert isinstance(last, DerivativeTerm)
        turned = turning(last, limit)

        def picture(alpha: float) -> VGroup:
            if alpha <= SHRINKING:
                return tending(alpha / SHRINKING)
            return turned(settle((alpha - SHRINKING) / (1 - SHRINKING)))

        return picture

    def _ratios(self) -> list[str]:
        """The names of the numbers whose ratios are on stage."""
        return [name for picture, name in self.moving if picture == self._answering().ratio]

    @cue(seconds=4.0)
    def assemble(self) -> Animation:
        """The number lines go; one by one the derivatives become factors of the gradient."""
        response = self._answering()
        if not self.derivatives:
            raise StoryreelError("there are no derivatives to assemble yet; `take_limit` comes first")
        self.product = product = ChainProduct(response.chain, layout.FORMULA)
        over = [
            *response.lines.values(),
            *response.moves.values(),
        ]
        rise: list[Animation] = []
        for rate in self.derivatives.values():
            rise.append(change(rate).shift(at(0, ASSEMBLED - rate.bar.get_y())).build())
        gone = AnimationGroup(*(vanish(part) for part in over), run_time=0.5)
        steps = [gone, AnimationGroup(*rise), appear(product.term("left"))]
        for number, rate in enumerate(self.derivatives.values()):
            steps.append(
                AnimationGroup(
                    appear(product.term(f"sign {number}")),
                    fly(rate.fraction, product.term(f"factor {number}")),
                )
            )
        return Succession(*steps)

    @cue(seconds=4.5)
    def multiply(self) -> Animation:
        """The numbers of the derivatives take their places, and their product is the gradient."""
        product = needed(self.product, "there is nothing to multiply yet; `assemble` comes first")
        parameter = self._answering().chain.parameter
        numbers = [
            AnimationGroup(
                appear(product.term(f"number sign {n}")), fly(rate.number, product.term(f"number {n}"))
            )
            for n, rate in enumerate(self.derivatives.values())
        ]
        result = product.term("result")
        steps = [*numbers, AnimationGroup(appear(product.term("result sign")), appear(result))]
        badge = self.take_result(GRADIENT + parameter, result)
        return Succession(*steps, *([badge] if badge else []))


def _drawn_at(picture: Picture, name: str, moment: Callable[[float], Moment], alpha: float) -> VGroup:
    return picture(name, moment(alpha))
