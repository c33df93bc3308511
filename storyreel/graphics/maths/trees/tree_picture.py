"""The picture of a tree of derivatives: the loss at the left, what it depends on to the right of it."""

from collections.abc import Collection, Mapping
from itertools import product

import numpy as np
from manim import DOWN, RIGHT, RoundedRectangle, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.engine.derivatives.derivative_tree import LOSS, TreeNode, branch_of
from storyreel.engine.operation import GRADIENT
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, LayoutError
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.text.named_number import named_number
from storyreel.graphics.text.typeset import Typeset, in_line, maths

LARGEST_EM, OF_TAGS = 0.44, 1.1
"""The largest font size of numbers at the ends of branches, in Manim units, and how much larger those in the
middle are."""
IN_PITCH = 0.72
"""The font size of a number at the end of a branch, in distances of two rows."""
BADGE_GAP, BADGE_EM = 0.12, 0.95
"""The gap before a gradient in Manim units, and its font size in that of numbers at the ends of branches."""
NARROW, NARROW_GAP, NARROW_SCALE = 10.0, 0.04, 0.8
"""The width below which an area has no room for large gradients behind numbers, in Manim units; the gap
before them in such an area, and their scale there."""
CURVED = 0.2
"""The least width of the curve in which a branch leads to another row, in Manim units."""
BEND = 0.5
"""How far this curve runs straight on from both of its ends, in widths."""
FROM_LABEL, AROUND_LABEL, LABEL_EM = 0.07, 0.05, 0.9
"""Units on both sides of a local derivative and around it, and its font size in that of the ends."""
LIT = theme.SPACING.bold_stroke
BETWEEN_BRANCHES, BEFORE_BRANCH, AFTER_BRANCH = 0.6, 0.35, 0.35
"""How many rows are free between what two numbers side by side are made of, between an end of a branch and
the first of these numbers, which has a plate, and between the last of them, with its gradient below, and an
end of a branch where rows are close."""


class EdgeLabel(VGroup):
    """A local derivative on a branch: a `number` on a `ground` that hides the line behind it."""

    def __init__(self, text: str, kind: str, em: float) -> None:
        self.number = maths(in_line(text), plain=text, em=em, colour=theme.colour(kind))
        width, height = self.number.width + 2 * AROUND_LABEL, self.number.height + 2 * AROUND_LABEL
        self.ground = RoundedRectangle(
            corner_radius=min(width, height) / 2,
            width=width,
            height=height,
            stroke_width=0,
            fill_color=theme.colour("background"),
            fill_opacity=1,
        )
        super().__init__(self.ground, self.number)


