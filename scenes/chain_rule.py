"""The chain rule: a weight is nudged, every number after it changes, and the derivatives are multiplied."""

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
from storyreel.graphics.layout import at
from storyreel.graphics.maths.chain_graph import ChainGraph
from storyreel.graphics.maths.chain_product import ChainProduct
from storyreel.graphics.maths.chain_response import ChainResponse, Moment
from storyreel.graphics.maths.derivative_term import DerivativeTerm, morph
from storyreel.graphics.motion.redraw import Redraw
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_out,
    ease_travel,
    in_place_of,
    one_after_another,
    vanish,
)
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.network_stage import NetworkStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import ParameterName, cue

DrawPicture = Callable[[str, Moment], VGroup]


ASSEMBLED = 0.9
"""Units above the stage's lower edge to which the derivatives rise while the gradient is assembled below."""
SHRINKING = 0.65
"""The share of the time of `take_limit` in which the nudge shrinks."""


class ChainRule(NetworkStage):
    """A weight is nudged, every number after it changes, and the derivatives of the links are multiplied."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.response: ChainResponse | None = None
        self.product: ChainProduct | None = None
        self.moving: dict[tuple[DrawPicture, str], VGroup] = {}  # what a nudge changes, drawn in every frame
        self.derivatives: dict[str, DerivativeTerm] = {}
        self.moment = Moment(0.0, 1.0, 1.0)

    @cue(
        seconds=2.6,
        equation="chain of {weight}",
        requires=("a network", "path {weight}"),
        hides=("network", "graph", "chain", "grad.*"),
        shows="chain {weight}",
    )
    def draw_chain(self, weight: ParameterName) -> Animation:
        """The path from a weight or a bias to the loss appears as a computation graph; a network on stage
        turns into it, without its gradients. There must be only one path: any weight of a network with one
        neuron per layer, or a weight of the last layer of any other network."""
        gone, self.gradients = self.gradients, {}
        chain = ChainGraph(WeightPath(self.trace, weight), self.frame.stage)
        return self.turn_into(chain, list(gone.values()))

    @cue(
        seconds=1.6,
        requires=("chain", "drawn nudge {chain, nudge}"),
        hides="number lines",
        shows="number lines on chain",
    )
    def number_lines(self, nudge: float = 0.5) -> Animation:
        """Every number on the path gets a number line, on which a nudge of this size can be seen."""
        graph = self.diagram if isinstance(self.diagram, ChainGraph) else None
        graph = needed(graph, "there is no chain on stage yet; draw it with `draw_chain`")
        gone = self._forget_response()
        self.response = response = ChainResponse(graph, nudge, self.frame.whole.bottom)
        self.moment = Moment(0.0, response.half_range_for(nudge), nudge)
        for name, node in graph.nodes.items():
            self.moving[response.number, name] = response.number(name, self.moment)
            if node.value is not None:
                self.remove(node.value)  # drawn in every frame from now on
                self._keep_value(name, self.moving[response.number, name])
            self.add(self.moving[response.number, name])
        lines = [
            AnimationGroup(draw(line), appear(response.markers[name]))
            for name, line in response.lines.items()
        ]
        return in_place_of(gone, one_after_another(lines))

    def _forget_response(self) -> VGroup:
        """Forget the number lines and all that was found with them, and return it to be faded out."""
        lines = [*self.response.lines.values(), *self.response.markers.values()] if self.response else []
        ratios = [self.moving[key] for key in self.moving if self.response and key[0] == self.response.ratio]
        gone = VGroup(*lines, *ratios, *self.derivatives.values(), *([self.product] if self.product else []))
        self.response, self.product, self.derivatives, self.moving = None, None, {}, {}
        return gone

    def _keep_value(self, name: str, number: VGroup) -> None:
        typeset = number[0] if len(number) else None
        self.drawing.nodes[name].value = typeset if isinstance(typeset, Typeset) else None

    def _shown_response(self) -> ChainResponse:
        response = self.response
        is_of_chain = response is not None and response.graph is self.diagram
        missing = "there are no number lines yet; draw them with `number_lines`"
        return needed(response if is_of_chain else None, missing)

    @cue(
        seconds=3.0,
        requires=("number lines", "finite nudge {chain, by}"),
        hides="nudge",
        shows="nudge on number lines if `by`",
    )
    def nudge(self, by: float) -> Animation:
        """The weight changes by this amount, and every number after it follows.

        For a smaller nudge the number lines are enlarged until it can be seen; `by: 0` undoes the nudge.
        """
        response, start = self._shown_response(), self.moment
        if not all(map(math.isfinite, response.chain.values(by))):
            raise StoryreelError(f"a nudge by {by:g} makes a number infinite")
        half_range = response.half_range_for(by) if by else start.half_range
        return AnimationGroup(*self._redrawn(Moment(by, half_range, by or start.finest)))

    def _redrawn(self, end: Moment) -> list[Animation]:
        """Everything that depends on the nudge changes to another moment."""
        start, self.moment = self.moment, end
        response, graph = self._shown_response(), self._shown_response().graph

        def between(alpha: float) -> Moment:
            # The lines zoom in only after the nudge has become small, and zoom out before it grows.
            nudged, zoomed = alpha, 0.0
            if end.half_range < start.half_range:
                nudged, zoomed = min(1.0, alpha / 0.6), max(0.0, alpha - 0.45) / 0.55
            elif end.half_range > start.half_range:
                nudged, zoomed = max(0.0, alpha - 0.4) / 0.6, min(1.0, alpha / 0.55)
            nudge = start.nudge + (end.nudge - start.nudge) * ease_travel(nudged)
            share = smooth(zoomed)
            half_range = start.half_range ** (1 - share) * end.half_range**share
            return Moment(nudge, half_range, end.finest, speed=4 * zoomed * (1 - zoomed))

        def show(_: Mobject, alpha: float) -> None:
            response.show(end if alpha == 1 else between(alpha))

        lines = VGroup(*response.markers.values())
        redraws: list[Animation] = [UpdateFromAlphaFunc(lines, show, rate_func=linear)]
        for (picture, name), holder in self.moving.items():
            final = picture(name, end)
            drawn = partial(_drawn_at, picture, name, between)
            redraws.append(Redraw(holder, drawn, final, rate_func=linear))
            if picture == response.number:
                self._keep_value(name, final)
        for name, value in zip(graph.chain.names, graph.chain.values(end.nudge), strict=True):
            node = graph.nodes[name]
            redraws.append(change(node, ease_travel).shine(graph.brightness_at(name, value)))
        return redraws

    @cue(seconds=1.8, requires=("number lines", "nudge"))
    def show_ratios(self) -> Animation:
        """At each link appears the move of the number after it, divided by the move of the one before it."""
        response = self._shown_response()
        moves = dict(zip(response.chain.names, response.chain.moves(self.moment.nudge), strict=True))
        if unmoved := [name for name in response.chain.names[:-1] if not moves[name]]:
            remedy = "a larger `nudge` may move it" if self.moment.nudge else "`nudge` comes first"
            raise StoryreelError(f"{unmoved[0]!r} has not moved, so there is no ratio to it; {remedy}")
        shown = []
        for name in response.chain.names[1:]:
            ratio = self.moving[response.ratio, name] = response.ratio(name, self.moment)
            shown.append(appear(ratio, from_above=0.15))
        return one_after_another(shown, overlap=0.3)

    @cue(seconds=3.0, requires="number lines", hides="nudge", shows="derivatives on number lines")
    def take_limit(self) -> Animation:
        """The nudge shrinks to 0, and the ratio at each link becomes the derivative."""
        response, start = self._shown_response(), self.moment
        tending = {name: self.moving.pop((response.ratio, name)) for name in self._ratios()}
        shrink = self._redrawn(Moment(0.0, start.half_range, start.finest))
        limits: list[Animation] = []
        for name in response.chain.names[1:]:
            term = self.derivatives[name] = response.derivative(name)
            if name not in tending:
                limits.append(appear(term))
                continue
            tend = self._tending(name, start, term)
            limits.append(Redraw(tending[name], tend, VGroup(term), rate_func=linear))
        return AnimationGroup(AnimationGroup(*shrink, run_time=SHRINKING), *limits)

    def _tending(self, name: str, start: Moment, limit: DerivativeTerm) -> Callable[[float], VGroup]:
        """A ratio on its way to the limit: first its number changes, then the fraction."""

        def tending(share: float) -> VGroup:
            nudge = start.nudge * (1 - ease_travel(share))
            return self._shown_response().ratio(
                name, Moment(nudge, start.half_range, start.finest, speed=0.0)
            )

        last = tending(1.0)[0]
        assert isinstance(last, DerivativeTerm)
        morphed = morph(last, limit)

        def picture(alpha: float) -> VGroup:
            if alpha <= SHRINKING:
                return tending(alpha / SHRINKING)
            return morphed(ease_out((alpha - SHRINKING) / (1 - SHRINKING)))

        return picture

    def _ratios(self) -> list[str]:
        """The names of the numbers whose ratios are on stage."""
        return [name for picture, name in self.moving if picture == self._shown_response().ratio]

    @cue(seconds=4.0, requires=("number lines", "derivatives"), shows="product on number lines")
    def assemble(self) -> Animation:
        """The number lines fade out; one by one the derivatives become factors of the gradient."""
        response = self._shown_response()
        if not self.derivatives:
            raise StoryreelError("there are no derivatives to assemble yet; `take_limit` comes first")
        self.product = product = ChainProduct(response.chain, self.formula_area)
        over = [
            *response.lines.values(),
            *response.markers.values(),
        ]
        rise: list[Animation] = []
        height = self.frame.stage.bottom + ASSEMBLED
        for term in self.derivatives.values():
            to = at(0, height - term.bar.get_y())
            if response.graph.runs_down:  # to where the number lines were
                to = at(response.left_of_lines - term.get_left()[0], 0)
            rise.append(change(term).shift(to).build())
        gone = AnimationGroup(*(vanish(part) for part in over), run_time=0.5)
        steps = [gone, AnimationGroup(*rise), appear(product.term("left"))]
        for number, term in enumerate(self.derivatives.values()):
            steps.append(
                AnimationGroup(
                    appear(product.term(f"sign {number}")),
                    self.fly(
                        (term.fraction, product.term(f"factor {number}")), around=[product.term("left")]
                    ),
                )
            )
        return Succession(*steps)

    @cue(seconds=4.5, requires="product", shows="grad.{chain}")
    def multiply(self) -> Animation:
        """The numbers of the derivatives fly to their places, and their product is the gradient."""
        product = needed(self.product, "there is nothing to multiply yet; `assemble` comes first")
        parameter = self._shown_response().chain.parameter
        numbers = [
            AnimationGroup(
                appear(product.term(f"number sign {n}")),
                self.fly(
                    (term.number, product.term(f"number {n}")),
                    around=[product.term(f"number {before}") for before in range(n)],
                ),
            )
            for n, term in enumerate(self.derivatives.values())
        ]
        result = product.term("result")
        steps = [*numbers, AnimationGroup(appear(product.term("result sign")), appear(result))]
        badge = self.take_result(GRADIENT + parameter, result)
        return Succession(*steps, *([badge] if badge else []))


def _drawn_at(picture: DrawPicture, name: str, moment: Callable[[float], Moment], alpha: float) -> VGroup:
    return picture(name, moment(alpha))
