"""Parts of a graph are folded into one node, and unfolded again."""

from collections.abc import Sequence

from manim import Animation, Succession

from storyreel.graphics.maths.graphs.graph_fold import turn_graph
from storyreel.stage.graphs.backward_animations import BackwardAnimations


class FoldAnimations(BackwardAnimations):
    """A part of a graph becomes one node."""

    def fold(self, nodes: Sequence[str], name: str) -> Animation:
        """Some formulas become one node, whose operation has the `name`, with the value and the gradient of
        the last of them. What the others use leads into it, and its local derivatives are those of the whole
        part. Either all of their values, and all of their gradients, are there, or none."""
        assert self.drawn
        fold = self.progress.fold(nodes, name)
        return self._turned(fold.formulas)

    def unfold(self, name: str) -> Animation:
        """What was folded under this name shows its formulas again, with their values and gradients as far as
        these have come."""
        assert self.drawn
        fold = self.progress.unfold(name)
        return self._turned(fold.formulas)

    def _turned(self, formulas: tuple[str, ...]) -> Animation:
        """The graph on stage becomes the one of now, in which other `formulas` are folded."""
        before, leaving = self.drawn, self.clear_texts()
        self.shown = after = self.shown_now(self.new_picture(), before.badges)
        return Succession(*leaving, turn_graph(before, after, formulas))
