"""How far the passes through a graph have gone: which values and gradients a chapter has shown.

    passes.require_operands("f")                raises: `q` has to be computed before `f`

All that is `require…`d raises StoryreelError where it is not so.
"""

from storyreel.core.errors import StoryreelError
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.fold import Fold, folded_experiment
from storyreel.storyboard.graphs.edges import nodes_between, operands_of, users_of


class GraphPasses:
    """The forward and the backward pass through the graph `whole`, with `folds`, as far as they are on stage.

    `values` are the formulas whose values are there, `passed` the steps back: through which formula, and to
    what it uses (None: to all of it), `sums` the nodes to which the gradients of several edges were added.
    `renewed` are the parameters that took their next values, with which the graph `has_run` or not yet. Once
    its training `is_plotted`, nothing but that changes it.
    """

    def __init__(self, whole: GraphExperiment) -> None:
        self.whole = whole
        self.folds: tuple[Fold, ...] = ()
        self.values: set[str] = set()
        self.has_begun = False
        self.passed: set[tuple[str, str | None]] = set()
        self.sums: set[str] = set()
        self.renewed: set[str] = set()
        self.has_run = self.is_plotted = False

    @property
    def graph(self) -> GraphExperiment:
        """The graph as it is on stage."""
        return folded_experiment(self.whole, self.folds)

    @property
    def formulas(self) -> list[str]:
        """The names of all formulas on stage, in order."""
        trace = self.graph.trace
        return [name for name in trace if "/" not in name and trace[name].primitive is not None]

    def has_value(self, name: str) -> bool:
        """True if the value of a node is there."""
        return name in self.values or not operands_of(self.graph, name)

    def has_gradient(self, name: str) -> bool:
        """True if the gradient of a node is there."""
        if name == self.graph.graph.output:
            return self.has_begun
        users = users_of(self.graph, name)
        if len(users) > 1:
            return name in self.sums
        return bool(users) and self.is_passed(users[0], name)

    def is_passed(self, through: str, to: str) -> bool:
        """True if the gradient has come back through a formula to something that it uses."""
        return not self.passed.isdisjoint({(through, to), (through, None)})

    def has_passed(self, through: str) -> bool:
        """True if the gradient of a formula has come back to all that it uses."""
        return all(self.is_passed(through, to) for to in operands_of(self.graph, through))

    def show_everything(self, has_gradients: bool) -> None:
        """All values are there, and all gradients if it `has_gradients`."""
        self.values.update(self.formulas)
        if has_gradients:
            self.has_begun = True
            self.passed |= {(name, None) for name in self.formulas}
            self.sums |= {name for name in self.graph.trace if len(users_of(self.graph, name)) > 1}

    def require_old_weights(self) -> None:
        """No parameter has changed, or the graph has run with the new ones."""
        if self.is_plotted:
            raise StoryreelError("once training is plotted, values change with its steps only; do it before")
        if self.renewed and not self.has_run:
            name = min(self.renewed)
            raise StoryreelError(f"`{name}` is new, and the values are of the old one; `run_forward` first")

    def require_node(self, name: str) -> None:
        """It is not inside of a fold."""
        if name not in self.graph.trace:
            fold = next(fold for fold in reversed(self.folds) if name in fold.formulas)
            raise StoryreelError(f"`{name}` is folded into `{fold.name}`; `unfold: {fold.name}` shows it")

    def require_operands(self, name: str) -> None:
        """It is computed, from values that are there."""
        self.require_node(name)
        self.require_old_weights()
        if not (uses := operands_of(self.graph, name)):
            raise StoryreelError(f"`{name}` is given, not computed")
        if left := [each for each in uses if not self.has_value(each)]:
            raise StoryreelError(f"`{left[0]}` has to be computed before `{name}`")

    def require_output(self) -> None:
        """The output is computed, with the weights that are there."""
        self.require_old_weights()
        self._require_output_value("the backward pass")

    def _require_output_value(self, before: str) -> None:
        if not self.has_value(output := self.graph.graph.output):
            raise StoryreelError(f"the output `{output}` has to be computed before {before}")

    def require_gradient(self, name: str) -> None:
        """It is there, and of the weights that are there."""
        self.require_node(name)
        self.require_old_weights()
        if self.has_gradient(name):
            return
        if len(users_of(self.graph, name)) > 1:
            raise StoryreelError(
                f"the gradients that come back to `{name}` have to be added first, with `add_gradients`"
            )
        raise StoryreelError(f"there is no gradient of `{name}` on stage yet")

    def require_way_on(self, name: str, to: str | None) -> None:
        """The formula uses something, and `to` if that is given."""
        self.require_node(name)
        uses = operands_of(self.graph, name)
        if not uses:
            raise StoryreelError(f"`{name}` is given: gradients end there")
        if to is not None and to not in uses:
            self.require_node(to)
            raise StoryreelError(f"`{name}` does not use `{to}`")

    def require_all_ways(self, name: str) -> None:
        """Gradients come back to a node along several ways, and all have come back."""
        self.require_node(name)
        users = users_of(self.graph, name)
        if len(users) < 2:
            message = f"gradients come back to `{name}` along one way only: there is nothing to add"
            raise StoryreelError(message)
        if left := [user for user in users if not self.is_passed(user, name)]:
            raise StoryreelError(f"nothing has come back to `{name}` from `{left[0]}` yet")

    def require_way(self, start: str, end: str) -> None:
        """A way leads from one node to another."""
        self.require_node(start)
        self.require_node(end)
        if not nodes_between(self.graph, start, end):
            raise StoryreelError(f"no way leads from `{start}` to `{end}`")

    def require_receivable(self, name: str) -> None:
        """The gradient can come back to it: it has its value, is used, and the gradients of all that use it
        are there, or it is the output that does."""
        self.require_node(name)
        self.require_output()
        output = self.graph.graph.output
        if name == output:
            raise StoryreelError(f"`{name}` is the output: its gradient is 1, and nothing comes back to it")
        users = users_of(self.graph, name)
        if not users:
            raise StoryreelError(f"nothing uses `{name}`, so no gradient comes back to it")
        if left := [user for user in users if user != output and not self.has_gradient(user)]:
            raise StoryreelError(f"the gradient has to come back to `{left[0]}` before it comes to `{name}`")

    def receive(self, name: str) -> None:
        """The gradient comes back to a node from all formulas that use it, and adds up."""
        self.require_receivable(name)
        self.has_begun = True
        users = users_of(self.graph, name)
        self.passed |= {(user, name) for user in users}
        if len(users) > 1:
            self.sums.add(name)
