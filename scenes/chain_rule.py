"""The chain rule: a weight is nudged, every number after it changes, and the derivatives are multiplied."""

from collections.abc import Callable

from manim import (
    Animation,
    AnimationGroup,
    Succession,
    VGroup,
    VMobject,
)
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.maths.chain_product import ChainProduct
from storyreel.graphics.maths.chain_response import Moment
from storyreel.graphics.maths.derivative_term import DerivativeTerm, morph
from storyreel.graphics.motion.redraw import Redraw
from storyreel.graphics.motion.verbs import (
    appear,
    appear_beside_flight,
    change,
    ease_out,
    ease_travel,
    in_place_of,
    pop,
    slide,
    vanish,
)
from storyreel.graphics.networks.label_places import box_of, is_clear
from storyreel.stage.chains.secant_stage import SecantStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import cue

DrawPicture = Callable[[str, Moment], VGroup]


ASSEMBLED = 0.9
"""Units above the stage's lower edge to which derivatives move, out of the way of the gradient's badge."""
SHRINKING = 0.65
"""The share of the time of `take_limit` in which the nudge shrinks."""


class ChainRule(SecantStage):
    """A weight is nudged, every number after it changes, and the derivatives of the links are multiplied."""

    product: ChainProduct | None = None

    def clear_stage(self) -> VGroup:
        """Forget the diagram and all that was found with it, and return them to be faded out."""
        below = self.clear_below()  # first, as the numbers of a product are also forgotten with derivatives
        return VGroup(*below, *super().clear_stage())

    def clear_below(self) -> list[VMobject]:
        """Forget the product, and return what of it is on stage."""
        product, self.product = self.product, None
        return [*super().clear_below(), *self.on_stage(product.text.submobjects if product else ())]

    def forget_derivatives(self) -> VGroup:
        """Forget the derivatives, and return what of them is on stage, with the numbers of their product: for
        another chain these are not true."""
        numbers = self.product.numbers if self.product else ()
        return VGroup(*super().forget_derivatives(), *self.on_stage(numbers))

    @cue(seconds=3.0, requires="number lines", hides="nudge", shows="derivatives on number lines")
    def take_limit(self) -> Animation:
        """The nudge shrinks to 0, and the ratio at each link becomes the derivative."""
        response, start = self.shown_response(), self.moment
        tending = {name: self.moving.pop((response.ratio, name)) for name in self.ratios()}
        shrink = self.redrawn(Moment(0.0, start.half_range, start.finest))
        limits: list[Animation] = []
        for name in response.chain.names[1:]:
            term = self.derivatives[name] = response.derivative(name)
            if name not in tending:
                if self.secant is None or not response.has_room_beside_last:
                    limits.append(appear(term))
                continue
            tend = self._tending(name, start, term)
            limits.append(Redraw(tending[name], tend, VGroup(term), rate_func=linear))
        return AnimationGroup(AnimationGroup(*shrink, run_time=SHRINKING), *limits)

    def _tending(self, name: str, start: Moment, limit: DerivativeTerm) -> Callable[[float], VGroup]:
        """A ratio on its way to the limit: first its number changes, then the fraction."""

        def tending(share: float) -> VGroup:
            nudge = start.nudge * (1 - ease_travel(share))
            return self.shown_response().ratio(name, Moment(nudge, start.half_range, start.finest, speed=0.0))

        last = tending(1.0)[0]
        assert isinstance(last, DerivativeTerm)
        morphed = morph(last, limit)

        def picture(alpha: float) -> VGroup:
            if alpha <= SHRINKING:
                return tending(alpha / SHRINKING)
            return morphed(ease_out((alpha - SHRINKING) / (1 - SHRINKING)))

        return picture

    @cue(
        seconds=4.0,
        requires=("chain or ways", "derivatives or local derivatives"),
        hides="product",
        shows=("product on chain if chain", "product on ways if ways"),
    )
    def assemble(self) -> Animation:
        """One by one the derivatives become factors of the gradient; number lines fade out first.

        The product of a chain that was drawn before becomes that of the chain on stage: the factors of both
        move apart, and the others come between them. Where there are several ways, each is lit in turn while
        its product appears in symbols.
        """
        if self.ways is not None:
            return self.ways_assembled(self.ways)
        chain = self.chain_graph.chain
        if not self.derivatives:
            raise StoryreelError("there are no derivatives to assemble yet; `take_limit` comes first")
        before, self.product = self.product, ChainProduct(chain, self.formula_area)
        product = self.product
        kept = product.parts_of(before) if before is not None else {}
        is_taken = self.chain_graph.runs_down or self.secant is not None  # the place of the product
        leaving, moves = self._lines_leave() if self.response else ([], self._make_room(product))
        shapes = [move.mobject for move in leaving if isinstance(move.mobject, VMobject)]
        is_taken = is_taken or not is_clear(product.text, [box_of(shape) for shape in shapes])
        if before is not None:
            there = VGroup(*(glyph for name in kept.values() for glyph in before.term(name)))
            slides = [slide(before.term(old), product.term(name)) for name, old in kept.items()]
            left = self.on_stage([glyph for glyph in before.text if glyph not in there.submobjects])
            steps = [AnimationGroup(*leaving, *([vanish(VGroup(*left))] if left else []), *slides)]
        elif is_taken:
            steps = [*([AnimationGroup(*leaving)] if leaving else []), appear(product.term("left"))]
        else:
            steps = [AnimationGroup(*leaving, appear(product.term("left")))]
        steps[1:1] = [AnimationGroup(*moves)] if moves else []  # once the secant is gone, which they pass
        for number, term in enumerate(self.derivatives.values()):
            if f"factor {number}" in kept:
                continue
            flight = self.fly(
                (term.fraction, product.term(f"factor {number}")), around=[product.term("left")]
            )
            signs = [name for name in (f"sign {number}",) if name not in kept]
            steps.append(
                AnimationGroup(*(appear_beside_flight(product.term(name)) for name in signs), flight)
            )
        return Succession(*steps)

    def _make_room(self, product: ChainProduct) -> list[Animation]:
        """The derivatives of a chain without number lines move up, if its product would stand on them."""
        if self.chain_graph.runs_down:
            return []
        lowest = min(float(term.get_bottom()[1]) for term in self.derivatives.values())
        up = float(product.text.get_top()[1]) + theme.SPACING.padding - lowest
        return [change(term).shift(at(0, up)).build() for term in self.derivatives.values()] if up > 0 else []

    def _lines_leave(self) -> tuple[list[Animation], list[Animation]]:
        """Number lines and secant fade out; then the derivatives make room for the gradient's badge."""
        response = self.shown_response()
        over = [*response.lines.values(), *response.markers.values(), *([self.secant] if self.secant else [])]
        self.secant, self.has_lines = None, False
        moves: list[Animation] = []
        height = self.frame.stage.bottom + ASSEMBLED
        for term in self.derivatives.values():
            to = at(0, height - term.bar.get_y())
            if response.graph.runs_down:  # to where the number lines were
                to = at(response.left_of_lines - term.get_left()[0], 0)
            is_there = bool(self.on_stage([term]))
            moves.append(change(term).shift(to).build() if is_there else appear(term.shift(to)))
        return [vanish(shape) for shape in self.on_stage(over)], moves

    @cue(seconds=4.5, requires="product", shows="grad.{chain}")
    def multiply(self, back: bool = False) -> Animation:
        """The numbers of the derivatives fly to their places, and their product is the gradient, in place of
        gradients that `flow_back` has left. With `back` they do so from the loss back, each when light has
        run back along its link, and what the product is so far, the gradient of a number of the chain,
        appears on a badge there. Along several ways there is a product for each, and the gradient is their
        sum.
        """
        if self.ways is not None:
            return self.ways_multiplied(self.ways)
        product = needed(self.product, "there is nothing to multiply yet; `assemble` comes first")
        chain, count = self.chain_graph.chain, len(self.derivatives)
        gone, self.arrived = VGroup(*self.arrived), []
        steps: list[Animation] = []
        for n in reversed(range(count)) if back else range(count):
            there = range(n + 1, count) if back else range(n)
            number = self._number_arrives(n, [product.term(f"number {other}") for other in there])
            steps += self._along(chain.names[n], number, is_last=not n) if back else [number]
        result = product.term("result")
        steps.append(AnimationGroup(appear(product.term("result sign")), appear(result)))
        badge = self.take_result(GRADIENT + chain.parameter, result)
        return in_place_of(gone, Succession(*steps, *([badge] if badge else [])))

    def _number_arrives(self, number: int, around: list[VGroup]) -> Animation:
        """The number of a derivative flies to its place in the product, around others that are there."""
        product = needed(self.product, "there is no product on stage")
        term, place = list(self.derivatives.values())[number], product.term(f"number {number}")
        sign = appear_beside_flight(product.term(f"number sign {number}"))
        return AnimationGroup(sign, self.fly((term.number, place), around=around))

    def _along(self, name: str, number: Animation, is_last: bool) -> list[Animation]:
        """Light runs back to the number `name` of the chain while its factor arrives, and then its gradient
        appears there; the `is_last` one comes from the result."""
        spark, badge = self.gradient_comes_back(name)
        if is_last:
            return [AnimationGroup(spark, number)]
        self.arrived.append(badge)
        return [AnimationGroup(spark, number), pop(badge)]
