"""How far a chapter has gone with its graph: what is folded, which values and gradients it has shown.

    progress = GraphProgress(experiment)
    progress.require_operands("f")              raises: `q` has to be computed before `f`

A scene keeps one, and `check` makes one of what is on stage, so that both say the same. All that is
`require…`d raises StoryreelError where it is not so.
"""

import re
from collections.abc import Iterable

from storyreel.core.errors import StoryreelError
from storyreel.engine.graph.fold import Fold, folded_experiment
from storyreel.storyboard.graphs.edges import operands_of, users_of
from storyreel.storyboard.graphs.training import GraphTraining

_NAME = re.compile(r"[^\W\d_]\w{0,11}")


class GraphProgress(GraphTraining):
    """What of the graph `whole` is on stage: its passes, its training, and which formulas are folded."""

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
