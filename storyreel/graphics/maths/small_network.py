"""A small network beside a plot, with the connection of one weight tinted, whose numbers can change."""

from manim import SurroundingRectangle, VGroup, VMobject

from storyreel.engine.experiment import Experiment
from storyreel.engine.network import Network
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.networks.diagram_move import written_on
from storyreel.graphics.networks.label_places import box_of
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.glyph import Glyph, Points

SPARE = 12
"""The glyphs by which its numbers may get longer."""
BUFF, CORNER, TINT = 0.15, 0.1, 0.4
"""Units from the connection of the weight to the edge of its plate, the radius of the plate's corners, and
the opacity of its colour."""
LEAST = 0.6
"""The smallest factor by which it is scaled down into its place."""


class SmallNetwork(VGroup):
    """The network of an experiment with the numbers of the example in focus, laid out in the area `enlarged`
    and scaled down into `place`.

    Its parts are the `plate` behind the connection of a weight, or behind the label of a bias, its `shapes`,
    and its `texts`.
    """

    def __init__(self, experiment: Experiment, enlarged: Area, place: Area, weight: str) -> None:
        self.experiment, self.weight = experiment, weight
        self._diagram = NetworkDiagram(experiment.trace, enlarged, has_values=True)
        self._diagram.start_from(experiment.trace)
        laid_out = VGroup(*self._parts()).copy()
        self._middle, width = laid_out.get_center(), laid_out.width
        place.place(laid_out, least=LEAST)
        self._shift, self._scale = laid_out.get_center() - self._middle, laid_out.width / width
        self.shapes, self.texts = VGroup(*laid_out[0]), VGroup(*laid_out[1])
        glyph = next(part for part in self.texts.get_family() if isinstance(part, Glyph))
        self.texts.add(*(glyph.copy().clear_points() for _ in range(SPARE)))  # longer numbers need more
        self.plate = VMobject(stroke_width=0, fill_color=theme.colour("weight"), fill_opacity=TINT)
        self._marked = (0.0, 0.0, 0.0, 0.0)
        self._surround_marked()
        super().__init__(self.plate, self.shapes, self.texts)

    def _parts(self) -> tuple[VGroup, VGroup]:
        """The shapes and the texts of the diagram."""
        diagram = self._diagram
        shapes: list[VMobject] = [*diagram.connections, *diagram.nodes.values()]
        return VGroup(*shapes), VGroup(*written_on(diagram))

    def _placed(self, points: Points) -> Points:
        """Points of the diagram, scaled down into their place."""
        return (points - self._middle) * self._scale + self._middle + self._shift

    def _surround_marked(self) -> None:
        """Put the plate around the part of the weight, which most often has stayed as it was."""
        diagram = self._diagram
        marked = diagram.edges.get(self.weight) or diagram.part(self.weight)
        if self._marked != (box := box_of(marked)):
            self._marked = box
            placed = marked.copy().scale(self._scale, about_point=self._middle).shift(self._shift)
            self.plate.points = SurroundingRectangle(placed, buff=BUFF, corner_radius=CORNER).points

    def show_network(self, network: Network, is_at_rest: bool) -> None:
        """Show the numbers of a network with other weights; those that change keep their decimals."""
        experiment = self.experiment
        trace = Trace(network, experiment.inputs, experiment.targets, experiment.notation)
        own = experiment.trace
        shown = (*self._diagram.labels, *self._diagram.nodes)
        steady = {name for name in shown if trace.number(name) == own.number(name)}
        self._diagram.show_trace(trace, is_at_rest, steady)
        shapes, texts = self._parts()
        copy_outlines(self.shapes, shapes, self._placed)
        copy_outlines(self.texts, texts, self._placed)
        self._surround_marked()
