"""A scene for tests, which no one draws: only its signatures are read."""

from typing import Literal

from storyreel.storyboard.cue import Text, Value, cue


class Board:
    """What the scenes of the tests share."""

    @cue(seconds=1)
    def title_card(self, text: Text, subtitle: Text | None = None) -> None:
        """Show a title."""

    @cue(seconds=2.0)
    def old(self) -> None:
        """A cue that ForwardPass has no more."""


class ForwardPass(Board):
    """Numbers flow through a network."""

    @cue(seconds=1.5)
    def draw_network(self) -> None:
        """Draw the network."""

    @cue(seconds=1)
    def propagate(self, along: Value, *, speed: float = 1.0) -> None:
        """A pulse runs along a weight."""

    @cue(seconds=0.5)
    def reveal(self, value: Value, style: Literal["plain", "bold"] = "plain") -> None:
        """Write a value into its neuron."""

    @cue(seconds=1)
    def compare(self, values: list[Value], count: int = 1, loud: bool = False, where: str = "side") -> None:
        """Put several values side by side."""

    def old(self) -> None:
        """No cue here."""

    def helper(self) -> None:
        """No cue at all."""
