"""The costs of two trainings: with all examples and with mini-batches, over the gradients worked out, or of
two networks, over their steps."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from manim import DOWN, LEFT, RIGHT, UP, Dot, Line, VGroup, VMobject

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import decimals_for, rolling, shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.network import Network
from storyreel.engine.trace import Trace
from storyreel.engine.training_run import TrainingRun
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.axes import Axes
from storyreel.graphics.plots.maps.decision_map import ROOM_FOR_NAMES, DecisionMap
from storyreel.graphics.polylines import polygons, polyline
from storyreel.graphics.text.copy_outlines import copy_outlines
from storyreel.graphics.text.rolling_number import RollingNumber, sample_alphas
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import words

SHARE, SHARE_IN_TALL, SHARE_IN_SQUARE, BRIEF, GAP = 0.52, 0.5, 0.42, 0.72, 0.4
"""The part of a frame that the axes have, by its aspect ratio, that with brief words, and units beside."""
BESIDE_MAPS = 0.29
"""The part of a wide frame that the axes have beside two maps, which say more than their curves."""
MAP_SHARE, MAP_SHARE_IN_WIDE, LOW_MAP_SHARE, LOW, FROM_MAP = 0.5, 0.66, 0.43, 3.5, 0.3
"""The largest part that a map has of the height of it and its numbers, which are below it, that in a wide
frame, that in rooms of less than some units in height, and the units between both."""
BEFORE_START = 0.05
"""The part of the steps that the axis is longer on the left, so that steep curves are not on the other."""
MOST_DECIMALS = 4
"""The most decimals of costs and gradients in a picture with brief words."""
ABOVE = 1.08
"""The top of the axis of costs, in its largest cost."""
DOT, TIP, SAMPLE = 0.12, 0.11, 0.8
"""The radii of the dots where both curves start and where each has come to, and the length of a line in the
key, in Manim units."""
STEPS, FROM_NEXT, SEEN = (0.11, 0.055), 0.4, 0.02
"""The largest radii of the dots after each step of the two trainings, that in distances of two dots, and the
radius below which there are none, in Manim units."""
MARKER = 0.8
"""The size of the examples' markers on a map, in that on a map alone."""
CORNERS = 8
"""The corners of the small dots after steps."""
ROOM_FOR_NAME = 0.55
"""The units above and below the axes for their names."""


