"""The stage of chapters that can go from one example of a network's data to another."""

from manim import Animation, AnimationGroup, Succession, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.maths.computation_graph import ComputationGraph
from storyreel.graphics.motion.verbs import change, slide, vanish
from storyreel.graphics.networks.diagram_motion import sparks_into
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.parts.badge import Badge
from storyreel.stage.equation_stage import LEAVING
from storyreel.stage.network_stage import NetworkStage
from storyreel.storyboard.cue import Example, cue

_COMPUTED = ("pre_activation", "activation", "loss")
"""The kinds of quantity that the forward pass computes."""


class ExampleStage(NetworkStage):
    """A stage with a network that can take another example of its data."""

    @cue(seconds=3.0, requires=("network or graph", "data", "no plots"), hides=("table", "grad.*"))
    def take_example(self, example: Example, filled: bool = True) -> Animation:
        """The network takes another example of its data, counted from 0: inputs, targets and all numbers that
        follow from them change; an equation and gradients of the loss fade out. Numbers in the narration are
        of this example from the cue's mark on.

        `filled`: with the new numbers in all neurons that had one; else these become empty.
        """
        diagram = self.drawing
        if not isinstance(diagram, NetworkDiagram | ComputationGraph):
            raise StoryreelError("this picture is of one example; turn it into the graph with `unfold_graph`")
        badges = self.examples_badges()
        self.gradients = {name: badge for name, badge in self.gradients.items() if badge not in badges}
        gone = [*badges, *self.left_by_example()]
        leaving = [*filter(None, [self._equation_vanishes()]), *map(vanish, gone)]
        self.bring_into_focus(example)
        diagram.trace = self.trace
        lit = [name for name in diagram.nodes if self._is_lit(name)]
        given = [name for name in lit if self.trace[name].kind in ("input", "target")]
        columns = [[name] for name in lit if self.trace[name].kind in _COMPUTED]
        if isinstance(diagram, NetworkDiagram):
            columns = [
                [name for name in column if name in lit] for column in (*diagram.columns[1:], ("loss",))
            ]
        steps: list[Animation] = [AnimationGroup(*leaving, run_time=LEAVING)] if leaving else []
        changes = [*map(self._refill, given), *self._targets_change()]
        steps += [AnimationGroup(*changes)] if changes else []
        for column in filter(None, columns):
            steps += sparks_into(diagram, column) if filled and isinstance(diagram, NetworkDiagram) else []
            steps.append(AnimationGroup(*map(self._refill if filled else self._empties, column)))
        return Succession(*steps) if steps else AnimationGroup()

    def examples_badges(self) -> list[Badge]:
        """The badges of gradients that another example changes."""
        return list(self.gradients.values())

    def left_by_example(self) -> list[VMobject]:
        """What else is on stage of the numbers of an example, and leaves with it."""
        return []

    def _is_lit(self, name: str) -> bool:
        """True for a node that shows its number, or its brightness where the number does not fit."""
        node = self.drawing.nodes[name]
        dark = theme.colour("surface").upper()
        return node.value is not None or node.circle.get_fill_color().to_hex().upper() != dark

    def _empties(self, name: str) -> Animation:
        node = self.drawing.nodes[name]
        before, node.value = node.value, None
        goes_dark = change(node).go_dark().build()
        return AnimationGroup(goes_dark, *([vanish(before)] if before is not None else []))

    def _targets_change(self) -> list[Animation]:
        """The tags of targets that are on stage take the numbers of the example in focus."""
        diagram, moves = self.drawing, list[Animation]()
        on_stage = {id(part) for part in self.get_mobject_family_members()}
        for name, before in list(diagram.targets.items()) if isinstance(diagram, NetworkDiagram) else ():
            after = diagram.place_target(name)
            if id(before) in on_stage:
                moves.append(slide(before, after))
        return moves
