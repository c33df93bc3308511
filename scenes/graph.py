"""A graph of operations: its values node by node, backpropagation through it, edge by edge, and its training.

A graph with data may be drawn as a batch: what differs from example to example is a stack of cards.
"""

from manim import Animation, VMobject

from storyreel.stage.formulas.formula_stage import FormulaStage
from storyreel.stage.graphs.training_animations import TrainingAnimations
from storyreel.storyboard.cue import Count, Example, NodeName, PartName, Steps, cue


class Graph(FormulaStage):
    """A graph of operations: values flow forward through it, and gradients flow back and add up."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.of_graph = TrainingAnimations(self)

    @cue(
        seconds=3.0,
        requires=("a graph", "small graph {fold, name, batch}"),
        hides="computation graph",
        shows=(
            "computation graph",
            "folded {name} on computation graph",
            "filled values on computation graph if `filled`",
        ),
        opens=True,
    )
    def draw_graph(
        self,
        filled: bool = False,
        fold: list[NodeName] | None = None,
        name: str | None = None,
        batch: bool = False,
    ) -> Animation:
        """The chapter's graph takes shape, layer by layer, with the values that it is given; `filled`: with
        all values. Some formulas may be folded from the start, into one node with a `name`, as by `fold`.

        `batch`: what has another value in each example of the graph's data is a stack, a card for each
        example up to four, with the numbers of the example in focus in front. Parameters are there once.
        """
        return self.of_graph.draw_graph(filled, fold or (), name, batch)

    @cue(
        seconds=0.1,
        requires=("a graph", "small graph {fold, name, batch}"),
        hides="computation graph",
        shows=(
            "computation graph",
            "folded {name} on computation graph",
            "filled values on computation graph",
        ),
    )
    def carry_graph(
        self,
        gradients: bool = False,
        fold: list[NodeName] | None = None,
        name: str | None = None,
        batch: bool = False,
    ) -> None:
        """The graph is on stage from the first frame on, with all values, as at the end of another chapter;
        with all `gradients` if these are wanted. Some formulas may be folded, and it may be a `batch`, as in
        `draw_graph`."""
        self.of_graph.carry_graph(gradients, fold or (), name, batch)

    @cue(seconds=0.9, requires=("a graph", "computation graph", "nodes {on}"))
    def focus(self, on: list[PartName]) -> None:
        """The camera moves close to one node of the graph or to several, if they are seen larger so;
        `focus: all` shows all again."""
        self.of_graph.focus(on)

    @cue(seconds=2.4, requires=("a graph", "computation graph", "way between {from, to}"))
    def path(self, from_: NodeName, to: NodeName) -> Animation:
        """All ways from one node to another are lit, and go dark again."""
        return self.of_graph.path(from_, to)

    def equation_leaves(self) -> Animation | None:
        """The equation or formula below the picture and the local derivatives fade out."""
        leaving = self.of_graph.clear_texts()
        return leaving[0] if leaving else None

    def number_on_stage(self, name: str) -> VMobject | None:
        """The number `name` in the picture, or None where it is not shown."""
        return self.of_graph.number_on_stage(name)

    @property
    def has_picture(self) -> bool:
        """True if there is the picture of a graph from which numbers may fly."""
        return self.of_graph.shown is not None

    @cue(seconds=0.6)
    def clear_equation(self) -> Animation | None:
        """The equation and the local derivatives fade out."""
        return self.of_graph.clear_equation()

    @cue(
        seconds=2.5,
        equation="{value}",
        requires=("a graph", "computation graph", "operands {value}"),
        shows="value {value} on computation graph",
    )
    def compute(self, value: NodeName) -> Animation | None:
        """The values that a formula uses run to its node, and its own value appears there; below the picture
        is its equation, in symbols and in numbers."""
        return self.of_graph.compute(value)

    @cue(
        seconds=1.2,
        requires=("a graph", "computation graph", "all values"),
        shows="first gradient on computation graph",
    )
    def begin_backward(self) -> Animation:
        """The backward pass begins: under the output appears its gradient with respect to itself, which is
        always 1."""
        return self.of_graph.begin_backward()

    @cue(
        seconds=3.0,
        equation="back from {through} to {to}",
        requires=("a graph", "computation graph", "way on {through, to}", "gradient of node {through}"),
        shows="passed {through} on computation graph",
    )
    def pass_back(self, through: NodeName, to: NodeName | None = None) -> Animation:
        """The gradient of a formula goes back to what the formula uses, or only `to` one of these: on each
        edge appears the local derivative, and what comes back is what arrives times that. With `to`, its
        equation is below the picture.

        Where gradients come back to a node along several edges, each waits on its edge for `add_gradients`.
        """
        return self.of_graph.pass_back(through, to)

    @cue(
        seconds=2.5,
        equation="grad.{of}",
        requires=("a graph", "computation graph", "all ways back {of}"),
        shows="sum {of} on computation graph",
    )
    def add_gradients(self, of: NodeName) -> Animation | None:
        """The gradients that came back to a node along several edges slide together, and become their sum,
        which is its gradient; its equation is below the picture."""
        return self.of_graph.add_gradients(of)

    @cue(
        seconds=2.6,
        requires=("a graph", "computation graph", "fold of graph {nodes, name}"),
        shows="folded {name} on computation graph",
    )
    def fold(self, nodes: list[NodeName], name: str) -> Animation:
        """Some formulas become one node, whose operation has the `name`, with the value and the gradient of
        the last of them. What the others use leads into it, and its local derivatives are those of the whole
        part. Either all of their values, and all of their gradients, are there, or none."""
        return self.of_graph.fold(nodes, name)

    @cue(
        seconds=2.6,
        requires=("a graph", "computation graph", "unfold of graph {name}"),
        shows="unfolded {name} on computation graph",
    )
    def unfold(self, name: str) -> Animation:
        """What was folded under this name shows its formulas again, with their values and gradients as far as
        these have come."""
        return self.of_graph.unfold(name)

    @cue(seconds=1.6, requires=("a graph", "computation graph", "values of now"))
    def take_example(self, example: Example) -> Animation | None:
        """Another example of the graph's data, counted from 0, comes into focus: all of its numbers on stage
        change, and in a batch its cards come to the front. Numbers in the narration are of this example from
        the cue's mark on."""
        return self.of_graph.take_example(example)

    @cue(
        seconds=3.5,
        equation="gathered {of}",
        requires=("a graph", "computation graph", "gatherable {of}"),
        shows="gathered {of} on computation graph",
    )
    def gather(self, of: NodeName) -> Animation:
        """What all examples of a batch have for a node comes out of its stack into one equation, the mean or
        the sum: of the output, the losses, which make the cost C; of a parameter, its gradients, which make
        that of the cost."""
        return self.of_graph.gather(of)

    @cue(
        seconds=3.5,
        equation="next.{weight}",
        requires=("a graph", "computation graph", "new weight {weight}"),
        shows=("updated {weight} on computation graph", "updated all on computation graph if no `weight`"),
    )
    def update(self, weight: NodeName | None = None) -> Animation:
        """A parameter takes a step against its gradient: the equation appears with its numbers, and the
        result replaces the old number. Without `weight`, all that are left change at once."""
        return self.of_graph.update(weight)

    @cue(
        seconds=4.0,
        requires=("a graph", "computation graph", "new parameters"),
        hides=("first gradient", "passed", "sum", "gathered"),
        shows="new values on computation graph",
    )
    def run_forward(self) -> Animation:
        """All values are computed again with the new parameters, layer by layer; gradients fade out."""
        return self.of_graph.run_forward()

    @cue(
        seconds=2.0,
        requires=("a graph", "computation graph", "all values", "run of graph {steps}"),
        shows="plots {steps} on computation graph",
    )
    def plot_training(self, steps: Steps) -> Animation:
        """Below the picture appears a plot of what training lowers, the output or the cost C of a graph with
        data, over so many steps."""
        return self.of_graph.plot_training(steps)

    @cue(
        seconds=5.0,
        requires=("a graph", "computation graph", "plots", "step of plots {until}"),
        shows="step on computation graph",
    )
    def train(self, until: Count | None = None) -> Animation:
        """Parameters, values and the plot change step by step, to step `until` or to the end."""
        return self.of_graph.train(until)
