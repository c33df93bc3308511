"""The stage of chapters in which the gradients of many examples are averaged."""

from dataclasses import replace

import numpy as np
from manim import RIGHT, Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.cost import Cost
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, in_place_of, one_after_another, slide, vanish
from storyreel.graphics.networks.images.gradient_table import GradientTable
from storyreel.graphics.networks.images.pixel_grid import PixelGrid
from storyreel.graphics.text.typeset import Typeset, maths
from storyreel.stage.images.sum_stage import SumStage
from storyreel.stage.images.text_stage import OVERLAP
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import Count, Text, WeightName, cue

LONGEST_MEAN = 2.3
"""The largest width of the words above the means, in Manim units."""
IMAGE = 0.86
"""The side of an image above its column, as a share of the room there."""


class GridStage(SumStage):
    """A stage on which gradients of examples stand in rows and columns, and are averaged."""

    grid: GradientTable | None = None
    weights_of_grid: list[str]
    """The weights of the rows."""
    word_of_means: Typeset | None = None

    def clear_stage(self) -> VGroup:
        """Forget all that is on stage, and return it to be faded out."""
        self.grid, self.word_of_means, self.weights_of_grid = None, None, []
        return super().clear_stage()

    def row_of(self, name: str) -> Area | None:
        """The room of the row of a weight or a neuron on stage; None without one."""
        if self.grid is None:
            return super().row_of(name)
        return self.grid.row(self.weights_of_grid.index(name)) if name in self.weights_of_grid else None

    def _grid(self) -> GradientTable:
        return needed(self.grid, "there are no columns on stage yet; begin with `draw_examples`")

    @property
    def room_for_grid(self) -> Area:
        """The room for rows and columns, above that of a formula."""
        return replace(self.frame.whole, bottom=self.frame.formula.top)

    @cue(
        seconds=5.0,
        requires=("a network", "square inputs", "data", "mean cost", "{mean} fits 2.3 at 0.36"),
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows="examples",
    )
    def draw_examples(self, weights: list[WeightName], count: Count, mean: Text) -> Animation:
        """The first `count` examples of the data appear as columns, with their images, and `weights` as rows,
        beside the two neurons that each joins: in each cell is minus the gradient of the example's loss. Dots
        stand for the other examples and weights; at the right is a column for the means over all examples,
        with `mean`, words for these, above it. All else fades out.

        Where the rows of `draw_examples_of` are on stage, of as many examples and the first of these weights,
        their images and numbers move to their new places. A narrow frame has fewer columns.
        """
        network, before = self.experiment.network, self.rows_of_arrows
        names = list(dict.fromkeys(network.names.name_of(network.names[each]) for each in weights))
        continued = before if self.weight_of_rows == names[0] and before is not None else None
        word = few_words(mean, LONGEST_MEAN, theme.colour("gradient"))
        gone = self.clear_stage()
        inputs, targets = (each[:count] for each in self.experiment.examples)
        values = -Cost(network, inputs, targets).gradients_of_examples(names)
        cost = needed(self.experiment.cost, "this network has no cost")
        means = -np.array([cost.gradient(name) for name in names])
        addresses = [network.names[name] for name in names]
        grid = GradientTable(addresses, len(network.layers), values, means, self.room_for_grid)
        self.grid, self.weights_of_grid = grid, names
        side = IMAGE * min(grid.width_of_column, grid.header)
        images: list[VMobject] = [
            PixelGrid(pixels, side).pixels.move_to(grid.above(x))
            for pixels, x in zip(inputs, grid.xs, strict=False)
        ]
        self.word_of_means = word.scale(min(1.0, grid.room_for_word / word.width))
        word.move_to(grid.above(grid.mean_x)).shift(min(0.0, grid.right - float(word.get_right()[0])) * RIGHT)
        words = AnimationGroup(*map(appear, (word, grid.slots, grid.dots_below[0])))
        others = one_after_another([grid.row_appears(place) for place in range(1, len(names))], overlap=0.4)
        rest: list[Animation] = [others, words] if len(names) > 1 else [words]
        if continued is None or len(continued.heads) != len(inputs):
            columns = one_after_another(map(appear, images), overlap=0.8)
            return in_place_of(gone, one_after_another([columns, grid.row_appears(0), *rest], 0.3), OVERLAP)
        return self._turn(gone, [*continued.heads], [*continued.numbers], images, rest)

    def _turn(
        self,
        gone: VGroup,
        heads: list[VMobject],
        numbers: list[VMobject],
        images: list[VMobject],
        rest: list[Animation],
    ) -> Animation:
        """The column of numbers of one weight becomes its row: images go to the top, then numbers below
        them; those of which no column has room leave."""
        grid = self._grid()
        kept = [*heads[: len(images)], *numbers[: len(images)]]
        parts = {id(part) for shape in kept for part in shape.get_family()}
        leaving = VGroup(*(part for part in gone if id(part) not in parts))
        heads_go = one_after_another([slide(*pair) for pair in zip(heads, images, strict=False)], overlap=0.8)
        numbers_go = one_after_another(
            [slide(*pair) for pair in zip(numbers, grid.numbers[0], strict=False)], overlap=0.8
        )
        row = grid.row_appears(0, has_numbers=False)
        return Succession(
            vanish(leaving).set_run_time(0.12),
            heads_go.set_run_time(0.25),
            AnimationGroup(numbers_go, row).set_run_time(0.3),
            one_after_another(rest, overlap=0.3).set_run_time(0.33),
        )

    @cue(seconds=3.0, requires="examples", shows="average on examples")
    def average_examples(self, of: WeightName | None = None) -> Animation:
        """The cells of a row, or of all rows, go together into its mean over all examples of the data.

        `of`: the weight of the only row.
        """
        grid, names = self._grid(), self.weights_of_grid
        if of is not None and of not in names:
            raise StoryreelError(f"{of!r} has no row on stage")
        return grid.gathers(range(len(names)) if of is None else [names.index(of)])

    @cue(seconds=2.0, requires="average")
    def name_cost_gradient(self) -> Animation:
        """Brackets appear around the column of means, with dots for those of all other weights, and above it
        −∇C, as these are minus the gradient of the cost."""
        grid, word = self._grid(), needed(self.word_of_means, "the means have their name already")
        name = maths("- nabla C", plain="−∇C", em=theme.SIZES.label, colour=theme.colour("gradient"))
        name.move_to(word)
        self.word_of_means = name
        return AnimationGroup(in_place_of(VGroup(word), appear(name)), grid.becomes_vector())
