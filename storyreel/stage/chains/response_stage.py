"""The stage of chapters in which a weight is nudged, and every number after it on the chain follows."""

import math
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from manim import Animation, AnimationGroup, Line, Mobject, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear, smooth

from storyreel.core.errors import StoryreelError
from storyreel.graphics.maths.chain_response import ChainResponse, Moment
from storyreel.graphics.maths.derivative_term import DerivativeTerm
from storyreel.graphics.maths.move_product import MoveProduct
from storyreel.graphics.maths.schedule import Schedule
from storyreel.graphics.motion.redraw import Redraw
from storyreel.graphics.motion.verbs import (
    appear,
    appear_beside_flight,
    change,
    draw,
    ease_travel,
    in_place_of,
    one_after_another,
    run_spark,
    vanish,
)
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.chains.chain_stage import ChainStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Count, QuantityName, cue

DrawPicture = Callable[[str, Moment], VGroup]


class ResponseStage(ChainStage):
    """A stage with a chain whose numbers answer a nudge: in their nodes, on number lines, and as ratios."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.moving: dict[tuple[DrawPicture, str], VGroup] = {}  # what a nudge changes, drawn in every frame
        self.moment = Moment(0.0, 1.0, 1.0)
        self.has_lines = False
        """True while the number lines can be seen."""
        self.move_product: MoveProduct | None = None

    @cue(
        seconds=1.6,
        requires=("chain", "drawn nudge {chain, nudge}"),
        hides=("number lines", "local derivatives"),
        shows="number lines on chain",
    )
    def number_lines(self, nudge: float = 0.5, one_scale: bool = False, move_digits: Count = 2) -> Animation:
        """Every number on the path gets a number line, on which a nudge of this size can be seen. Moves that
        are too small to be seen beside the longest are enlarged, but not with `one_scale`: then all lines
        have the same scale, so that arrows can be compared.

        `move_digits`: the significant digits of moves."""
        graph, gone = self.chain_graph, VGroup(*self.forget_derivatives(), *self.clear_below())
        self.response = response = ChainResponse(
            graph, nudge, self.frame.whole.bottom, one_scale, move_digits
        )
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
        self.has_lines = True
        return in_place_of(gone, one_after_another(lines))

    def forget_derivatives(self) -> VGroup:
        """Forget the number lines and all that was found with them, and return what of it is on stage."""
        lines = [*self.response.lines.values(), *self.response.markers.values()] if self.response else []
        ratios = [self.moving[key] for key in self.moving if self.response and key[0] == self.response.ratio]
        gone = VGroup(*super().forget_derivatives(), *self.on_stage([*lines, *ratios]))
        self.response, self.moving, self.has_lines = None, {}, False
        return gone

    def _keep_value(self, name: str, number: VGroup) -> None:
        typeset = number[0] if len(number) else None
        self.drawing.nodes[name].value = typeset if isinstance(typeset, Typeset) else None

    def shown_response(self) -> ChainResponse:
        """What answers a nudge of the chain on stage; raises StoryreelError without number lines."""
        response = self.response
        is_of_chain = response is not None and response.graph is self.diagram
        missing = "there are no number lines yet; draw them with `number_lines`"
        return needed(response if is_of_chain else None, missing)

    @cue(
        seconds=3.6,
        requires=("number lines", "finite nudge {chain, by}"),
        hides="nudge",
        shows="nudge on number lines if `by`",
    )
    def nudge(self, by: float) -> Animation:
        """The weight changes by this amount, and every number after it follows: each when a spark from the
        one before it arrives, or all together once there are ratios.

        For a smaller nudge the number lines are enlarged until it can be seen; `by: 0` undoes the nudge.
        """
        response, start = self.shown_response(), self.moment
        if not all(map(math.isfinite, response.chain.values(by))):
            raise StoryreelError(f"a nudge by {by:g} makes a number infinite")
        half_range = response.half_range_for(by) if by and self.has_lines else start.half_range
        end = Moment(by, half_range, by or start.finest)
        if half_range != start.half_range or self.ratios():
            return AnimationGroup(*self.redrawn(end))
        schedule = Schedule(response.chain.names)
        return AnimationGroup(*self.redrawn(end, schedule), *self._sparks(schedule))

    def _sparks(self, schedule: Schedule) -> list[Animation]:
        """A spark runs along each link when the number before it has moved."""
        graph, sparks = self.shown_response().graph, []
        for before, after in pairwise(schedule.names):
            source, sink = graph.nodes[before], graph.nodes[after]
            along = graph.forward_paths(after)[0].get_unit_vector()
            path = Line(source.get_center() + source.radius * along, sink.get_center() - sink.radius * along)
            spark = run_spark(path, source.kind)
            spark.rate_func = partial(schedule.share_of_link, after)
            sparks.append(spark)
        return sparks

    def others_between(self, moment: Callable[[str, float], Moment]) -> list[Animation]:
        """The changes of what else depends on the nudge; `moment` is that of a number at a share of time."""
        return []

    def redrawn(self, end: Moment, schedule: Schedule | None = None) -> list[Animation]:
        """Everything that depends on the nudge changes to another moment: together, or by a schedule."""
        start, self.moment = self.moment, end
        response, graph = self.shown_response(), self.shown_response().graph
        gone = self._product_leaves()

        def between(name: str, alpha: float) -> Moment:
            # The lines zoom in only after the nudge has become small, and zoom out before it grows.
            alpha = schedule.share_of_number(name, alpha) if schedule else alpha
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
            for name in response.markers:
                response.show(name, end if alpha == 1 else between(name, alpha))

        redraws: list[Animation] = [*self.others_between(between), *map(vanish, gone)]
        if self.has_lines:
            lines = VGroup(*response.markers.values())
            redraws.append(UpdateFromAlphaFunc(lines, show, rate_func=linear))
        for (picture, name), holder in self.moving.items():
            final = picture(name, end)
            drawn = partial(_drawn_at, picture, name, between)
            redraws.append(Redraw(holder, drawn, final, rate_func=linear))
            if picture == response.number:
                self._keep_value(name, final)
        for name, value in zip(graph.chain.names, graph.chain.values(end.nudge), strict=True):
            node = graph.nodes[name]
            easing = partial(_eased, schedule, name)
            redraws.append(change(node, easing).shine(graph.brightness_at(name, value)))
        return redraws

    @cue(seconds=1.8, requires=("number lines", "nudge"))
    def show_ratios(self, of: QuantityName | None = None) -> Animation:
        """At each link appears the move of the number after it, divided by the move of the one before it.

        `of`: only at the link to this number.
        """
        response = self.shown_response()
        if of is not None and of not in response.chain.names[1:]:
            raise StoryreelError(f"no link of this chain leads to {of!r}")
        moves = dict(zip(response.chain.names, response.chain.moves(self.moment.nudge), strict=True))
        if unmoved := [name for name in response.chain.names[:-1] if not moves[name]]:
            remedy = "a larger `nudge` may move it" if self.moment.nudge else "`nudge` comes first"
            raise StoryreelError(f"{unmoved[0]!r} has not moved, so there is no ratio to it; {remedy}")
        shown = []
        for name in response.chain.names[1:] if of is None else (of,):
            ratio = self.moving[response.ratio, name] = response.ratio(name, self.moment)
            shown.append(appear(ratio, from_above=0.15))
        return one_after_another(shown, overlap=0.3)

    @cue(seconds=4.0, requires=("number lines", "nudge"))
    def multiply_ratios(self) -> Animation:
        """The nudge and the move of the loss fly into an equation, and then, one by one, the ratios between
        them: 1.2 × 2 × 5/6 × 3 = 6 = ΔL. In a chain that runs from left to right it takes the place of the
        number lines. Every link needs its ratio, from `show_ratios`; the next nudge clears the equation."""
        response, moment = self.shown_response(), self.moment
        names = response.chain.names
        if missing := [name for name in names[1:] if name not in self.ratios()]:
            raise StoryreelError(f"there is no ratio to {missing[0]!r} yet; `show_ratios` comes first")
        texts = [response.move_text(names[0], moment)]
        texts += [response.rate_text(name, moment) for name in names[1:]]
        kinds = [self.trace[name].kind for name in names]
        result = response.move_text(names[-1], moment)
        gone = self.clear_below()
        self.move_product = product = MoveProduct(names, kinds, texts, result, self.formula_area)
        ends = names[0], names[-1]
        places = product.term("number 0"), product.term("result")
        pairs = [(response.markers[end].size(), there) for end, there in zip(ends, places, strict=True)]
        if not response.graph.runs_down:
            self.has_lines = False
            gone += self.on_stage([*response.lines.values(), *response.markers.values()])
        around = [product.term(name) for name in ("number 0", "result sign", "move sign")]
        signs = [appear_beside_flight(product.term(name)) for name in ("result sign", "move sign", "move")]
        steps = [AnimationGroup(*map(vanish, gone), self.fly(*pairs), *signs)]
        for number, name in enumerate(names[1:], 1):
            ratio = self.moving[response.ratio, name][0]
            assert isinstance(ratio, DerivativeTerm)
            there = product.term(f"number {number}")
            flight = self.fly((ratio.number, there), around=around)
            steps.append(AnimationGroup(appear_beside_flight(product.term(f"sign {number}")), flight))
            around.append(there)
        return Succession(*steps)

    def clear_below(self) -> list[VMobject]:
        """Forget the product of the ratios, and return what of it is on stage."""
        return [*super().clear_below(), *self._product_leaves()]

    def _product_leaves(self) -> list[VMobject]:
        product, self.move_product = self.move_product, None
        return self.on_stage(product.text.submobjects if product else ())

    def ratios(self) -> list[str]:
        """The names of the numbers whose ratios are on stage."""
        return [name for picture, name in self.moving if picture == self.shown_response().ratio]


def _eased(schedule: Schedule | None, name: str, alpha: float) -> float:
    return float(ease_travel(schedule.share_of_number(name, alpha) if schedule else alpha))


def _drawn_at(
    picture: DrawPicture, name: str, moment: Callable[[str, float], Moment], alpha: float
) -> VGroup:
    return picture(name, moment(name, alpha))
