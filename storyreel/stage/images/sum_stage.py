"""The stage of chapters in which arrows are put end to end: those of a layer, for a neuron before it, or
those of examples, for a weight."""

from dataclasses import replace

from manim import Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.cost import Cost
from storyreel.engine.equations.neuron_sum import example_sum
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import (
    appear,
    draw,
    in_place_of,
    one_after_another,
    pop,
    slide,
    vanish,
)
from storyreel.graphics.networks.images.arrow_rows import ArrowRows, descents
from storyreel.graphics.networks.images.backward_sum import BackwardSum
from storyreel.graphics.networks.images.pixel_grid import PixelGrid
from storyreel.stage.images.sensitivity_stage import SensitivityStage
from storyreel.stage.images.text_stage import OVERLAP
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Count, HiddenName, WeightName, cue

IMAGE = 0.86
"""The side of an image at the head of its row, as a share of the distance of rows."""
HEADLESS = 3
"""The rows below those of examples: their sum, its factor, and the mean."""
WIDEST = 2.1
"""The largest width of rows of examples, in heights of them all: so they fill the frame before their sum is
there, and are larger."""
NO_ROWS = "there are no rows of arrows on stage yet; begin with `pass_back` or `draw_examples_of`"


class SumStage(SensitivityStage):
    """A stage on which arrows stand in rows, and are put end to end."""

    rows_of_arrows: ArrowRows | None = None
    weight_of_rows: str | None = None
    """The weight whose arrows of examples the rows are, if they are those."""
    backward: BackwardSum | None = None
    own_arrow: VGroup
    """The arrow of the neuron before the layer, and its number, once they are known."""

    def clear_stage(self) -> VGroup:
        """Forget all that is on stage, and return it to be faded out."""
        self.rows_of_arrows, self.backward, self.own_arrow = None, None, VGroup()
        self.weight_of_rows = None
        return super().clear_stage()

    def row_of(self, name: str) -> Area | None:
        """The room of the row of a neuron on stage; None without one."""
        return super().row_of(name) if self.backward is None else self.backward.row_of(name)

    def _rows(self) -> ArrowRows:
        return needed(self.rows_of_arrows, NO_ROWS)

    @cue(
        seconds=3.6,
        requires="a network",
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows=("weights in rows", "layer in rows on weights in rows"),
    )
    def pass_back(self, to: HiddenName) -> Animation:
        """A hidden neuron appears, with its number in it, counted from 1, and its connections to all neurons
        of the layer after it; in the row of each of these an arrow grows, as long as minus the gradient of
        its weighted sum. All else fades out.

        Where the rows on stage have led to a neuron of that layer, this goes to its own row, with its arrow.
        A neuron that is on stage before an output goes to its place.
        """
        before, own = self.backward, self.own_arrow
        node = before.node if before is not None else None
        names = self.experiment.network.names
        place = before.place if before is not None else 0
        goes_on = before is not None and names[to].layer == before.layer - 1 and len(own) > 0
        chosen = None if self.neuron is None else self.neuron.source(to)
        everything = self.clear_stage()
        backward = self.backward = BackwardSum(self.experiment.trace, to, self.frame.whole)
        rows = self.rows_of_arrows = backward.rows
        heads = list(rows.heads)
        if chosen is not None:
            parts = {id(part) for part in chosen.get_family()}
            gone = VGroup(*(part for part in everything if id(part) not in parts))
            come = [
                appear(backward.number),
                *self._edges_come(backward),
                one_after_another(map(pop, heads), overlap=0.9),
                rows.grow(),
            ]
            return Succession(
                vanish(gone).set_run_time(0.2),
                slide(chosen, backward.node).set_run_time(0.25),
                one_after_another(come, overlap=0.3).set_run_time(0.55),
            )
        if not goes_on or node is None:
            arrival = one_after_another([one_after_another(map(pop, heads), overlap=0.9), rows.grow()], 0.3)
            arrival = one_after_another([self._neuron_comes(backward), arrival], overlap=0.5)
            return in_place_of(everything, arrival, OVERLAP)
        moving = {id(part) for shape in (node, own) for part in shape.get_family()}
        gone = VGroup(*(part for part in everything if id(part) not in moving))
        others = [head for number, head in enumerate(heads) if number != place]
        goes = [slide(node, backward.neurons[place]), slide(own[0], rows.arrows[place])]
        goes.append(slide(own[1], rows.starts[place]))
        return Succession(
            AnimationGroup(vanish(gone), *goes).set_run_time(0.35),
            AnimationGroup(one_after_another(map(pop, others), 0.9), rows.grow(place)).set_run_time(0.4),
            self._neuron_comes(backward).set_run_time(0.25),
        )

    def _neuron_comes(self, backward: BackwardSum) -> Animation:
        node = AnimationGroup(pop(backward.node), appear(backward.number))
        return one_after_another([node, *self._edges_come(backward)], overlap=0.6)

    def _edges_come(self, backward: BackwardSum) -> list[Animation]:
        """The connections are drawn; none in a frame that is too narrow for them."""
        return [one_after_another(map(draw, backward.edges), overlap=0.9)] if len(backward.edges) else []

    @cue(
        seconds=4.5,
        requires=("layer in rows", "no shares of arrows"),
        shows="shares of arrows on weights in rows",
    )
    def times_weights(self) -> Animation:
        """Row by row, the weight of the connection appears, the arrow is multiplied by it, and the product
        appears at the right; where that would be written as 0, what is written in the row leaves."""
        return self._rows().multiply()

    @cue(
        seconds=5.0,
        requires=("shares of arrows", "no total of arrows"),
        shows="total of arrows on weights in rows",
    )
    def add_arrows(self) -> Animation:
        """The arrows of all rows move one after the other, until each begins where the one above it ends;
        below them appears their total: for a neuron, after an `a`, as it is the arrow of its activation."""
        rows = self._rows()
        total = AnimationGroup(rows.add_up(), *self._symbol(0))
        return Succession(rows.stack().set_run_time(0.8), total.set_run_time(0.2))

    def _symbol(self, number: int) -> list[Animation]:
        """What a total is the arrow of appears, in the rows of a neuron."""
        symbols = VGroup() if self.backward is None else self.backward.symbols
        return [appear(symbols[number])] if len(symbols) else []

    @cue(
        seconds=3.0,
        requires=("total of arrows", "no scaled total"),
        shows="scaled total on weights in rows",
    )
    def scale_total(self) -> Animation:
        """The total is multiplied: by the slope of the neuron's activation function, and then it is minus the
        gradient of its weighted sum, has a `z`, and goes to the neuron; or by 1 / the number of examples, to
        their mean."""
        rows = self._rows()
        factor, product = rows.sum.factor, rows.sum.product
        if not len(product):
            raise StoryreelError("this neuron’s activation has no slope of its own")
        steps: list[Animation] = [
            appear(factor),
            AnimationGroup(slide(rows.sum.total.copy(), product[0]), appear(product[1]), *self._symbol(1)),
        ]
        if self.backward is not None:
            arrow, number = self.backward.own()
            self.own_arrow = VGroup(arrow, number)
            steps.append(AnimationGroup(slide(product[0].copy(), arrow), appear(number)))
        return Succession(*steps)

    @cue(
        seconds=4.0,
        requires=("a network", "square inputs", "data", "mean cost"),
        hides=("image", "outputs", "neuron", "examples", "answers", "weights"),
        shows=(
            "weights in rows",
            "rows of examples on weights in rows",
            "shares of arrows on weights in rows",
        ),
        opens=True,
    )
    def draw_examples_of(self, weight: WeightName, count: Count) -> Animation:
        """The first `count` examples of the data appear as rows, with their images, and in each an arrow
        grows, as long as minus the gradient of its loss with respect to one weight. All else fades out."""
        gone, network = self.clear_stage(), self.experiment.network
        self.weight_of_rows = network.names.name_of(network.names[weight])
        inputs, targets = (each[:count] for each in self.experiment.examples)
        slopes = Cost(network, inputs, targets).gradients_of_examples([weight])[0]
        numbers = example_sum(weight, slopes.tolist(), self.experiment.notation)
        whole = self.frame.whole
        side = (whole.width - min(whole.width, WIDEST * count * whole.height / (count + HEADLESS))) / 2
        area = replace(whole, left=whole.left + side, right=whole.right - side)
        pitch = area.height / (len(inputs) + HEADLESS)
        images: list[VMobject] = [PixelGrid(pixels, IMAGE * pitch).pixels for pixels in inputs]
        rows = self.rows_of_arrows = ArrowRows(descents(numbers, has_factors=False), images, area)
        arrival = AnimationGroup(one_after_another(map(appear, images), overlap=0.8), rows.grow())
        return in_place_of(gone, arrival, OVERLAP)

    @cue(seconds=0.8, requires="rows of examples")
    def point_out_example(self, number: int) -> Animation:
        """A frame appears around the row of an example, counted from 0, and that around another part fades
        out."""
        rows = self._rows()
        if self.backward is not None or not 0 <= number < len(rows.heads):
            raise StoryreelError(f"there is no example {number} in the rows on stage, counted from 0")
        return self.frame_around(rows.row(number))