def steps_per_pass(experiment: Experiment) -> int:
    """The steps of an experiment's training in which all examples of its data are used once."""
    rows = experiment.data_rows
    return -(-rows // min(experiment.batch_size or rows, rows))


@dataclass(frozen=True, eq=False)
class BatchRun:
    """A training, `run`; `per_pass` steps of it use all examples, so many `rows`, once, and each step `size`
    of them."""

    run: TrainingRun[Network, Trace]
    per_pass: int
    rows: int
    size: int

    @classmethod
    def of(cls, experiment: Experiment, passes: float) -> "BatchRun":
        """An experiment's training through so many passes over its data, at least one step.

        Raises StoryreelError where the cost does not stay finite.
        """
        per_pass = steps_per_pass(experiment)
        run = experiment.run(max(1, int(passes * per_pass + 1e-9)))
        if not np.isfinite(run.objective).all():
            raise StoryreelError("the cost does not stay finite in this training; lower the learning rate")
        rows = experiment.data_rows
        return cls(run, per_pass, rows, min(experiment.batch_size or rows, rows))

    @classmethod
    def over_steps(cls, run: TrainingRun[Network, Trace]) -> "BatchRun":
        """A training that is counted in steps only: each of them is a pass, and one example."""
        return cls(run, 1, 1, 1)

    @property
    def costs(self) -> Array:
        """The cost after each step, and before the first: (steps + 1,)."""
        return self.run.objective

    @property
    def places(self) -> Array:
        """The examples used and the cost, after each step: (steps + 1, 2)."""
        used = [float(self.examples(step / self.per_pass)) for step in range(len(self.costs))]
        return np.stack([np.array(used), self.costs], axis=-1)

    def step(self, passes: float) -> float:
        """The steps after so many passes, with the part of one that has begun."""
        return min(passes * self.per_pass, len(self.costs) - 1.0)

    def upto(self, passes: float) -> Array:
        """The places until after so many passes; the last of them is on the way between two."""
        step, places = self.step(passes), self.places
        whole = int(step + 1e-9)
        after = places[min(whole + 1, len(places) - 1)]
        return np.concatenate(
            [places[: whole + 1], [places[whole] + (step - whole) * (after - places[whole])]]
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


class BatchCosts(VGroup):
    """Curves of the cost of two trainings, `runs`, over the examples used, and a key with the steps and the
    cost of each, and with a map of the plane of inputs if the network `has_plane`.

    `texts` name the trainings; `nouns` are the words for steps and for gradients of examples, for one and for
    several; if the picture `is_brief`, only the axis has those for gradients, without a plane it is larger,
    and all numbers have the same decimals. `gradient` is the word for the mean size of the gradients of the
    cost by each weight, which is then with the steps. `lines` are the curves from their `start` on `axes`,
    as far as they are drawn, with `marks` after each step, left out where they are too close, and a dot of
    `tips` where each has come to. `counts` say how many steps they have taken with how many examples each,
    and how many that were in all; `tags` have their costs, and `maps` the regions of the networks after
    these steps. `show_pass` and `follow` change these; `moving` is what changes, but for the regions of
    maps.
    """

    def __init__(
        self,
        experiment: Experiment,
        runs: Sequence[BatchRun],
        texts: Sequence[str],
        nouns: tuple[tuple[str, ...], tuple[str, ...]],
        frame: Frame,
        has_plane: bool,
        is_brief: bool = False,
        gradient: str = "",
    ) -> None:
        self.experiment, self.runs, self._nouns, self._is_brief = experiment, tuple(runs), nouns, is_brief
        self._gradient = gradient
        lowest = min(float(run.costs[-1]) for run in runs)
        self._decimals = min(MOST_DECIMALS, decimals_for(lowest, 2))
        # In a square frame there is more room beside high axes for maps with their numbers than below.
        is_square = not frame.is_wide and not frame.is_tall
        is_beside = frame.is_wide or (has_plane and is_square)
        share = SHARE if is_beside else SHARE_IN_TALL if frame.is_tall else SHARE_IN_SQUARE
        share = BESIDE_MAPS if has_plane and frame.is_wide else BRIEF if is_brief and not has_plane else share
        self._em = theme.SIZES.label if is_brief else theme.SIZES.small
        area, aside = frame.halves(frame.whole, share, GAP, stacked=not is_beside)
        area = replace(area, bottom=area.bottom + ROOM_FOR_NAME, top=area.top - ROOM_FOR_NAME)
        places = np.concatenate([run.places for run in self.runs])
        (_, low), (most, high) = places.min(axis=0), places.max(axis=0)
        self.axes = Axes(
            area,
            (-BEFORE_START * float(most), float(most)),
            (min(0.0, float(low)), ABOVE * float(high)),
            (json.dumps(nouns[1][-1], ensure_ascii=False), symbol(experiment.objective)),
            ("muted", "loss"),
            tick_em=theme.SIZES.small,
        )
        self.axes.names[0].scale(theme.SIZES.body / theme.SIZES.label)
        self.axes.names[0].next_to(self.axes, DOWN, buff=0.1).align_to(at(area.right, 0), RIGHT)
        self.axes.names[1].next_to(at(self.axes.left, area.top), UP, buff=0.1).align_to(
            at(self.axes.left, 0), LEFT
        )
        paints = (theme.colour("weight"), theme.colour("text"))
        widths = (theme.SPACING.bold_stroke, theme.SPACING.stroke)
        looks = list(zip(paints, widths, strict=True))
        self.lines = VGroup(*(VMobject(stroke_color=paint, stroke_width=width) for paint, width in looks))
        self.marks = VGroup(*(VMobject(stroke_width=0, fill_color=paint, fill_opacity=1) for paint in paints))
        self.tips = VGroup(*(Dot(radius=TIP, color=paint) for paint in paints))
        starts = dict.fromkeys(tuple(run.places[0].tolist()) for run in self.runs)
        shades = paints if len(starts) > 1 else (theme.colour("text"),)
        self.start = VGroup(
            *(
                Dot(self.axes.point(*place), DOT, color=shade)
                for place, shade in zip(starts, shades, strict=True)
            )
        )
        self._radii = [self._radius(*pair) for pair in zip(self.runs, STEPS, strict=True)]
        self.tag_areas: list[Area] = []
        self.tags: list[Tag] = []
        self.counts: list[VGroup] = []
        self.maps: list[DecisionMap] = []
        self._corners: list[tuple[float, float, float]] = []
        self._counted = [-1] * len(self.runs)
        rooms = frame.halves(aside, 0.5, GAP, stacked=is_beside and not (has_plane and frame.is_wide))
        if has_plane:
            first, second = rooms
            rooms = self._put_map(first, frame), self._put_map(second, frame)
        blocks = [self._block(k, *pair) for k, pair in enumerate(zip(texts, looks, strict=True))]
        factor = min(
            min(1.0, room.width / max(block[0].width, block[1].width), room.height / block.height)
            for block, room in zip(blocks, rooms, strict=True)
        )
        for block, room in zip(blocks, rooms, strict=True):
            self._place(block.scale(factor), room, factor)
        self.key = VGroup(*(block[0] for block in blocks))
        super().__init__(
            self.axes,
            self.key,
            *self.maps,
            *self.counts,
            *self.tags,
            self.lines,
            self.start,
            self.marks,
            self.tips,
        )
        self.moving = VGroup(self.lines, self.marks, self.tips, *self.counts, *self.tags)
        self.show_pass(0.0)

    def _radius(self, run: BatchRun, largest: float) -> float:
        """The radius of the dots after the steps of a training, 0 where they are too close for dots."""
        between = (self.axes.right - self.axes.left) / (len(run.costs) - 1)
        radius = min(largest, FROM_NEXT * between)
        return radius if radius > SEEN else 0.0

    def _put_map(self, room: Area, frame: Frame) -> Area:
        """Put a map into a room, and return what is left of this below the map."""
        inputs, targets = self.experiment.examples
        low = LOW_MAP_SHARE if room.height < LOW else MAP_SHARE
        side = min(room.width, (MAP_SHARE_IN_WIDE if frame.is_wide else low) * room.height)
        left, top = room.left, room.top
        area = Area("map", left - ROOM_FOR_NAMES, top - side - ROOM_FOR_NAMES, left + side, top)
        plane = DecisionMap(self.experiment.network, inputs, targets, area, shows_margins=self._is_brief)
        plane.remove(plane.names)
        for marker in (*plane.examples, *plane.rings):
            marker.scale(MARKER)
        plane.rings.set_z_index(1)  # above the regions, which change
        plane.examples.set_z_index(1)
        self.maps.append(plane)
        return replace(room, top=top - side - FROM_MAP)

    def _block(self, number: int, text: str, look: tuple[str, float]) -> VGroup:
        """A line as that of a curve with its words, and below them the counts and the cost at its end."""
        sample = Line(at(0, 0), at(SAMPLE, 0), stroke_color=look[0], stroke_width=look[1])
        entry = VGroup(sample, words(text, em=self._em).next_to(sample, RIGHT, buff=0.2))
        lines = self._count_lines(number, self.runs[number].last_pass)
        lines.next_to(entry, DOWN, buff=0.25, aligned_edge=LEFT)
        tag = Tag(self.experiment.objective, self._text(number, 0.0), "loss", max(self._em, theme.SIZES.body))
        tag.next_to(lines, DOWN, buff=0.25, aligned_edge=LEFT)
        self.tags.append(tag)
        return VGroup(entry, lines, tag)

    def _place(self, block: VGroup, room: Area, factor: float) -> None:
        """Move the words of a training, made smaller by a factor, to their room."""
        block.move_to(room.centre).align_to(at(room.left, 0), LEFT)
        lines, tag = block[1], self.tags[len(self.counts)]
        self._corners.append((float(lines.get_left()[0]), float(lines.get_top()[1]), factor))
        self.counts.append(VGroup())
        low, high = float(tag.get_bottom()[1]), float(tag.get_top()[1])
        self.tag_areas.append(Area("cost", float(tag.get_left()[0]), low, room.right, high))

    def _count_lines(self, number: int, passes: float) -> VGroup:
        """The steps of a path after so many passes, with the examples of each, and all examples together."""
        run, (step, example) = self.runs[number], self._nouns
        steps, used = run.steps(passes), run.examples(passes)
        each = f" × {shown(run.size)}" if run.rows % run.size == 0 else ""
        lines = VGroup(words(_counted(steps, step) + (each if run.rows > 1 else ""), em=self._em))
        if run.rows > 1:
            total = words(("= " if each else "") + _counted(used, example), em=self._em)
            lines.add(total.next_to(lines[0], DOWN, buff=0.15, aligned_edge=LEFT))
        if self._gradient:
            size = shown(self.mean_gradient(number, steps), f".{MOST_DECIMALS}f")
            line = words(f"{self._gradient} {size}", em=theme.SIZES.body, colour=theme.colour("gradient"))
            lines.add(line.next_to(lines[-1], DOWN, buff=0.15, aligned_edge=LEFT))
        return lines

    def _show_counts(self, number: int, passes: float) -> None:
        if (steps := self.runs[number].steps(passes)) == self._counted[number]:
            return
        self._counted[number] = steps
        left, top, factor = self._corners[number]
        lines = self._count_lines(number, passes).scale(factor)
        lines.shift(at(left - lines.get_left()[0], top - lines.get_top()[1]))
        copy_outlines(self.counts[number], lines)

    def mean_gradient(self, number: int, step: int) -> float:
        """The mean size of the gradients of the cost by the weights of a network after so many steps."""
        network, (inputs, targets) = self.runs[number].run.networks[step], self.experiment.examples
        gradients = network.backward(network.forward(inputs), targets).weights
        return float(np.abs(np.concatenate([layer.ravel() for layer in gradients])).mean())

    def _rolling(self, number: int, passes: float) -> str:
        """The cost while it changes; with brief words as at rest."""
        return self._text(number, passes) if self._is_brief else rolling(self.runs[number].cost(passes))

    def _text(self, number: int, passes: float) -> str:
        if self._is_brief:
            return shown(self.runs[number].cost(passes), f".{self._decimals}f")
        return self.experiment.notation.text(self.experiment.objective, self.runs[number].cost(passes))

    def show_pass(self, passes: float) -> None:
        """Draw both curves until after so many passes over the data, with their counts and their maps."""
        for number, (run, line) in enumerate(zip(self.runs, self.lines, strict=True)):
            spots = np.array([self.axes.point(*place) for place in run.upto(passes)])
            line.points = polyline(spots)
            taken = spots[: run.steps(passes) + 1]
            if radius := self._radii[number]:
                self.marks[number].points = polygons(taken[:, None, :2] + radius * _around())
            self.tips[number].move_to(spots[-1])
            self._show_counts(number, passes)
        for run, plane in zip(self.runs, self.maps, strict=False):
            plane.colour(run.run.network_at(run.step(passes)))

    def follow(self, passes_at: Callable[[float], float]) -> Callable[[float], None]:
        """A function that draws both curves until `passes_at(alpha)` at `alpha` (0 to 1) of an animation."""
        changes: list[RollingNumber] = []
        for number, tag in enumerate(self.tags):
            passing = [self._rolling(number, passes_at(alpha)) for alpha in sample_alphas().tolist()]
            ends = self._text(number, passes_at(0.0)), self._text(number, passes_at(1.0))
            changes.append(tag.rolling_number(ends[0], passing, ends[1]))

        def show(alpha: float) -> None:
            self.show_pass(passes_at(alpha))
            for number, (tag, area) in enumerate(zip(self.tags, self.tag_areas, strict=True)):
                tag.set_state_in(area, changes[number].at(alpha, self._rolling(number, passes_at(alpha))))

        return show


def _counted(number: int, nouns: tuple[str, ...]) -> str:
    """A number with its noun, for one or for several."""
    return f"{shown(number)} {nouns[0] if number == 1 else nouns[-1]}"


def _around() -> Array:
    """The corners of a polygon around the origin, with a radius of 1: (1, corners, 2)."""
    angles = 2 * np.pi * np.arange(CORNERS) / CORNERS
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)[None]
