"""The stage of chapters that draw a network."""

from abc import abstractmethod

from manim import Animation, AnimationGroup, Succession, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics.motion.verbs import in_place_of
from storyreel.graphics.networks.diagram_motion import network_appears
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import cue

NO_NETWORK = "there is no network on stage yet; draw it with `draw_network`"


class DiagramStage(Stage):
    """A stage on which a network takes shape."""

    has_room_for_loss = True

    @cue(seconds=2.4)
    def draw_network(self, filled: bool = False, loss: bool = False) -> Animation:
        """The network takes shape from its inputs to its outputs.

        `filled`: with its values already in place, and its weights and targets where the scene shows them.
        `loss`: with a node for the loss; `intro` and `layers` have no room for it.
        """
        if loss and not self.has_room_for_loss:
            raise StoryreelError("there is no room for the loss in this picture; leave `loss` out")
        before = self.clear_stage()
        shape = network_appears(self.place_network(loss))
        values = [AnimationGroup(*self.fill_network())] if filled else []
        return in_place_of(before, Succession(shape, *values) if values else shape)

    def clear_stage(self) -> VGroup:
        """What has to fade out before a network is drawn."""
        return VGroup()

    @abstractmethod
    def place_network(self, with_loss: bool) -> NetworkDiagram:
        """Lay out the chapter's network and keep its diagram, which is not on stage yet."""

    @abstractmethod
    def fill_network(self) -> list[Animation]:
        """The animations in which all values appear at once."""
