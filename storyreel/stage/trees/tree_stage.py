"""A stage with a tree of derivatives, which grows from the loss to what it depends on."""

from manim import Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.derivatives.derivative_tree import derivative_tree
from storyreel.graphics import theme
from storyreel.graphics.layout import LayoutError
from storyreel.graphics.maths.trees.tree_picture import EdgeLabel, TreePicture
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_travel,
    in_place_of,
    one_after_another,
    pop,
    vanish,
)
from storyreel.graphics.networks.highlight import highlight
from storyreel.graphics.parts.badge import Badge
from storyreel.stage.equation_stage import EquationStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import QuantityName, cue

AHEAD = 0.25
"""The opacity of what of a tree has not been shown yet."""


class TreeStage(EquationStage):
    """A stage with the tree of what the loss depends on, and what of it is shown: its numbers, its local
    derivatives as labels on branches, its gradients as badges."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.picture: TreePicture | None = None
        self.labels: dict[str, EdgeLabel] = {}
        self.badges: dict[str, Badge] = {}
        self.ahead: dict[str, VGroup] = {}
        """What is on stage dimmed, as it has not been shown yet: branches with their numbers, by key."""
        self.on_stage: set[str] = set()
        """The keys of the numbers that are on stage."""
        self.equation = None

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
        opens=True,
    )
    def draw_tree(self) -> Animation:
        """The whole tree appears, dimmed, and at its left, where it begins, the loss; `grow` shows what it is
        made of."""
        gone = VGroup(*self._forget())
        self.picture = tree = self._drawn(is_given_left=True)
        self.on_stage = {"loss"}
        self.ahead = {key: VGroup(tree.edges[key], tree.shapes[key]).copy() for key in tree.edges}
        for edge, shape in self.ahead.values():
            edge.set_stroke(opacity=AHEAD)
            shape.set_opacity(AHEAD)
        return in_place_of(gone, AnimationGroup(pop(tree.shapes["loss"]), *map(appear, self.ahead.values())))

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
        parts: list[VMobject] = [*(self.picture.shapes[key] for key in there)]
        parts += [edge for key, edge in self.picture.edges.items() if key in there]
        parts += [*self.ahead.values(), *self.labels.values(), *self.badges.values(), *self.product_parts()]
        parts += [*([self.equation] if self.equation is not None else []), *self.formula_parts()]
        self.setup()
        return parts

    def product_parts(self) -> list[VMobject]:
        """The product below the tree and what lights up with it, where a scene shows one."""
        return []

    @cue(seconds=1.8, requires=("tree", "branching number {of}"), shows="grown {of} on tree")
    def grow(self, of: QuantityName) -> Animation:
        """From a number branches grow to those that it is made of, which appear with their values."""
        new = [key for key in self._children_of(of) if key not in self.on_stage]
        if not new:
            raise StoryreelError(f"{of!r} is not made of other numbers in this tree")
        self.on_stage.update(new)
        moves = [AnimationGroup(*self._lights_up(key)) for key in new]
        return one_after_another(moves, overlap=0.75)

    def _lights_up(self, key: str) -> list[Animation]:
        """A branch is drawn, and its number appears, in the place of what was dimmed."""
        tree, dimmed = self._tree, self.ahead.pop(key, None)
        moves = [draw(tree.edges[key]), appear(tree.shapes[key])]
        return [*moves, *([vanish(dimmed)] if dimmed is not None else [])]

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

    @cue(seconds=2.5, requires="tree")
    def point_out_trained(self) -> Animation | None:
        """A frame is drawn around each weight and bias on stage, one after another, and fades out."""
        tree = self._tree
        trained = [key for key, node in tree.nodes.items() if not node.children and not node.is_given]
        frames = [highlight(tree.shapes[key]) for key in trained if key in self.on_stage]
        if not frames:
            return None
        return one_after_another([Succession(draw(each), vanish(each)) for each in frames], overlap=0.6)

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
        levels, trunks = after.levels, after.trunks
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
            pairs = zip(before.levels, levels, strict=True)
            after.levels = [(1 - share) * old + share * new for old, new in pairs]
            after.trunks = [share * trunk for trunk in trunks]  # the tree before has none
            for key in kept:
                if after.nodes[key].parent:
                    after.edges[key].points = after.outline(key)

        parts = VGroup(
            *(after.shapes[key] for key in kept), *(after.edges[key] for key in kept if key != "loss")
        )
        moving = UpdateFromAlphaFunc(parts, move, rate_func=linear, run_time=1.4)
        leaving = AnimationGroup(*map(vanish, gone), run_time=0.6)
        return Succession(leaving, moving) if gone else moving
