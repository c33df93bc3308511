"""A graph of operations: its values node by node, and backpropagation through it, edge by edge."""

from storyreel.stage.graphs.fold_stage import GraphFoldStage


class Graph(GraphFoldStage):
    """A graph of operations: values flow forward through it, and gradients flow back and add up."""
