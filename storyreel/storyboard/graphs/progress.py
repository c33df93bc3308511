"""How far a chapter has gone with its graph: what is folded, which values and gradients it has shown.

    progress = GraphProgress(experiment)
    progress.require_operands("f")              raises: `q` has to be computed before `f`

A scene keeps one, and `check` makes one of what is on stage, so that both say the same. All that is
`require…`d raises StoryreelError where it is not so.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from storyreel.core.errors import StoryreelError
from storyreel.engine.graph.drawn import formula_of, parts_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.fold import Fold, folded_experiment
from storyreel.storyboard.graphs.room import MOST_CARDS

_NAME = re.compile(r"[^\W\d_]\w{0,11}")


class GraphProgress:
    """What of the graph `whole` is on stage.

    `values` are the formulas whose values are there, `passed` the steps back: through which formula, and to
    what it uses (None: to all of it), `sums` the nodes to which the gradients of several edges were added. A
    graph that `is_batch` is drawn for all examples of its data; `gathered` are the parameters whose gradients
    of all examples came together. `renewed` are the parameters that took their next values, with which the
    graph `has_run` or not yet. Once its training `is_plotted`, nothing but that changes it.
    """

    def __init__(self, whole: GraphExperiment) -> None:
        self.whole = whole
        self.folds: tuple[Fold, ...] = ()
        self.values: set[str] = set()
        self.has_begun = False
        self.passed: set[tuple[str, str | None]] = set()
        self.sums: set[str] = set()
        self.is_batch = False
        self.gathered: set[str] = set()
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

    def fold(self, formulas: Iterable[str], name: str | None) -> Fold:
        """Some formulas become one node. Raises StoryreelError if they cannot, or if some of them, but not
        all, have their values, or have passed their gradients back."""
        if name is None or _NAME.fullmatch(name) is None:
            raise StoryreelError("what is folded needs a `name`, a word of at most twelve letters")
        if any(name == fold.name for fold in self.folds):
            raise StoryreelError(f"there is something folded called `{name}` already")
        fold = Fold(name, tuple(formulas))
        for each in fold.formulas:
            self.require_node(each)
        try:
            after = folded_experiment(self.whole, (*self.folds, fold))
        except ValueError as fault:
            raise StoryreelError(str(fault)) from None
        result = next(each for each in fold.formulas if each in after.trace)
        is_passed = self._is_alike(fold, result)
        known = self._known_gradients()
        self.folds = (*self.folds, fold)
        self.passed = {step for step in self.passed if step[0] not in fold.formulas}
        if is_passed:
            self.passed.add((result, None))
        self._know_again(known)
        return fold

    def unfold(self, name: str) -> Fold:
        """The fold called `name` is taken apart again. Raises StoryreelError if there is none on stage, or
        if its gradient has come back to some of what it uses, but not to all."""
        fold = next((fold for fold in self.folds if fold.name == name), None)
        if fold is None:
            there = ", ".join(f"`{each.name}`" for each in self.folds) or "nothing"
            raise StoryreelError(f"nothing called `{name}` is folded; folded is {there}")
        later = self.folds[self.folds.index(fold) + 1 :]
        result = next(each for each in fold.formulas if each in folded_experiment(self.whole, (fold,)).trace)
        if around := [each.name for each in later if result in each.formulas]:
            raise StoryreelError(f"`{name}` is folded into `{around[0]}`; unfold that first")
        is_passed, known = self.has_passed(result), self._known_gradients()
        if not is_passed and any(self.is_passed(result, to) for to in operands_of(self.graph, result)):
            raise StoryreelError(f"the gradient of `{result}` has come back on some of its edges only")
        self.folds = tuple(each for each in self.folds if each is not fold)
        inside = [each for each in self.formulas if each in fold.formulas]
        if result in self.values:
            self.values.update(inside)
        if is_passed:
            self.passed |= {(each, None) for each in inside}
            known |= {each for each in inside if each != result}
        self._know_again(known)
        return fold

    def _is_alike(self, fold: Fold, result: str) -> bool:
        """True if all formulas have passed their gradients back, False if none; raises StoryreelError if only
        some of them have, or have their values."""
        formulas = [each for each in fold.formulas if operands_of(self.graph, each)]
        if len({each in self.values for each in formulas}) > 1:
            raise StoryreelError(
                f"some values of `{fold.name}` are there, and some are not; fold it before, or after"
            )
        started = any(through in formulas for through, _ in self.passed)
        done = all(self.has_passed(each) and (each == result or self.has_gradient(each)) for each in formulas)
        if started and not done:
            raise StoryreelError(
                f"the gradient is on its way back through `{fold.name}`; fold it before, or after"
            )
        return started

    def _known_gradients(self) -> set[str]:
        return {name for name in self.graph.trace if "/" not in name and self.has_gradient(name)}

    def _know_again(self, known: set[str]) -> None:
        """Take the gradients that were known for known, however many edges there are now."""
        here = self.graph.trace
        self.sums |= {name for name in known if name in here and len(users_of(self.graph, name)) > 1}


def operands_of(experiment: GraphExperiment, name: str) -> list[str]:
    """What a formula uses, by name: the inputs of all its parts but these parts themselves."""
    parts = parts_of(experiment.graph, name)
    used = (each for part in parts for each in experiment.trace[part].inputs)
    return list(dict.fromkeys(each for each in used if "/" not in each))


def users_of(experiment: GraphExperiment, name: str) -> list[str]:
    """The names of the formulas that use a node, for each edge."""
    return [formula_of(edge.to) for edge in experiment.trace[name].passed_back]


def nodes_between(experiment: GraphExperiment, start: str, end: str) -> set[str]:
    """The nodes on all ways from one node to another, with both; none if there is no way."""
    after, before = {start}, {end}
    for node in experiment.graph.nodes:
        if after & set(node.inputs):
            after.add(node.name)
    for node in reversed(experiment.graph.nodes):
        if node.name in before:
            before |= set(node.inputs)
    found = after & before
    return found if start != end and {start, end} <= found else set()
