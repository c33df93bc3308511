"""The stage of graphs of which parts are folded into one node, and unfolded again."""

from manim import Animation, Succession

from storyreel.graphics.maths.graphs.graph_fold import turn_graph
from storyreel.graphics.maths.graphs.graph_picture import GraphPicture
from storyreel.stage.graphs.backward_stage import GraphBackwardStage
from storyreel.storyboard.cue import NodeName, cue


class GraphFoldStage(GraphBackwardStage):
    """A stage on which a part of a graph becomes one node."""

    @cue(
        seconds=2.6,
        requires=("a graph", "computation graph", "fold of graph {nodes, name}"),
        shows="folded {name} on computation graph",
    )
    def fold(self, nodes: list[NodeName], name: str) -> Animation:
        """Some formulas become one node, whose operation has the `name`, with the value and the gradient of
        the last of them. What the others use leads into it, and its local derivatives are those of the whole
        part. Either all of their values, and all of their gradients, are there, or none."""
        assert self.drawn
        fold = self.progress.fold(nodes, name)
        return self._turned(fold.formulas)

    @cue(
        seconds=2.6,
        requires=("a graph", "computation graph", "unfold of graph {name}"),
        shows="unfolded {name} on computation graph",
    )
    def unfold(self, name: str) -> Animation:
        """What was folded under this name shows its formulas again, with their values and gradients as far as
        these have come."""
        assert self.drawn
        fold = self.progress.unfold(name)
        return self._turned(fold.formulas)

    def _turned(self, formulas: tuple[str, ...]) -> Animation:
        """The graph on stage becomes the one of now, in which other `formulas` are folded."""
        before, leaving = self.drawn, self.clear_texts()
        self.shown = after = self.shown_now(GraphPicture(self.graph, self.frame), before.badges)
        return Succession(*leaving, turn_graph(before, after, formulas))
