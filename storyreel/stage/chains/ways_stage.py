"""The stage of chapters about all ways from a number to the loss, or to the output of a graph."""

from collections.abc import Sequence
from dataclasses import replace

from manim import (
    Animation,
    AnimationGroup,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
    linear,
)

from storyreel.core.errors import StoryreelError
from storyreel.engine.graph.graph import Edge
from storyreel.engine.graph.ways import Ways, ways_to_show
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.maths.graphs.edge_labels import local_derivative
from storyreel.graphics.maths.graphs.graph_picture import GraphPicture
from storyreel.graphics.maths.ways_sum import WaysSum
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    in_place_of,
    one_after_another,
    pop,
    run_spark,
)
from storyreel.graphics.networks.highlight import highlight
from storyreel.graphics.networks.label_places import box_of
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.graphs.network_or_graph import NetworkOrGraph
from storyreel.storyboard.graphs.ways import taken_by_equations

LIT, LIT_OPACITY = 7.0, 0.9
"""The width and the opacity of the lines of a way that is lit."""
LIT_WHOLE, GOES_OUT = 0.4, 0.85
"""The shares of its time after which a way is lit to its end, and from which on it goes out."""
BELOW_PICTURE = 0.25
"""Units between the lowest badge of the picture and the equations."""


class WaysStage(NetworkOrGraph):
    """A stage with the picture of all ways from a number to the loss, and their equations.

    `slopes` are the local derivatives on stage, by their edges (None: not yet), and `back` the gradients
    under their nodes, with `frames` around those that were added up.
    """

    ways: Ways | None = None
    picture: GraphPicture | None = None
    equations: WaysSum | None = None

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.slopes: dict[Edge, Typeset] | None = None
        self.back: dict[str, Badge] = {}
        self.frames: list[VMobject] = []

    def ways_of(self, start: str, pre_activations: bool) -> Ways | None:
        """The ways from a node of the chapter's graph, or from a weight or a bias if several lead from it to
        the loss; None where one leads there. Raises StoryreelError where they cannot be shown."""
        return ways_to_show(self.performance.graph or self.experiment, start, pre_activations)

    def draw_ways(self, ways: Ways, before: Sequence[VMobject]) -> Animation:
        """The picture of the ways takes shape with all values, in place of what was `before`."""
        self.ways = ways
        taken = taken_by_equations(ways, self.frame.aspect)
        self.picture = picture = GraphPicture(ways.experiment, self.frame, taken)
        layers: list[Animation] = []
        for column in picture.columns():
            arrows = [arrow for name in column for _, arrow in picture.arrows_into(name)]
            parts = [part for name in column for part in picture.nodes[name].parts]
            layers.append(AnimationGroup(*map(draw, arrows), *map(appear, parts), *self._values(column)))
        return in_place_of(VGroup(*before), one_after_another(layers, 0.3))

    def _values(self, names: Sequence[str]) -> list[Animation]:
        moves: list[Animation] = []
        for name in names:
            circle, value = self._ways_picture.nodes[name].circle, self._ways_picture.value(name)
            circle.value = value
            if value is not None:
                moves.append(appear(value.set_z_index(1)))
        return moves

    @property
    def _ways_picture(self) -> GraphPicture:
        assert self.picture is not None  # as there are ways
        return self.picture

    def clear_stage(self) -> VGroup:
        """Forget the pictures on stage and all that was found with them, and return it to be faded out."""
        return VGroup(*super().clear_stage(), *self.forget_ways())

    def forget_ways(self) -> list[VMobject]:
        """Forget the picture of the ways and what was found with it, and return what is on stage."""
        picture, equations = self.picture, self.forget_equations()
        if picture is None:
            return []
        nodes = [part for node in picture.nodes.values() for part in node.parts]
        values = [node.circle.value for node in picture.nodes.values() if node.circle.value is not None]
        gone = [
            *picture.arrows.values(),
            *nodes,
            *values,
            *self._shown_slopes,
            *self.back.values(),
            *self.frames,
        ]
        self.ways, self.picture, self.slopes, self.back, self.frames = None, None, None, {}, []
        return [*gone, *equations]

    def forget_equations(self) -> list[VMobject]:
        """Forget the equations of the ways, and return what of them is on stage."""
        equations, self.equations = self.equations, None
        there = set(map(id, self.get_mobject_family_members()))
        return [glyph for glyph in equations.text if id(glyph) in there] if equations else []

    def ways_get_slopes(self, ways: Ways) -> Animation:
        """Beside each edge of the ways appears its local derivative, where there is room."""
        gone = VGroup(*self._shown_slopes, *self.forget_equations())
        slopes: dict[Edge, Typeset] = {}
        self.slopes = slopes
        for edge in ways.edges:
            taken = [box_of(text, 0.04) for text in slopes.values()]
            text = local_derivative(self._ways_picture, edge, taken)
            if text is not None:
                slopes[edge] = text
        shown = [appear(text, from_above=0.15) for text in slopes.values()]
        return in_place_of(gone, one_after_another(shown, overlap=0.3) if shown else Succession())

    @property
    def _shown_slopes(self) -> list[Typeset]:
        return list(self.slopes.values()) if self.slopes else []

    def ways_assembled(self, ways: Ways) -> Animation:
        """One way after the other is lit, while its product appears in symbols."""
        if self.slopes is None:
            raise StoryreelError("there are no derivatives to assemble yet; `show_derivatives` comes first")
        before = VGroup(*self.forget_equations())
        self.equations = equations = self._equations_of(ways)
        steps: list[Animation] = []
        for number, way in enumerate(ways.links):
            light = self._lights([link.edge for link in way])
            steps.append(AnimationGroup(light, appear(equations.symbols(number))))
        return in_place_of(before, Succession(*steps))

    def _equations_of(self, ways: Ways) -> WaysSum:
        try:
            return WaysSum(ways, self._below_ways)
        except LayoutError:
            message = f"there is no room for the products along {len(ways.links)} ways"
            raise StoryreelError(f"{message}; begin nearer to the output") from None

    @property
    def _below_ways(self) -> Area:
        """The room below the picture and the gradients under its nodes."""
        picture, area = self._ways_picture, self.frame.whole
        lowest = picture.area.bottom
        if not picture.runs_down:
            lowest = min(float(picture.badge(name).get_bottom()[1]) for name in picture.nodes)
        return replace(area, name="below the ways", top=max(self.frame.formula.top, lowest - BELOW_PICTURE))

    def _lights(self, edges: Sequence[Edge]) -> Animation:
        """The lines of a way light up from its start to its end, and go out; nothing of them is on stage
        before or after."""
        whole = [self._ways_picture.arrows[edge].line for edge in edges]
        lines = VGroup(*(line.copy() for line in whole))
        lines.set_stroke(theme.colour("gradient"), width=LIT, opacity=0)

        def show(_: Mobject, alpha: float) -> None:
            front = len(edges) * min(1.0, alpha / LIT_WHOLE)
            opacity = LIT_OPACITY * min(1.0, (1 - alpha) / (1 - GOES_OUT))
            for number, (line, source) in enumerate(zip(lines, whole, strict=True)):
                share = min(1.0, max(0.0, front - number))
                line.pointwise_become_partial(source, 0, share)
                line.set_stroke(opacity=opacity if share > 0 else 0.0)

        return UpdateFromAlphaFunc(lines, show, introducer=True, remover=True, rate_func=linear)

    def ways_multiplied(self, ways: Ways) -> Animation:
        """Along one way after the other, the local derivatives fly into its product; then the products are
        added, and their sum, the gradient, goes to the node where the ways begin."""
        equations, slopes = self.equations, self.slopes or {}
        if equations is None:
            raise StoryreelError("there is nothing to multiply yet; `assemble` comes first")
        steps: list[Animation] = []
        for number, way in enumerate(ways.links):
            flights, others = [], [appear(equations.term(f"numbers {number}"))] if len(way) > 1 else []
            for place, link in enumerate(way):
                name = f"number {number} {place}" if len(way) > 1 else f"product {number}"
                target, source = equations.term(name), slopes.get(link.edge)
                if source is None:
                    others.append(appear(target))
                else:
                    flights.append((source, target))
            if len(way) == 1:
                others.append(appear(equations.term(f"equals {number}")))
            moves = [*others, *([self.fly(*flights, around=[equations])] if flights else [])]
            written: Animation = AnimationGroup(*moves)
            if len(way) > 1:
                product = [appear(equations.term(f"{part} {number}")) for part in ("equals", "product")]
                written = Succession(written, AnimationGroup(*product))
            light = self._lights([link.edge for link in way])
            steps.append(AnimationGroup(light.set_run_time(written.run_time), written))
        return Succession(*steps, *self._added(ways, equations))

    def _added(self, ways: Ways, equations: WaysSum) -> list[Animation]:
        """The products of several ways fly into their sum; the gradient goes to its node."""
        steps: list[Animation] = []
        result = equations.term("product 0")
        if equations.count > 1:
            terms = [glyph for number in range(equations.count) for glyph in equations.term(f"term {number}")]
            result = equations.term("result")
            steps.append(appear(VGroup(*equations.term("left"), *equations.term("sum"), *terms)))
            steps.append(AnimationGroup(appear(equations.term("result sign")), appear(result)))
        if ways.start not in self.back:
            self.back[ways.start] = badge = self._ways_picture.badge(ways.start)
            steps.append(self.fly((result, badge), around=[equations]))
        return steps

    def ways_flow_back(self, ways: Ways) -> Animation:
        """The gradient flows back along all ways at once: where several meet, what comes back adds up, and a
        frame is drawn around the sum."""
        picture, trace = self._ways_picture, ways.trace
        gone, self.back, self.frames = VGroup(*self.back.values(), *self.frames), {}, []
        self.back[ways.output] = picture.badge(ways.output)
        steps: list[Animation] = [pop(self.back[ways.output])]
        steps[0].run_time = 0.5
        sources = {edge: trace[edge.to].inputs[edge.position] for edge in ways.edges}
        sizes = {name: abs(float(trace[name].gradient)) for name in {ways.output, *sources.values()}}
        largest = max(sizes.values()) or 1.0
        for column in reversed(picture.columns()):
            sparks: list[Animation] = []
            arrived: list[Animation] = []
            sums: list[Animation] = []
            for name in column:
                edges = [edge for edge, source in sources.items() if source == name]
                for edge in edges:
                    back = picture.arrows[edge].line.copy().reverse_points()
                    sparks.append(
                        run_spark(back, "gradient", (sizes[edge.to] / largest, sizes[name] / largest))
                    )
                if edges:
                    self.back[name] = picture.badge(name)
                    arrived.append(pop(self.back[name]))
                if len(edges) > 1:
                    self.frames.append(highlight(self.back[name]))
                    sums.append(draw(self.frames[-1]))
            if sparks:
                steps += [AnimationGroup(*sparks), AnimationGroup(*arrived, run_time=0.5)]
            if sums:
                steps.append(AnimationGroup(*sums, run_time=0.8))
        return in_place_of(gone, Succession(*steps))
