"""The stage of chapters that draw a network."""

from abc import abstractmethod

from manim import Animation, AnimationGroup, Group, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.graphics.motion.verbs import in_place_of
from storyreel.graphics.networks.diagram import Diagram
from storyreel.graphics.networks.diagram_motion import network_appears
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import WHOLE_PICTURE, PartName, cue

ROOM_FOR_LOSS = "room for the loss"
"""What a scene declares in `from_start` if its picture has room for a node for the loss."""
NO_NETWORK = "there is no network on stage yet; draw it with `draw_network`"


class DiagramStage(Stage):
    """A stage on which a network takes shape."""

    @property
    @abstractmethod
    def drawing(self) -> Diagram:
        """The diagram on stage; raises StoryreelError where there is none."""

    @cue(seconds=0.9, requires=("network or graph or chain", "part {on}"))
    def focus(self, on: list[PartName]) -> None:
        """The camera moves close to one part of the picture or to several; `focus: all` shows all again."""
        is_whole = WHOLE_PICTURE in on
        self.focused = () if is_whole else tuple(self.drawing.part(name) for name in on)

    @cue(
        seconds=2.4,
        requires=("a network", "room for the loss if `loss`", "square inputs if `pixels`"),
        hides=(
            "network",
            "graph",
            "chain",
            "ways",
            "map",
            "matrices",
            "grad.*",
            "race",
            "example gradients",
            "costs of batches",
            "two passes",
        ),
        shows=("network", "loss node on network if `loss`"),
        opens=True,
    )
    def draw_network(self, filled: bool = False, loss: bool = False, pixels: bool = False) -> Animation:
        """The network takes shape from its inputs to its outputs.

        `filled`: with its values already in place, and its weights and targets where the scene shows them.
        `loss`: with a node for the loss; `intro` and `layers` have no room for it.
        `pixels`: with its inputs, whose number is a square, as an image to the left of it.
        """
        if loss and ROOM_FOR_LOSS not in self.from_start:
            raise StoryreelError("there is no room for the loss in this picture; leave `loss` out")
        numbers = self.numbers_of_inputs()
        before = self.clear_for_network()
        shape = network_appears(self.place_network(loss, pixels))
        entering = self.enter_inputs(numbers)
        if entering:
            shape = AnimationGroup(shape, *entering)
        # A group of none: Manim would put the neurons on stage at once, where something fades out before.
        values = [AnimationGroup(*self.fill_network(), group=Group())] if filled else []
        return in_place_of(before, Succession(shape, *values) if values else shape)

    def numbers_of_inputs(self) -> list[VMobject]:
        """The numbers on stage, one for each input, that go on into the network which is drawn next."""
        return []

    def enter_inputs(self, numbers: list[VMobject]) -> list[Animation]:
        """The animations in which `numbers_of_inputs` become the numbers of the inputs."""
        return []

    def clear_stage(self) -> VGroup:
        """Forget all pictures on stage, and return them to be faded out."""
        return VGroup()

    def clear_for_network(self) -> VGroup:
        """What has to fade out before a network is drawn."""
        return self.clear_stage()

    @abstractmethod
    def place_network(self, with_loss: bool, pixels: bool) -> NetworkDiagram:
        """Lay out the chapter's network and keep its diagram, which is not on stage yet."""

    @abstractmethod
    def fill_network(self) -> list[Animation]:
        """The animations in which all values appear at once."""
