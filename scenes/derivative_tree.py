"""A tree of derivatives: what the loss depends on, and along each branch the product of its derivatives."""

from dataclasses import replace

from manim import Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.derivatives.derivative_tree import LOSS, branch_of
from storyreel.engine.operation import GRADIENT
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics.layout import Area
from storyreel.graphics.maths.chain_product import ChainProduct
from storyreel.graphics.motion.verbs import (
    appear,
    appear_beside_flight,
    draw,
    in_place_of,
    one_after_another,
    pop,
    run_spark,
    vanish,
)
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.trees.tree_stage import TreeStage
from storyreel.storyboard.cue import ParameterName, QuantityName, cue

ABOVE_CAPTIONS = 0.15
"""Manim units that equations leave free above the captions."""
LIGHTS_UP = 0.5
"""The time in which a branch lights up, relative to that in which its derivatives come to the product."""


class DerivativeTree(TreeStage):
    """A tree of derivatives: what the loss depends on, and along each branch the product of its derivatives.
    Each weight and bias has one way to the loss, as in layers of one neuron behind a first one of any
    size."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        super().setup()
        self.product: ChainProduct | None = None
        self.lit: VMobject | None = None

    @property
    def formula_area(self) -> Area:
        """The room for an equation below the tree."""
        area = super().formula_area
        return replace(area, bottom=area.bottom + ABOVE_CAPTIONS)

    def product_parts(self) -> list[VMobject]:
        """The product below the tree and the light on a branch."""
        return [part for part in (self.product, self.lit) if part is not None]

    @cue(
        seconds=2.6,
        requires=("tree", "trained numbers", "branches in tree {of}", "grown {of}"),
        shows="derivatives {of} on tree",
    )
    def show_derivatives(self, of: QuantityName) -> Animation | None:
        """On the branches from a number appear its local derivatives: how fast it changes with each number
        that it is made of. One that is another number of the tree, as in a product the derivative with
        respect to one factor is the other, flies from there."""
        children = [key for key in self._children_of(of) if key in self.on_stage]
        if any(node.is_given for node in self._tree.nodes.values()):
            raise StoryreelError(
                "inputs and targets take the room of derivatives; `keep_trained` comes first"
            )
        if not children:
            raise StoryreelError(f"what {of!r} is made of is not on stage yet; `grow: {of}` shows it")
        new = [key for key in children if key not in self.labels]
        self.labels |= {key: self._tree.label(key) for key in new}
        return one_after_another([self._label_arrives(key) for key in new], overlap=0.35) if new else None

    def _label_arrives(self, key: str) -> Animation:
        """A local derivative flies to its branch from the number of the tree that it is, or else appears."""
        label = self.labels[key]
        source = self.number_on_stage(self._tree.nodes[key].derivative_name)
        if source is None:
            return pop(label)
        return AnimationGroup(appear(label.ground), self.fly((source, label.number)))

    @cue(
        seconds=5.0,
        equation="chain of {of}",
        requires=("tree", "derivatives along {of}"),
        hides="product",
        shows=("grad.{of}", "product"),
    )
    def multiply(self, of: ParameterName) -> Animation:
        """The branch from the loss to a weight or bias lights up, its local derivatives fly into their
        product, and this, the gradient, flies to the weight or bias."""
        self._require_derivatives(of)
        tree, path = self._tree, WeightPath(self.experiment.trace, of)
        leaving = self._equation_vanishes()
        before = VGroup(*self.product_parts())
        self.product = product = ChainProduct(path, self.formula_area)
        self.lit = lit = tree.lit(of).set_z_index(-1)
        links = [*branch_of(tree.nodes, of)][:-1]
        flights = [
            (self.labels[node.key].number, product.term(f"number {n}")) for n, node in enumerate(links)
        ]
        symbols = [product.term(name) for n in range(len(links)) for name in (f"sign {n}", f"factor {n}")]
        signs = [product.term(f"number sign {n}") for n in range(len(links))]
        rule = [appear(product.term("left")), *map(appear, symbols)]
        steps: list[Animation] = [AnimationGroup(draw(lit), one_after_another(rule, overlap=0.8))]
        steps.append(AnimationGroup(*map(appear_beside_flight, signs), self.fly(*flights, around=[product])))
        result = [product.term("result sign"), product.term("result")]
        steps.append(AnimationGroup(*map(appear, result), run_time=LIGHTS_UP))
        if of not in self.badges:
            badge = self.badges[of] = tree.badge(of)
            steps.append(self.fly((product.term("result"), badge), around=[product]))
        arrival = in_place_of(before, Succession(*steps))
        return arrival if leaving is None else Succession(leaving, arrival)

    def _require_derivatives(self, name: str) -> None:
        """Raise StoryreelError where a local derivative between the loss and a number is missing."""
        tree = self._tree
        if name not in tree.nodes or name == "loss":
            raise StoryreelError(f"no branch leads from the loss to {name!r} in this tree")
        if any(node.key not in self.labels for node in branch_of(tree.nodes, name)[:-1]):
            raise StoryreelError(
                "a local derivative on this branch is missing; `show_derivatives` comes first"
            )

    @cue(seconds=1.5, requires=("tree", "number in tree {of}"), hides="product")
    def light_branch(self, of: ParameterName) -> Animation:
        """The branch from the loss to a weight or bias lights up, and no other one."""
        if of not in self.on_stage & set(self._tree.shapes):
            raise StoryreelError(f"{of!r} is not on stage in this tree")
        before, self.product = VGroup(*self.product_parts()), None
        self.lit = self._tree.lit(of).set_z_index(-1)
        arrival = draw(self.lit)
        return AnimationGroup(vanish(before), arrival) if len(before) else arrival

    def rule_appears(self, name: str, is_alone: bool = True) -> Animation:
        """The equation of a number appears, in place of a product."""
        before, self.product, self.lit = VGroup(*self.product_parts()), None, None
        return in_place_of(before, super().rule_appears(name, is_alone))

    def equation_leaves(self) -> Animation | None:
        """The product, the equation or the formula below the tree and the light on a branch fade out."""
        return self.clear_product()

    @property
    def has_picture(self) -> bool:
        """True if there is a tree from which numbers may fly."""
        return self.picture is not None

    def number_on_stage(self, name: str) -> VMobject | None:
        """The number `name` in the tree, or None where it is not shown."""
        if name.startswith(GRADIENT):
            badge = self.badges.get(name.removeprefix(GRADIENT))
            return badge.number if badge is not None else None
        found = self._tree.shapes.get(name) if name in self.on_stage else None
        return found.slot(1) if isinstance(found, Typeset) else found.number if found is not None else None

    def take_result(self, name: str, number: VMobject) -> Animation | None:
        """A gradient flies to its number, if that is in the tree."""
        tree, quantity = self._tree, name.removeprefix(GRADIENT)
        if quantity == name or quantity not in self.on_stage or quantity in self.badges:
            return None
        badge = self.badges[quantity] = tree.badge(quantity)
        return self.fly((number, badge))

    @cue(
        seconds=2.0,
        requires=("tree", "derivatives along {of}"),
        shows="grad.{of}",
    )
    def send_back(self, of: list[QuantityName]) -> Animation:
        """Sparks run along the branches to these numbers, as large as the gradients, which appear there: from
        the nearest number before them that has its gradient, else from the loss."""
        tree, trace = self._tree, self.experiment.trace
        for name in of:
            self._require_derivatives(name)
        new = [name for name in of if name not in self.badges]
        starts = {name: self._waiting(name) for name in new}
        self.badges |= {name: tree.badge(name) for name in new}
        sizes = {name: abs(trace.number(GRADIENT + name)) for name in self.badges}
        largest = max(sizes.values(), default=0.0) or 1.0
        sizes[LOSS] = largest
        sparks = [
            run_spark(
                tree.way(name, starts[name]),
                "gradient",
                (sizes[starts[name]] / largest, sizes[name] / largest),
            )
            for name in new
        ]
        arrivals = AnimationGroup(*(pop(self.badges[name]) for name in new), run_time=0.4)
        return Succession(AnimationGroup(*sparks), arrivals)

    def _waiting(self, name: str) -> str:
        """The nearest number between another one and the loss whose gradient is on stage; else the loss."""
        before = branch_of(self._tree.nodes, name)[1:]
        return next((node.key for node in before if node.key in self.badges), LOSS)

    @cue(seconds=0.6, hides="product")
    def clear_product(self) -> Animation | None:
        """The product or the equation below the tree and the light on a branch fade out."""
        parts = self.product_parts()
        self.product = self.lit = None
        leaving = self._equation_vanishes()
        moves = [*map(vanish, parts), *([leaving] if leaving is not None else [])]
        return AnimationGroup(*moves) if moves else None
