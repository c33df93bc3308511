"""The stage of chapters in which the gradients of many examples are averaged."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from manim import UP, Animation, AnimationGroup, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.engine.cost import Cost
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, draw, in_place_of, one_after_another, pop
from storyreel.graphics.networks.images.arrow_grid import ArrowGrid
from storyreel.graphics.networks.images.pixel_grid import PixelGrid
from storyreel.stage.images.sum_stage import SumStage
from storyreel.stage.images.text_stage import OVERLAP
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import Count, OutputName, Text, cue

ABOVE_NOTE = 0.12
"""Units by which the words above a column of results are higher where something is said of its scale."""
HEADER = 0.95
"""The room above the columns, for images, in Manim units."""
BETWEEN_WORDS = 0.2
"""Units between the words above two columns of results."""
LONGEST_RESULT = 2.7
"""The largest width of a word above a column of results, in Manim units."""
IMAGE = 0.86
"""The side of an image above its column, as a share of the column's width."""


class GridStage(SumStage):
    """A stage on which gradients of examples stand in rows and columns, and are averaged."""

    grid: ArrowGrid | None = None
    rows_of_grid: list[int]
    """The places, in the layer before, of the neurons that the rows begin at."""
    summed = 0
    """How many columns of results there are on stage."""
    has_arrows = False
    """True once the arrows of the columns are on stage."""

    def clear_stage(self) -> VGroup:
        """Forget all that is on stage, and return it to be faded out."""
        self.grid, self.summed, self.has_arrows = None, 0, False
        return super().clear_stage()

    def row_of(self, name: str) -> Area | None:
        """The room of the row of a neuron on stage; None without one."""
        before = self.experiment.network.names.activations[-2]
        if self.grid is None or name not in before:
            return super().row_of(name)
        place = before.index(name)
        return self.grid.row(self.rows_of_grid.index(place)) if place in self.rows_of_grid else None

    def _grid(self, filled: bool = False) -> ArrowGrid:
        """The columns on stage; `filled` if they need their arrows."""
        grid = needed(self.grid, "there are no columns on stage yet; begin with `draw_examples`")
        if filled and not self.has_arrows:
            raise StoryreelError("there are no arrows in the columns on stage yet")
        return grid

    @property
    def room_for_grid(self) -> Area:
        """The room for rows and columns, above that of a formula."""
        return replace(self.frame.whole, bottom=self.frame.formula.top)

    def _columns_appear(self, heads: VGroup, *results: str) -> Animation:
        grid, zeros = self._grid(), list(self._grid().zeros)
        written = [few_words(text, LONGEST_RESULT, theme.colour("gradient")) for text in results]
        # In narrow frames the columns of results are closer than their words are long.
        apart = min((after - before for before, after in pairwise(grid.fields)), default=LONGEST_RESULT)
        widest = max((word.width for word in written), default=apart)
        scale = max(theme.SIZES.smallest / theme.SIZES.small, min(1.0, (apart - BETWEEN_WORDS) / widest))
        for number, word in enumerate(written):
            word.scale(scale)
            head = VGroup(word.move_to(grid.result_head(number)))
            if (note := grid.enlargement(number)) is not None:
                word.shift(ABOVE_NOTE * UP)
                head.add(note)
            heads.add(head)
            zeros.append(grid.result_zeros[number])
        rows = zip(grid.neurons, grid.lines, strict=True)
        neurons = one_after_another((AnimationGroup(pop(neuron), draw(line)) for neuron, line in rows), 0.9)
        pairs = zip(heads, zeros, strict=True)
        columns = [AnimationGroup(appear(head), draw(zero)) for head, zero in pairs]
        return AnimationGroup(neurons, one_after_another(columns, overlap=0.85))

    @cue(seconds=0.8, requires="examples")
    def point_out_column(self, number: int) -> Animation:
        """A frame appears around a column, counted from 0, and that around another part fades
        out."""
        grid = self._grid()
        if not 0 <= number < len(grid.cells):
            there = f"there are {len(grid.cells)} columns on stage, counted from 0"
            raise StoryreelError(f"{there}, and no column {number}")
        return self.frame_around(grid.column(number))

    @cue(
        seconds=4.0,
        requires=(
            "a network",
            "square inputs",
            "data",
            "mean cost",
            "{average} fits 2.7 at 0.36",
            "{all} fits 2.7 at 0.36",
        ),
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows="examples",
    )
    def draw_examples(
        self, of: OutputName, count: Count, average: Text, all: Text, weights: Count | None = None
    ) -> Animation:
        """The first `count` examples of the data appear as columns, with their images, and the weights into
        the output `of` as rows, each beside the neuron that it comes from; at the right are
        columns for the average of these and for that of all examples, with `average` and `all`, words for
        them. All else fades out.

        `weights`: only so many of the rows, those with the largest arrows.
        """
        gone, network = self.clear_stage(), self.experiment.network
        layer, place = len(network.layers), network.names[of].index[0]
        names = list(network.names.weights[layer][place])
        inputs, targets = (each[:count] for each in self.experiment.examples)
        each = -Cost(network, inputs, targets).gradients_of_examples(names)
        rows = np.sort(np.argsort(-np.abs(each).max(axis=1), kind="stable")[:weights])
        cost = needed(self.experiment.cost, "this network has no cost")
        means = -np.array([cost.gradient(names[row]) for row in rows])
        results = [each[rows].mean(axis=1), means]
        self.rows_of_grid = rows.tolist()
        grid = self.grid = ArrowGrid(each[rows], results, self.room_for_grid, HEADER)
        heads, side = VGroup(), IMAGE * min(grid.width_of_column, HEADER)
        for number, pixels in enumerate(inputs):
            heads.add(PixelGrid(pixels, side).pixels.move_to(grid.head(number)))
        return in_place_of(gone, self._columns_appear(heads, average, all), OVERLAP)

    @cue(seconds=4.0, requires="examples", shows="example gradients on examples")
    def show_example_slopes(self) -> Animation:
        """In each column the arrows of all weights grow, as long as minus the gradient of its loss."""
        grid = self._grid()
        self.has_arrows = True
        return one_after_another(map(grid.grows, range(len(grid.cells))), overlap=0.6)

    @cue(
        seconds=4.0,
        requires=("example gradients", "no average 2"),
        shows="average # on examples",
    )
    def average_examples(self) -> Animation:
        """Row by row, its arrows go together into their average; used again, beside it appears that of all
        examples of the data. Both have one scale."""
        grid = self._grid(filled=True)
        if self.summed == 0:
            self.summed = 1
            return grid.gathers(0)
        if self.summed > 1:
            raise StoryreelError("both averages are on stage already")
        self.summed = 2
        return one_after_another([arrow.grows() for arrow in grid.sums[1]], overlap=0.9)
