"""The stage of chapters in which authors write formulas of their own, where an equation would be."""

from abc import abstractmethod
from collections.abc import Sequence

from manim import Animation, AnimationGroup, Succession, VMobject

from storyreel.engine.equations.notation import base_name
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.drawn import drawn_nodes
from storyreel.engine.graph.experiment import AnyExperiment
from storyreel.engine.operation import GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.author_formula import AuthorFormula
from storyreel.graphics.maths.equation import kind_of
from storyreel.graphics.motion.verbs import appear
from storyreel.stage.stage import Stage
from storyreel.storyboard.cue import Formula, cue
from storyreel.storyboard.formulas.written_formula import FormulaPart, symbol_names, written_formula


class FormulaStage(Stage):
    """A stage with room for a formula below its picture, in the place of an equation."""

    formula: AuthorFormula | None = None
    formula_em = theme.SIZES.formula
    """The size of equations and formulas, at most, in Manim units."""

    @cue(
        seconds=2.0,
        requires=("room for formula {formula}", "true formula {formula}"),
        hides=("table", "product"),
    )
    def write_formula(self, formula: Formula) -> Animation:
        """A formula appears below the picture, in place of an equation, and leaves as one does. It is written
        in Typst's mathematics: `(partial L)/(partial w_1) = {grad.y} times {h}`. Numbers in braces are those
        of the network, as in the narration, and fly in from the picture where it shows them; digits that are
        not from a network are plain facts, `{=2}`, but for those of subscripts. Symbols of the network's
        quantities have their colours. Sides that can be computed must be equal.
        """
        leaving = self.equation_leaves()
        own = self._own_experiment
        names = symbol_names(own.trace if own is not None else ())
        parts = written_formula(formula, names)
        self.formula = written = AuthorFormula(parts, self._kind_of, self.formula_area, self.formula_em)
        flights: list[tuple[VMobject, VMobject]] = []
        terms: list[Animation] = []
        for name in written.numbers:
            source = self.number_on_stage(name) if self.has_picture else None
            for term in written.number_of(name):
                if source is None:
                    terms.append(appear(term))
                else:
                    flights.append((source, term))
        steps = [appear(written.rest)]
        steps += [self.fly(*flights, around=[written])] if flights else []
        steps += [AnimationGroup(*terms)] if terms else []  # such as a result, which comes last
        return Succession(*([leaving] if leaving else []), *steps)

    def formula_parts(self) -> Sequence[VMobject]:
        """Forget the formula on stage, and return it to be faded out."""
        before, self.formula = self.formula, None
        return [] if before is None else [before]

    @property
    def formula_area(self) -> Area:
        """The room for an equation, a formula or a table below the picture."""
        return self.frame.formula

    @abstractmethod
    def equation_leaves(self) -> Animation | None:
        """The equation or formula below the picture fades out."""

    @property
    def has_picture(self) -> bool:
        """True if there is a picture from which numbers may fly."""
        return True

    @abstractmethod
    def number_on_stage(self, name: str) -> VMobject | None:
        """The number `name` in the picture, or None where it is not shown."""

    @property
    def _own_experiment(self) -> AnyExperiment | None:
        return self.performance.graph or self.performance.experiment

    def _kind_of(self, part: FormulaPart) -> str:
        """The kind of quantity of a part of a formula; that of text for what is none of a network's."""
        if part.is_gradient:
            return "gradient"
        experiment, name = self._own_experiment, part.name
        if not name:
            return "text"
        head, dot, rest = name.partition(".")
        if dot and head in self.performance.experiments:
            experiment, name = self.performance.experiments[head], rest
        elif GRADIENT in name:
            return "gradient"  # of a graph's, too, which no stage has
        if experiment is None or base_name(name).startswith(("count.", "learning_rate")):
            return "text"
        if isinstance(experiment, Experiment):
            return kind_of(experiment.trace, name)
        nodes, own = drawn_nodes(experiment.graph), base_name(name)
        return nodes[own].kind if own in nodes else "gradient" if "grad." in own else "text"