class TreePicture:
    """The tree `nodes` of a trace in an area, without the numbers that are `left_out`.

    `shapes` are its numbers by key: tags or, at the ends of branches, texts without a plate. `edges` are the
    branches, by the key of their ends at the right. Raises LayoutError where it has no room.
    """

    def __init__(
        self, nodes: Mapping[str, TreeNode], trace: Trace, area: Area, left_out: Collection[str] = ()
    ) -> None:
        self.nodes = {key: node for key, node in nodes.items() if key not in left_out}
        self.trace, self.area = trace, area
        self._is_narrow, self.has_trunks = area.width < NARROW, False
        self._put_in_rows(0.0)
        self.is_below = self._is_narrow and self._has_room_below
        if self._is_narrow and not self.is_below:
            self._put_in_rows(AFTER_BRANCH)
        largest = min(LARGEST_EM, IN_PITCH * self.pitch)
        sizes = np.linspace(1.0, theme.SIZES.smallest / largest, 10).tolist()
        is_wide = not self._is_narrow and not self._has_given
        for self.has_trunks, factor in product([True, False] if is_wide else [False], sizes):
            self.em = factor * largest
            self.shapes = {key: self._shape(node) for key, node in self.nodes.items()}
            self.levels = [width + 2 * FROM_LABEL for width in self._longest_labels()]
            self.trunks = self._trunks()
            bend = self._bend()
            if bend >= CURVED:
                break
        else:
            raise LayoutError(
                "there is no room for the tree of derivatives; it is too deep, or its names are too long"
            )
        self._place(bend)
        self.edges = {key: self.branch(key) for key, node in self.nodes.items() if node.parent}

    def _put_in_rows(self, after_branch: float) -> None:
        self.rows = rows_of(self.nodes, after_branch)
        self.pitch = self.area.height / (1 + max(self.rows.values()))

    @property
    def _has_room_below(self) -> bool:
        """True where the gradient of each number has room below it, even between the closest rows."""
        self.em = theme.SIZES.smallest
        ends = [key for key, node in self.nodes.items() if not node.children and not node.is_given]
        needs = (self._shape(self.nodes[key]).height + self._badge_of(key).height for key in ends)
        return max(needs, default=0.0) + 2 * NARROW_GAP <= self.pitch

    def children(self, node: TreeNode) -> list[str]:
        """The keys of the numbers drawn that one is made of."""
        return [key for key in node.children if key in self.nodes]

    def _shape(self, node: TreeNode) -> Tag | Typeset:
        text = self.trace.text(node.name)
        if node.children:
            return Tag(node.name, text, node.kind, OF_TAGS * self.em)
        return named_number(node.name, in_line(text), node.kind, self.em, sign_kind=node.kind)

    def _depth(self, key: str) -> int:
        return len(branch_of(self.nodes, key)) - 1

    @property
    def _labelled(self) -> list[str]:
        """The keys of the numbers whose branches have local derivatives."""
        return [key for key, node in self.nodes.items() if node.derivative_name]

    @property
    def _has_given(self) -> bool:
        """True with what training does not change; then no derivatives and gradients are shown."""
        return any(node.is_given for node in self.nodes.values())

    def _longest_labels(self) -> list[float]:
        """For each column the width of the longest local derivative on the branches to it; 0 with what
        training does not change, which has none."""
        longest = [0.0] * (1 + max(self._depth(key) for key in self.nodes))
        for key in self._labelled if not self._has_given else ():
            depth = self._depth(key)
            longest[depth] = max(longest[depth], self._label_of(key).width)
        return longest

    def _widths(self) -> list[float]:
        """The width of each column."""
        depths = {key: self._depth(key) for key in self.nodes}
        return [
            max(self.shapes[key].width for key, its in depths.items() if its == depth)
            for depth in range(max(depths.values()) + 1)
        ]

    def _bend(self) -> float:
        """The width of the curves of branches between two columns, with room for the gradients behind the
        last."""
        widths, room = self._widths(), self.area.width - sum(self.trunks) - sum(self.levels[1:])
        if not self.is_below and not self._has_given:
            last = [key for key in self._labelled if self._depth(key) == len(widths) - 1]
            room -= self._badge_gap + max(self._badge_of(key).width for key in last)
        return (room - sum(widths)) / max(1, len(widths) - 1)

    def _trunks(self) -> list[float]:
        """For each column how far branches run on together, behind the numbers that are made of others: with
        room for the gradients of these, but for the loss and where these stand below."""
        trunks = [0.0] * len(self._widths())
        for key, node in self.nodes.items():
            if node.children and node.parent and self.has_trunks:
                depth = self._depth(key)
                trunks[depth] = max(trunks[depth], self._badge_of(key).width + 2 * BADGE_GAP)
        return trunks

    def _place(self, bend: float) -> None:
        behind = [
            trunk + bend + level for trunk, level in zip(self.trunks, [*self.levels[1:], 0.0], strict=True)
        ]
        steps = [width + room for width, room in zip(self._widths(), behind, strict=True)]
        lefts = self.area.left + np.cumsum([0.0, *steps[:-1]])
        for key, shape in self.shapes.items():
            left = float(lefts[self._depth(key)])
            shape.move_to((left + shape.width / 2, self.area.top - (self.rows[key] + 0.5) * self.pitch, 0.0))

    def branch(self, key: str) -> VMobject:
        """The line from the number above to the number `key`, where both now are."""
        line = VMobject(stroke_color=theme.colour("line"), stroke_width=theme.SPACING.thin_stroke)
        line.points = self.outline(key)
        return line

    def outline(self, key: str) -> Array:
        """The points of that line: a level piece that the branches of a number share, with room for its
        gradient, a cubic curve, level at both ends, and a level piece for the derivative."""
        parent = self.nodes[key].parent
        start = self.shapes[parent].get_right()
        fork = start + self.trunks[self._depth(parent)] * RIGHT
        end = self.shapes[key].get_left() - 0.06 * RIGHT
        corner = end - self.levels[self._depth(key)] * RIGHT
        along = BEND * (corner[0] - fork[0]) * RIGHT
        curve = np.array([fork, fork + along, corner - along, corner])
        return np.concatenate([np.linspace(start, fork, 4), curve, np.linspace(corner, end, 4)])

    def _label_of(self, key: str) -> EdgeLabel:
        node = self.nodes[key]
        text = self.trace.notation.text(node.derivative_name, node.derivative)
        label = EdgeLabel(text, node.derivative_kind, max(theme.SIZES.smallest, LABEL_EM * self.em))
        return label.scale(NARROW_SCALE) if self._is_narrow and not self.is_below else label

    def label(self, key: str) -> EdgeLabel:
        """The local derivative of the number above with respect to the number `key`, on its branch."""
        label, end = self._label_of(key), self.outline(key)[-1]
        return label.move_to(end - (self.levels[self._depth(key)] / 2) * RIGHT)

    def _badge_of(self, key: str) -> Badge:
        text = self.trace.text(GRADIENT + self.nodes[key].name)
        badge = Badge(text, "gradient", max(theme.SIZES.smallest, BADGE_EM * self.em))
        return badge.scale(NARROW_SCALE) if self._is_narrow else badge

    def badge(self, key: str) -> Badge:
        """The gradient of a number, behind it or, in a narrow area with room between its rows, below it;
        those of numbers in the middle are below, too, where there is no room behind them."""
        is_last = self._depth(key) == len(self.levels) - 1
        has_room = is_last if self._is_narrow else not self.nodes[key].children
        is_behind = self.has_trunks or (has_room and not self.is_below)
        side = RIGHT if is_behind else DOWN
        return self._badge_of(key).next_to(self.shapes[key], side, buff=self._badge_gap)

    @property
    def _badge_gap(self) -> float:
        return NARROW_GAP if self._is_narrow else BADGE_GAP

    def way(self, key: str, start: str = LOSS) -> VMobject:
        """The way from the loss, or from another number before it, to a number: one line through the numbers
        between, for light to run along."""
        pieces: list[Array] = []
        branch = branch_of(self.nodes, key)
        first = next(place for place, node in enumerate(branch) if node.key == start)
        for node in branch[:first][::-1]:
            piece = self.outline(node.key)
            if pieces:
                before = pieces[-1][-1]
                pieces.append(np.linspace(before, piece[0], 4))
            pieces.append(piece)
        return self._line(pieces)

    def lit(self, key: str) -> VMobject:
        """The same way in the colour of gradients, without what is behind numbers, gradients and
        derivatives."""
        pieces: list[Array] = []
        for node in branch_of(self.nodes, key)[-2::-1]:
            points, label = self.outline(node.key), self.label(node.key)
            end = points[-1]
            before = np.array([label.get_left()[0], end[1], 0.0])
            after = np.array([label.get_right()[0], end[1], 0.0])
            pieces += [points[4:8], np.linspace(points[7], before, 4), np.linspace(after, end, 4)]
            if not self.trunks[self._depth(node.parent)]:
                pieces.insert(-3, points[:4])
        return self._line(pieces)

    def _line(self, pieces: list[Array]) -> VMobject:
        line = VMobject(stroke_color=theme.colour("gradient"), stroke_width=LIT)
        line.points = np.concatenate(pieces)
        return line


