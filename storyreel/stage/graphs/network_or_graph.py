"""The stage of chapters about a network with layers or, with the same cues, about a graph of formulas."""

from manim import Animation, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.operation import GRADIENT
from storyreel.graphics.motion.verbs import in_place_of
from storyreel.stage.graphs.chain_animations import ChainAnimations
from storyreel.stage.network_stage import NetworkStage
from storyreel.storyboard.cue import PartName, QuantityName, Value, cue


class NetworkOrGraph(NetworkStage):
    """A stage with a network's diagram, or with the picture of the chapter's graph.

    `of_graph` is what it shows of the graph; None where the chapter's network has layers.
    """

    of_graph: ChainAnimations | None = None

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.of_graph = ChainAnimations(self) if self.performance.graph is not None else None

    def clear_stage(self) -> VGroup:
        """Forget all pictures on stage, and return them to be faded out."""
        return VGroup(*super().clear_stage(), *(self.of_graph.forget() if self.of_graph else ()))

    @cue(
        seconds=2.4,
        requires=(
            "any network",
            "a network if `loss`",
            "a network if `pixels`",
            "small graph {fold, name}",
            "room for the loss if `loss`",
            "square inputs if `pixels`",
        ),
        hides=(
            "network",
            "graph",
            "chain",
            "ways",
            "computation graph",
            "map",
            "matrices",
            "grad.*",
            "race",
            "example gradients",
            "paths",
        ),
        shows=(
            "network if layers",
            "loss node on network if `loss`",
            "computation graph if formulas",
            "filled values on computation graph if `filled`",
        ),
        opens=True,
    )
    def draw_network(self, filled: bool = False, loss: bool = False, pixels: bool = False) -> Animation:
        """The network takes shape from its inputs to its outputs.

        `filled`: with its values already in place, and its weights and targets where the scene shows them.
        `loss`: with a node for the loss. `pixels`: with its inputs, whose number is a square, as an image to
        the left of it. A graph of formulas has a node for every value, and its picture is that of the scene
        `graph`.
        """
        if self.of_graph is None:
            return super().draw_network(filled, loss, pixels)
        self.require_layers_for("loss" if loss else "pixels" if pixels else None)
        before = self.clear_stage()
        return in_place_of(before, self.of_graph.draw_graph(filled))

    @cue(
        seconds=0.1,
        requires=(
            "any network",
            "a network if `loss`",
            "a network if `gradients`",
            "small graph {fold, name}",
            "network place {gradients}",
        ),
        hides=("network", "graph", "chain", "ways", "computation graph", "grad.*", "race"),
        shows=(
            "network if layers",
            "loss node on network if `loss`",
            "grad.{gradients}",
            "computation graph if formulas",
            "filled values on computation graph",
        ),
    )
    def carry_network(self, loss: bool = False, gradients: list[QuantityName] | None = None) -> None:
        """The network is on stage from the first frame on, with its weights, values and targets, as at the
        end of another chapter; with a node for the `loss`, and with some `gradients`. A graph has all of its
        values."""
        if self.of_graph is None:
            super().carry_network(loss, gradients)
            return
        self.require_layers_for("loss" if loss else "gradients" if gradients else None)
        self.remove(*self.clear_stage().get_family())
        self.of_graph.carry_graph()

    def require_layers_for(self, parameter: str | None) -> None:
        """Raise StoryreelError if a parameter is given that has a meaning for layers only."""
        if parameter is not None:
            raise StoryreelError(f"`{parameter}` is about networks with layers, and this one is a graph")

    @cue(
        seconds=2.5,
        equation="rule of {value}",
        requires=(
            "network or graph or chain or number line or computation graph",
            "place {value} if no number line",
            "of now {value}",
            "calculable {value}",
        ),
        hides="table",
        shows=("{value} if no number line", "value {value} on computation graph if formulas"),
    )
    def calculate(self, value: Value) -> Animation:
        """The equation of a number appears below the picture: first in symbols, then in numbers, which fly in
        from the picture; the result flies to its place there. A gradient is named `grad.w1`.

        After `write_rule` for the same number, only the numbers are added. In a graph, what the number is
        computed from has to be there.
        """
        if self.of_graph is None:
            return super().calculate(value)
        name = value.removeprefix(GRADIENT)
        return self.of_graph.gradient(name) if name != value else self.of_graph.value(name)

    def equation_leaves(self) -> Animation | None:
        """The equation or formula below the picture fades out, and in a graph the local derivatives."""
        if self.of_graph is None:
            return super().equation_leaves()
        leaving = self.of_graph.clear_texts()
        return leaving[0] if leaving else None

    @property
    def has_picture(self) -> bool:
        """True if there is a diagram or the picture of a graph from which numbers may fly."""
        return super().has_picture if self.of_graph is None else self.of_graph.shown is not None

    def number_on_stage(self, name: str) -> VMobject | None:
        """The number `name` in the picture, or None where it is not shown."""
        return super().number_on_stage(name) if self.of_graph is None else self.of_graph.number_on_stage(name)

    @cue(seconds=0.6, hides="table")
    def clear_equation(self) -> Animation | None:
        """The equation fades out, and in a graph the local derivatives."""
        return super().clear_equation() if self.of_graph is None else self.of_graph.clear_equation()

    @cue(
        seconds=0.9,
        requires=("network or graph or chain or computation graph", "part {on}", "nodes {on}"),
    )
    def focus(self, on: list[PartName]) -> None:
        """The camera moves close to one part of the picture or to several; `focus: all` shows all again."""
        if self.of_graph is None:
            super().focus(on)
            return
        self.of_graph.focus(on)
