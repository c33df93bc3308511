"""The stage of chapters that nudge a weight or a bias and let the network run again."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.core.number_format import in_full
from storyreel.engine.trace import Trace
from storyreel.graphics.motion.redraw import Redraw
from storyreel.graphics.motion.verbs import appear, run_spark
from storyreel.graphics.networks.diagram import BADGE_SCALES
from storyreel.graphics.networks.label_places import SHARES, Box, box_of, is_clear, put_clear
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.parts.badge import Badge
from storyreel.stage.example_stage import ExampleStage

NUDGED_DECIMALS = 4
"""The most decimals of numbers in nodes while a weight is nudged."""
FADED = 0.15
"""The share of a nudge at which numbers at rest have faded into those that change, and back."""


class NudgeStage(ExampleStage):
    """A stage on which a weight or a bias is nudged, and the numbers after it follow."""

    def numbers_that_follow(self, name: str) -> dict[str, VGroup]:
        """The numbers on stage that depend on a weight or a bias, by the names of their nodes, each in a
        group of its own, which `numbers_follow` changes."""
        nodes = {one: self.drawing.nodes[one] for one in self._depending_on(name)}
        return {one: VGroup(node.value) for one, node in nodes.items() if node.value is not None}

    def numbers_follow(
        self,
        name: str,
        nudge: float,
        holders: Mapping[str, VGroup],
        steps: Sequence[Animation],
        times: Sequence[float],
    ) -> Animation:
        """`steps`, one after another, while the numbers in `holders` follow a nudge of `name`.

        The nudge grows between the first two of four `times`, in seconds of the steps, and is undone between
        the last two.
        """
        seconds = sum(step.run_time for step in steps)

        def share(alpha: float) -> float:
            return float(np.interp(alpha * seconds, times, [0, 1, 1, 0]))

        responses = [self._responds(one, holder, name, nudge, share) for one, holder in holders.items()]
        together = [AnimationGroup(*responses, run_time=seconds)] if responses else []
        # The numbers first: what flies from them in a frame starts from what they are in it.
        return AnimationGroup(*together, Succession(*steps))

    def sparks_from(self, name: str) -> Animation:
        """Sparks run from a weight or a bias to the loss, step by step."""
        runs = [[run_spark(path, "activation") for path in paths] for paths in self._paths_from(name)]
        return Succession(*(AnimationGroup(*run) for run in runs))

    def nudged(self, name: str, by: float) -> Trace:
        """The trace with `by` added to a weight or a bias."""
        trace = self.trace
        return Trace(trace.network.nudged(name, by), trace.inputs, trace.targets, trace.notation)

    def nudge_tag(self, name: str, nudge: float) -> Badge:
        """The nudge on a badge beside its weight or bias."""
        text = in_full(nudge)
        tag = Badge(text if nudge < 0 else f"+{text}", self.trace[name].kind)
        first = tag.copy()
        label = self.drawing.labels.get(name)
        if label is not None and label.is_beside:
            first.next_to(label, UP, buff=0.08)
        elif name in self.gradients:
            side = RIGHT if name in self.drawing.nodes else UP
            first.next_to(self.gradients[name], side, buff=0.08)
        else:
            first.move_to(self.drawing.badge_places(name, tag)[0])
        places = [first.get_center(), *self.drawing.badge_places(name, tag)]
        if isinstance(self.drawing, NetworkDiagram) and name in self.drawing.edges:
            on = [self.drawing.edges[name].point_from_proportion(share) for share in SHARES]
            places += [spot + side * (tag.height / 2 + 0.1) * UP for side in (0, -1, 1) for spot in on]
        taken = [*self.drawing.boxes(name), *self.taken()]
        roomy = tag.copy()
        put_clear(roomy, places, [*taken, *self._rooms_for_values(name)], BADGE_SCALES)
        if is_clear(roomy, taken):
            return roomy
        put_clear(tag, places, taken, BADGE_SCALES)
        return tag

    def loss_tag(self, change: str, nudge_tag: Badge) -> Badge | None:
        """A change of the loss on a badge beside the node of the loss, clear of that of the nudge; None where
        there is no such node."""
        node = self.drawing.nodes.get("loss")
        if node is None:
            return None
        tag = Badge(change, "loss")
        below = LEFT if self.drawing.runs_down else DOWN
        parts = [(self.drawing.names.get("loss", node), below), (node, UP), (node, RIGHT), (node, LEFT)]
        places = [tag.copy().next_to(part, side, buff=0.16).get_center() for part, side in parts]
        within = self.drawing.area.right - tag.width / 2
        places = [np.array([min(place[0], within), *place[1:]]) for place in places]
        around = self.taken()[:-1]  # there may be room for it above the picture's area
        taken = [*self.drawing.boxes("loss"), *around, box_of(nudge_tag, 0.05)]
        put_clear(tag, places, taken, BADGE_SCALES)
        return tag

    def _rooms_for_values(self, name: str) -> Iterator[Box]:
        """The rectangles, as wide as their nodes, of the numbers that depend on a weight or a bias."""
        for node in (self.drawing.nodes[one] for one in self._depending_on(name)):
            if node.value is not None:
                _, bottom, _, top = box_of(node.value)
                yield node.get_left()[0], bottom, node.get_right()[0], top

    def _columns_after(self, name: str) -> list[list[str]]:
        """The nodes that depend on a weight or a bias, in the order of the forward pass."""
        names = self.trace.network.names
        layer, own = names[name].layer or 0, names[name].index[0]
        columns: list[list[str]] = []
        for number in range(layer, len(names.activations)):
            for column in (names.pre_activations[number], names.activations[number]):
                columns.append(list(column[own : own + 1] if number == layer else column))
        columns.append(["loss"])
        return [[one for one in column if one in self.drawing.nodes] for column in columns]

    def _depending_on(self, name: str) -> list[str]:
        return [one for column in self._columns_after(name) for one in column]

    def arrives(self, source: VMobject | None, number: VMobject) -> Animation:
        """A number flies in from `source`, or appears without one."""
        return self.fly((source, number)) if source is not None else appear(number)

    def _paths_from(self, name: str) -> list[list[VMobject]]:
        """The lines along which a nudge runs to the loss, step by step."""
        columns = self._columns_after(name)
        paths = [[path for one in column for path in self.drawing.forward_paths(one)] for column in columns]
        return [lines for lines in paths if lines]

    def _responds(
        self, one: str, holder: VGroup, name: str, nudge: float, share: Callable[[float], float]
    ) -> Animation:
        """The number in the node `one` follows a nudge of `name`, the share of which is given by alpha."""
        node, rest = self.drawing.nodes[one], self.drawing.value(one)
        assert node.value is not None
        self.remove(node.value)
        self.add(holder.set_z_index(1))
        node.value = rest
        brightness = self.drawing.brightness(one)

        def picture(alpha: float) -> VGroup:
            value = self.nudged(name, nudge * share(alpha)).number(one)
            nudged = node.rounded_value(value, NUDGED_DECIMALS, brightness, is_at_rest=False)
            faded = share(alpha) / FADED
            return VGroup(
                *_in_opacity(nudged, min(1.0, 2 * faded - 1)),
                *_in_opacity(self.drawing.value(one), 1 - 2 * faded),
            ).set_z_index(1)

        return Redraw(holder, picture, VGroup(*([rest] if rest is not None else [])).set_z_index(1))


def _in_opacity(number: VMobject | None, opacity: float) -> list[VMobject]:
    """A number in an opacity up to 1; an empty list where nothing of it can be seen."""
    return [number.set_fill(opacity=opacity)] if number is not None and opacity > 0 else []