def rows_of(nodes: Mapping[str, TreeNode], after_branch: float = 0.0) -> dict[str, float]:
    """The row of each number, from 0 on, fractions included: a number is in the middle of those that it is
    made of and that are made of others, or else of all that it is made of. Two in one column are at least a
    row apart, with more between those of different numbers; the last end is as low as what is before it, with
    `after_branch` rows free in its own column."""
    rows: dict[str, float] = {}
    has_given = any(node.is_given for node in nodes.values())  # then rows are low, and have no derivatives

    def branches_of(key: str) -> list[str]:
        return [child for child in nodes[key].children if child in nodes and nodes[child].children]

    def put(key: str, taken: Mapping[int, float], depth: int) -> dict[int, float]:
        """Place a number below the last rows `taken` of each column, by its depth; returns its last rows."""
        children = [child for child in nodes[key].children if child in nodes]
        branches = branches_of(key)
        below: dict[int, float] = {}
        for child in children:
            free = {**taken, **below}
            if child in branches[1:]:
                free[depth + 2] += BETWEEN_BRANCHES
            elif not has_given and branches and child == branches[0] != children[0]:
                free[depth + 2] = free.get(depth + 2, -1.0) + BEFORE_BRANCH
            if branches and child == children[-1] and children[-2:-1] == branches[-1:]:
                free[depth + 1] = max(max(below.values()) - 1, free[depth + 1] + after_branch)
            below |= put(child, free, depth + 1)
        around = branches or children
        row = (rows[around[0]] + rows[around[-1]]) / 2 if around else 0.0
        least = taken.get(depth, -1.0) + 1
        if children and row < least:
            _shift(nodes, rows, key, least - row)
            below = {its: last + least - row for its, last in below.items()}
        rows[key] = max(row, least)
        _centre_ends(nodes, rows, children)
        return {**below, depth: rows[key]}

    put(next(iter(nodes)), {}, 0)
    return rows


def _shift(nodes: Mapping[str, TreeNode], rows: dict[str, float], key: str, by: float) -> None:
    """Move all that a number is made of down by some rows."""
    for child in nodes[key].children:
        if child in rows:
            rows[child] += by
            _shift(nodes, rows, child, by)


def _centre_ends(nodes: Mapping[str, TreeNode], rows: dict[str, float], children: list[str]) -> None:
    """Put each end between two branches into the middle of them."""
    for before, key, after in zip(children, children[1:], children[2:], strict=False):
        if not any(child in nodes for child in nodes[key].children):
            rows[key] = (rows[before] + rows[after]) / 2
