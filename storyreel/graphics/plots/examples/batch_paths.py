"""The paths of two weights in a training with all examples and in one with mini-batches, side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Dot, Line, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import rolling, shown
from storyreel.engine.curves import around
from storyreel.engine.experiment import Experiment
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.polylines import polygons, polyline
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.rolling_number import RollingNumber, sample_alphas
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import words

SHARE, SHARE_IN_OTHERS, GAP = 0.64, 0.66, 0.5
"""The part of a wide frame that the axes have, that of other frames, and the units beside them."""
MARGIN = 0.08
"""The part of the axes that stays free beyond the paths."""
DOT, TIP, SAMPLE = 0.12, 0.11, 0.8
"""The radii of the dots where both paths start and where each has come to, and the length of a line in the
key, in Manim units."""
STEPS = (0.13, 0.05)
"""The radii of the dots after each step of the two paths, of which the second one runs over the first."""
WIDE = 1.6
"""The stroke width of the first path, in bold strokes: it is seen on both sides of the other."""
CORNERS = 8
"""The corners of the small dots after steps."""
ROOM_FOR_NAME = 0.55
"""The units above and below the axes for the weights' symbols."""


def steps_per_pass(experiment: Experiment) -> int:
    """The steps of an experiment's training in which all examples of its data are used once."""
    rows = experiment.data_rows
    return -(-rows // min(experiment.batch_size or rows, rows))


@dataclass(frozen=True, eq=False)
class BatchPath:
    """The values of two weights, (steps + 1, 2), and the cost, (steps + 1,), of a training; `per_pass` steps
    of it use all examples, so many `rows`, once, and each step `size` of them."""

    places: Array
    costs: Array
    per_pass: int
    rows: int
    size: int

    @classmethod
    def of(cls, experiment: Experiment, names: Sequence[str], passes: float) -> "BatchPath":
        """The path of an experiment's training through so many passes over its data, at least one step.

        Raises StoryreelError where the cost does not stay finite.
        """
        per_pass = steps_per_pass(experiment)
        run = experiment.run(max(1, int(passes * per_pass + 1e-9)))
        if not np.isfinite(run.objective).all():
            raise StoryreelError("the cost does not stay finite in this training; lower the learning rate")
        columns = [experiment.network.names.parameters.index(name) for name in names]
        places = np.array([network.parameters[columns] for network in run.networks])
        rows = experiment.data_rows
        return cls(places, run.objective, per_pass, rows, min(experiment.batch_size or rows, rows))

    def upto(self, passes: float) -> Array:
        """The places until after so many passes; the last of them is on the way between two."""
        step = min(passes * self.per_pass, len(self.places) - 1.0)
        whole = int(step + 1e-9)
        after = self.places[min(whole + 1, len(self.places) - 1)]
        return np.concatenate(
            [self.places[: whole + 1], [self.places[whole] + (step - whole) * (after - self.places[whole])]]
        )

    def steps(self, passes: float) -> int:
        """The whole steps after so many passes."""
        return min(int(passes * self.per_pass + 1e-9), len(self.costs) - 1)

    @property
    def last_pass(self) -> float:
        """The passes after which the training ends."""
        return (len(self.costs) - 1) / self.per_pass

    def examples(self, passes: float) -> int:
        """The examples that the whole steps after so many passes have used; the last step of a pass may have
        had fewer than the others."""
        whole, rest = divmod(self.steps(passes), self.per_pass)
        return whole * self.rows + min(rest * self.size, self.rows)

    def cost(self, passes: float) -> float:
        """The cost at the last whole step after so many passes."""
        return float(self.costs[self.steps(passes)])


class BatchPaths(VGroup):
    """Axes of two weights with the `paths` of two trainings, and a key with the steps and the cost of each.

    `texts` name the trainings, `nouns` are the words for steps and for examples, for one and for several.
    `lines` are the paths from their `start`, as far as they are drawn, with `marks` after each step and a dot
    of `tips` where each has come to; `counts` say how many steps they have taken with how many examples each,
    and how many that were in all, and `tags` have their costs. `show_pass` and `follow` change these.
    """

    def __init__(
        self,
        experiment: Experiment,
        names: Sequence[str],
        paths: Sequence[BatchPath],
        texts: Sequence[str],
        nouns: tuple[tuple[str, ...], tuple[str, ...]],
        frame: Frame,
    ) -> None:
        self.experiment, self.paths, self._nouns = experiment, tuple(paths), nouns
        area, aside = frame.halves(
            frame.whole, SHARE if frame.is_wide else SHARE_IN_OTHERS, GAP, not frame.is_wide
        )
        area = replace(area, bottom=area.bottom + ROOM_FOR_NAME, top=area.top - ROOM_FOR_NAME)
        places = np.concatenate([path.places for path in self.paths])
        ranges = [around(column.tolist(), MARGIN) for column in places.T]
        kinds = [experiment.network.names[name].kind for name in names]
        across, up = map(symbol, names)
        self.axes = Axes(area, ranges[0], ranges[1], (across, up), (kinds[0], kinds[1]))
        self.axes.names[0].next_to(self.axes, DOWN, buff=0.1).align_to(at(area.right, 0), -LEFT)
        self.axes.names[1].next_to(at(self.axes.left, area.top), UP, buff=0.1).align_to(
            at(self.axes.left, 0), LEFT
        )
        paints = (theme.colour("weight"), theme.colour("text"))
        widths = (WIDE * theme.SPACING.bold_stroke, theme.SPACING.thin_stroke)
        looks = list(zip(paints, widths, strict=True))
        self.lines = VGroup(*(VMobject(stroke_color=paint, stroke_width=width) for paint, width in looks))
        self.marks = VGroup(*(VMobject(stroke_width=0, fill_color=paint, fill_opacity=1) for paint in paints))
        self.tips = VGroup(*(Dot(radius=TIP, color=paint) for paint in paints))
        self.start = Dot(self.axes.point(*self.paths[0].places[0]), DOT, color=theme.colour("text"))
        self.tag_areas: list[Area] = []
        self.tags: list[Tag] = []
        self.counts: list[VGroup] = []
        self._corners: list[tuple[float, float, float]] = []
        self._counted = [-1] * len(self.paths)
        self.key = VGroup(
            *(
                self._entry(k, text, look, aside, frame)
                for k, (text, look) in enumerate(zip(texts, looks, strict=True))
            )
        )
        super().__init__(
            self.axes, self.key, *self.counts, *self.tags, self.lines, self.start, self.marks, self.tips
        )
        self.show_pass(0.0)

    def _entry(self, number: int, text: str, look: tuple[str, float], aside: Area, frame: Frame) -> VGroup:
        """A line as that of a path, its words, and below them room for its counts and its cost."""
        halves = frame.halves(aside, 0.5, 0.3, stacked=frame.is_wide)
        room = halves[number]
        sample = Line(at(0, 0), at(SAMPLE, 0), stroke_color=look[0], stroke_width=look[1])
        written = words(text, em=theme.SIZES.small).next_to(sample, RIGHT, buff=0.2)
        entry = VGroup(sample, written)
        end = self.paths[number].last_pass
        lines = self._count_lines(number, end).next_to(entry, DOWN, buff=0.25, aligned_edge=LEFT)
        tag = Tag(self.experiment.objective, self._text(number, 0.0), "loss", theme.SIZES.body)
        tag.next_to(lines, DOWN, buff=0.25, aligned_edge=LEFT)
        whole = VGroup(entry, lines, tag)
        factor = min(1.0, room.width / max(entry.width, lines.width), room.height / whole.height)
        whole.scale(factor).move_to(room.centre).align_to(at(room.left, 0), LEFT)
        self._corners.append((float(lines.get_left()[0]), float(lines.get_top()[1]), factor))
        self.counts.append(VGroup())
        self.tags.append(tag)
        low, high = float(tag.get_bottom()[1]), float(tag.get_top()[1])
        self.tag_areas.append(Area("cost", float(tag.get_left()[0]), low, room.right, high))
        return entry

    def _count_lines(self, number: int, passes: float) -> VGroup:
        """The steps of a path after so many passes, with the examples of each, and all examples together."""
        path, (step, example) = self.paths[number], self._nouns
        steps, used = path.steps(passes), path.examples(passes)
        each = f" × {_counted(path.size, example)}" if path.rows % path.size == 0 else ""
        first = words(_counted(steps, step) + each, em=theme.SIZES.small)
        total = words(("= " if each else "") + _counted(used, example), em=theme.SIZES.small)
        return VGroup(first, total.next_to(first, DOWN, buff=0.15, aligned_edge=LEFT))

    def _show_counts(self, number: int, passes: float) -> None:
        if (steps := self.paths[number].steps(passes)) == self._counted[number]:
            return
        self._counted[number] = steps
        left, top, factor = self._corners[number]
        lines = self._count_lines(number, passes).scale(factor)
        lines.shift(at(left - lines.get_left()[0], top - lines.get_top()[1]))
        copy_outlines(self.counts[number], lines)

    def _text(self, number: int, passes: float) -> str:
        return self.experiment.notation.text(self.experiment.objective, self.paths[number].cost(passes))

    def show_pass(self, passes: float) -> None:
        """Draw both paths until after so many passes over the data, with their counts."""
        for number, (path, line) in enumerate(zip(self.paths, self.lines, strict=True)):
            spots = np.array([self.axes.point(*place) for place in path.upto(passes)])
            line.points = polyline(spots)
            taken = spots[: path.steps(passes) + 1]
            self.marks[number].points = polygons(taken[:, None, :2] + STEPS[number] * _around())
            self.tips[number].move_to(spots[-1])
            self._show_counts(number, passes)

    def follow(self, passes_at: Callable[[float], float]) -> Callable[[float], None]:
        """A function that draws both paths until `passes_at(alpha)` at `alpha` (0 to 1) of an animation, with
        their costs."""
        changes: list[RollingNumber] = []
        for number, (path, tag) in enumerate(zip(self.paths, self.tags, strict=True)):
            passing = [rolling(path.cost(passes_at(alpha))) for alpha in sample_alphas().tolist()]
            ends = self._text(number, passes_at(0.0)), self._text(number, passes_at(1.0))
            changes.append(tag.rolling_number(ends[0], passing, ends[1]))

        def show(alpha: float) -> None:
            self.show_pass(passes_at(alpha))
            for path, tag, area, change in zip(self.paths, self.tags, self.tag_areas, changes, strict=True):
                tag.set_state_in(area, change.at(alpha, rolling(path.cost(passes_at(alpha)))))

        return show


def _counted(number: int, nouns: tuple[str, ...]) -> str:
    """A number with its noun, for one or for several."""
    return f"{shown(number)} {nouns[0] if number == 1 else nouns[-1]}"


def _around() -> Array:
    """The corners of a polygon around the origin, with a radius of 1: (1, corners, 2)."""
    angles = 2 * np.pi * np.arange(CORNERS) / CORNERS
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)[None]
