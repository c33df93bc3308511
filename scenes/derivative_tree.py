"""A tree of derivatives: what the loss depends on, and along each branch the product of its derivatives."""

from dataclasses import replace

from manim import Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.derivatives.derivative_tree import branch_of, derivative_tree
from storyreel.engine.operation import GRADIENT
from storyreel.engine.weight_path import WeightPath
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.maths.chain_product import ChainProduct
from storyreel.graphics.maths.trees.tree_picture import EdgeLabel, TreePicture
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_travel,
    in_place_of,
    one_after_another,
    pop,
    run_spark,
    vanish,
)
from storyreel.graphics.networks.highlight import highlight
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.typeset import Typeset
from storyreel.stage.equation_stage import EquationStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import ParameterName, QuantityName, cue

ABOVE_CAPTIONS = 0.15
"""Manim units that equations leave free above the captions."""
LIGHTS_UP = 0.5
"""The time in which a branch lights up, relative to that in which its derivatives come to the product."""


class DerivativeTree(EquationStage):
    """A tree of derivatives: what the loss depends on, and along each branch the product of its derivatives.
    Each weight and bias has one way to the loss, as in layers of one neuron behind a first one of any
    size."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.picture: TreePicture | None = None
        self.labels: dict[str, EdgeLabel] = {}
        self.badges: dict[str, Badge] = {}
        self.on_stage: set[str] = set()
        """The keys of the numbers that are on stage."""
        self.product: ChainProduct | None = None
        self.equation = None
        self.lit: VMobject | None = None

    @property
    def formula_area(self) -> Area:
        """The room for an equation below the tree."""
        area = super().formula_area
        return replace(area, bottom=area.bottom + ABOVE_CAPTIONS)

    @property
    def _tree(self) -> TreePicture:
        return needed(self.picture, "there is no tree on stage yet; begin with `draw_tree`")

    def _drawn(self, is_given_left: bool) -> TreePicture:
        """The tree, with or without the numbers that training does not change; these leave room below it."""
        trace = self.experiment.trace
        nodes = derivative_tree(trace)
        left_out = [] if is_given_left else [key for key, node in nodes.items() if node.is_given]
        area = self.frame.whole if is_given_left else self.frame.stage
        try:
            return TreePicture(nodes, trace, area, left_out)
        except LayoutError as fault:
            raise StoryreelError(str(fault)) from None

    @cue(
        seconds=1.2,
        requires=("a network", "tree of derivatives"),
        hides=("tree",),
        shows="tree",
    )
    def draw_tree(self) -> Animation:
        """The loss appears at the left, where the tree begins; `grow` shows what it is made of."""
        gone = VGroup(*self._forget())
        self.picture = self._drawn(is_given_left=True)
        self.on_stage = {"loss"}
        return in_place_of(gone, pop(self.picture.shapes["loss"]))

    @cue(
        seconds=0.1,
        requires=(
            "a network",
            "tree of derivatives",
            "branches in tree {derivatives}",
            "gradient in tree {gradients}",
        ),
        hides=("tree",),
        shows=(
            "tree",
            "trained numbers on tree",
            "grown * on tree",
            "derivatives {derivatives} on tree",
            "grad.{gradients}",
        ),
    )
    def carry_tree(
        self, derivatives: list[QuantityName] | None = None, gradients: list[QuantityName] | None = None
    ) -> None:
        """The whole tree, without what training does not change, is on stage from the first frame on: with
        the local `derivatives` of these numbers, as `show_derivatives` shows them, and the `gradients` of
        these."""
        nodes = derivative_tree(self.experiment.trace)
        for name in derivatives or ():
            if name not in nodes or not nodes[name].children:
                raise StoryreelError(f"{name!r} is not made of other numbers in this tree")
        for name in gradients or ():
            if name not in nodes or nodes[name].is_given or name == "loss":
                raise StoryreelError(f"{name!r} has no gradient in this tree")
        self.remove(*self._forget())
        self.picture = tree = self._drawn(is_given_left=False)
        self.on_stage = set(tree.nodes)
        self.labels = {key: tree.label(key) for name in derivatives or () for key in self._children_of(name)}
        self.badges = {name: tree.badge(name) for name in gradients or ()}
        self.add(*tree.edges.values(), *tree.shapes.values(), *self.labels.values(), *self.badges.values())

    def _forget(self) -> list[VMobject]:
        """Forget the tree on stage and all that belongs to it, and return it to be faded out."""
        if self.picture is None:
            return []
        there = self.on_stage
        parts = [*(self.picture.shapes[key] for key in there)]
        parts += [edge for key, edge in self.picture.edges.items() if key in there]
        parts += [*self.labels.values(), *self.badges.values(), *self._product_parts()]
        parts += [self.equation] if self.equation is not None else []
        self.setup()
        return parts

    def _product_parts(self) -> list[VMobject]:
        return [part for part in (self.product, self.lit) if part is not None]

    @cue(seconds=1.8, requires=("tree", "branching number {of}"), shows="grown {of} on tree")
    def grow(self, of: QuantityName) -> Animation:
        """From a number branches grow to those that it is made of, which appear with their values."""
        tree = self._tree
        new = [key for key in self._children_of(of) if key not in self.on_stage]
        if not new:
            raise StoryreelError(f"{of!r} is not made of other numbers in this tree")
        self.on_stage.update(new)
        moves = [AnimationGroup(draw(tree.edges[key]), appear(tree.shapes[key])) for key in new]
        return one_after_another(moves, overlap=0.75)

    def _children_of(self, name: str) -> list[str]:
        nodes = self._tree.nodes
        return self._tree.children(nodes[name]) if name in nodes else []

    @cue(seconds=1.0, requires=("tree", "number in tree {of}"))
    def point_out(self, of: QuantityName) -> Animation:
        """A frame is drawn around a number, and fades out."""
        if of not in self.on_stage & set(self._tree.shapes):
            raise StoryreelError(f"{of!r} is not on stage in this tree")
        frame = highlight(self._tree.shapes[of])
        return Succession(draw(frame), vanish(frame))

    @cue(seconds=1.0, requires=("tree", "no trained numbers"))
    def point_out_given(self) -> Animation:
        """What training does not change, inputs and targets, is dimmed."""
        self._require_given()
        given = [key for key in self._tree.nodes if key in self.on_stage and self._tree.nodes[key].is_given]
        texts = [change(self._tree.shapes[key]).set_fill(opacity=theme.DIMMED) for key in given]
        lines = [change(self._tree.edges[key]).set_stroke(opacity=theme.DIMMED) for key in given]
        return AnimationGroup(*(move.build() for move in (*texts, *lines)))

    def _require_given(self) -> None:
        """Raise StoryreelError where what training does not change has left the tree."""
        if not any(node.is_given for node in self._tree.nodes.values()):
            raise StoryreelError("what training does not change has left the tree already")

    @cue(
        seconds=2.0,
        requires=("tree", "no trained numbers"),
        shows="trained numbers on tree",
    )
    def keep_trained(self) -> Animation:
        """What training does not change fades out, and the weights and biases take its room."""
        self._require_given()
        before, after = self._tree, self._drawn(is_given_left=False)
        kept = [key for key in before.nodes if key in after.nodes and key in self.on_stage]
        gone = [
            part
            for key in before.nodes
            if key in self.on_stage and key not in after.nodes
            for part in (before.shapes[key], before.edges[key])
        ]
        self.on_stage &= set(after.nodes)
        starts = {key: before.shapes[key].get_center() for key in kept}
        ends = {key: after.shapes[key].get_center() for key in kept}
        scales = {key: after.shapes[key].height / before.shapes[key].height for key in kept}
        sizes = dict.fromkeys(kept, 1.0)
        after.shapes |= {key: before.shapes[key] for key in kept}
        after.edges |= {key: before.edges[key] for key in kept if key in before.edges}
        self.picture = after

        def move(_: Mobject, alpha: float) -> None:
            share = ease_travel(alpha)
            for key in kept:
                size = scales[key] ** share
                after.shapes[key].scale(size / sizes[key])
                sizes[key] = size
                after.shapes[key].move_to((1 - share) * starts[key] + share * ends[key])
            for key in kept:
                if after.nodes[key].parent:
                    after.edges[key].points = after.outline(
                        key, (1 - share) * before.level + share * after.level
                    )

        parts = VGroup(
            *(after.shapes[key] for key in kept), *(after.edges[key] for key in kept if key != "loss")
        )
        moving = UpdateFromAlphaFunc(parts, move, rate_func=linear, run_time=1.4)
        leaving = AnimationGroup(*map(vanish, gone), run_time=0.6)
        return Succession(leaving, moving) if gone else moving

    @cue(
        seconds=1.6,
        requires=("tree", "trained numbers", "branches in tree {of}", "grown {of}"),
        shows="derivatives {of} on tree",
    )
    def show_derivatives(self, of: QuantityName) -> Animation | None:
        """On the branches from a number appear its local derivatives: how fast it changes with each number
        that it is made of."""
        children = [key for key in self._children_of(of) if key in self.on_stage]
        if any(node.is_given for node in self._tree.nodes.values()):
            raise StoryreelError(
                "inputs and targets take the room of derivatives; `keep_trained` comes first"
            )
        if not children:
            raise StoryreelError(f"what {of!r} is made of is not on stage yet; `grow: {of}` shows it")
        new = [key for key in children if key not in self.labels]
        self.labels |= {key: self._tree.label(key) for key in new}
        return one_after_another([pop(self.labels[key]) for key in new], overlap=0.7) if new else None

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
        before = VGroup(*self._product_parts())
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
        steps.append(AnimationGroup(*map(appear, signs), self.fly(*flights, around=[product])))
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
        before, self.product = VGroup(*self._product_parts()), None
        self.lit = self._tree.lit(of).set_z_index(-1)
        arrival = draw(self.lit)
        return AnimationGroup(vanish(before), arrival) if len(before) else arrival

    def rule_appears(self, name: str, is_alone: bool = True) -> Animation:
        """The equation of a number appears, in place of a product."""
        before, self.product, self.lit = VGroup(*self._product_parts()), None, None
        return in_place_of(before, super().rule_appears(name, is_alone))

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
        """Sparks run from the loss along the branches to these numbers, as large as the gradients, which
        appear there."""
        tree, trace = self._tree, self.experiment.trace
        for name in of:
            self._require_derivatives(name)
        new = [name for name in of if name not in self.badges]
        self.badges |= {name: tree.badge(name) for name in new}
        sizes = {name: abs(trace.number(GRADIENT + name)) for name in self.badges}
        largest = max(sizes.values(), default=0.0) or 1.0
        sparks = [run_spark(tree.lit(name), "gradient", (1.0, sizes[name] / largest)) for name in new]
        arrivals = AnimationGroup(*(pop(self.badges[name]) for name in new), run_time=0.4)
        return Succession(AnimationGroup(*sparks), arrivals)

    @cue(seconds=0.6, hides="product")
    def clear_product(self) -> Animation | None:
        """The product or the equation below the tree and the light on a branch fade out."""
        parts = self._product_parts()
        self.product = self.lit = None
        leaving = self._equation_vanishes()
        moves = [*map(vanish, parts), *([leaving] if leaving is not None else [])]
        return AnimationGroup(*moves) if moves else None
