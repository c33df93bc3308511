"""How far the training of a graph has gone: its batch, its new parameters, its plot.

All that is `require…`d raises StoryreelError where it is not so.
"""

from dataclasses import replace

from storyreel.core.errors import StoryreelError
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.fold import folded_experiment
from storyreel.storyboard.graphs.passes import GraphPasses
from storyreel.storyboard.graphs.room import MOST_CARDS


class GraphTraining(GraphPasses):
    """The passes of a graph, and its training as far as it is on stage.

    A graph that `is_batch` is drawn for all examples of its data; `gathered` are the parameters whose
    gradients of all examples came together.
    """

    def __init__(self, whole: GraphExperiment) -> None:
        super().__init__(whole)
        self.is_batch = False
        self.gathered: set[str] = set()

    def stack_examples(self) -> None:
        """The graph is drawn for all examples of its data; the one in front has to be one of them."""
        if not self.whole.data_rows:
            raise StoryreelError(
                f"a batch is of several examples, and `{self.whole.name}` has no `data`, only its `input`"
            )
        if self.whole.example_in_focus is None:
            raise StoryreelError(
                f"the `input` of `{self.whole.name}` is none of its `data`, so it cannot be in front of the"
                " batch; give the chapter an `example` of the data, such as `example: 0`"
            )
        self.is_batch = True

    @property
    def cards(self) -> int:
        """The cards of a stack in the picture: one for each example of a batch, if these are few."""
        return min(self.whole.data_rows, MOST_CARDS) if self.is_batch else 1

    def require_gatherable(self, name: str) -> None:
        """The examples of a batch have a loss there, or a gradient of a parameter."""
        self.require_node(name)
        if not self.is_batch:
            raise StoryreelError("only a batch is gathered; draw it with `draw_graph: {batch: true}`")
        if name == self.graph.graph.output:
            self.require_output()
        elif name not in self.whole.parameters:
            raise StoryreelError(
                f"`{name}` is no parameter: each example has its own; gathered are the losses,"
                f" `{self.graph.graph.output}`, and the gradients of parameters"
            )
        else:
            self.require_gradient(name)

    def gather(self, name: str) -> None:
        """What the examples of a batch have for a node comes together."""
        self.require_gatherable(name)
        if name in self.whole.parameters:
            self.gathered.add(name)

    def require_new_weight(self, name: str | None) -> None:
        """A step changes it (None: what is left), and has not yet."""
        if self.is_plotted or self.has_run:
            raise StoryreelError("one update is shown; `plot_training` and `train` go on from there")
        if not self.whole.parameters:
            raise StoryreelError(f"`{self.whole.name}` has no `parameters`, so there is nothing to update")
        self._require_output_value("an update")
        if name is not None and name not in self.whole.parameters:
            raise StoryreelError(f"`{name}` is no parameter, so a step does not change it")
        if name in self.renewed or not self.to_renew:
            raise StoryreelError(f"`{name or 'all'}` is updated already")

    @property
    def to_renew(self) -> list[str]:
        """The parameters that have not taken their next values yet."""
        return [name for name in self.whole.parameters if name not in self.renewed]

    def renew(self, name: str | None) -> None:
        """A parameter (None: all that are left) takes its next value."""
        self.require_new_weight(name)
        self.renewed |= set(self.to_renew if name is None else [name])

    def require_all_renewed(self) -> None:
        """All parameters have taken their next values, and the graph has not run with them."""
        if self.has_run or not self.renewed:
            raise StoryreelError("there are no new parameters to run with yet; `update` gives them")
        if self.to_renew:
            raise StoryreelError(
                f"`{self.to_renew[0]}` is still the old one; `update` without a weight updates all left"
            )

    def run_forward(self) -> None:
        """All values are computed again, with the new parameters; the gradients were of the old ones."""
        self.require_all_renewed()
        self.has_run, self.whole = True, self.whole.stepped(1)
        self.show_everything(has_gradients=False)
        self.has_begun = False
        self.passed, self.sums, self.gathered = set(), set(), set()

    @property
    def renewing(self) -> GraphExperiment:
        """The graph on stage with those of its parameters new that are."""
        after = self.whole.stepped(1)
        given = {
            name: (after if name in self.renewed else self.whole).given[name] for name in self.whole.given
        }
        return folded_experiment(replace(self.whole, given=given), self.folds)

    def focus(self, example: int) -> None:
        """Another example of the data comes into focus. Raises StoryreelError if there is none."""
        self.require_old_weights()
        try:
            self.whole = self.whole.focused(example)
        except IndexError as error:
            raise StoryreelError(str(error)) from None

    def plot(self) -> None:
        """The training is plotted, with which the values go on."""
        self.is_plotted = True
