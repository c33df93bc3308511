"""The stage of chapters in which a layer of a network becomes matrices."""

from dataclasses import replace

from manim import Animation, AnimationGroup, Succession, VGroup, VMobject

from storyreel.graphics.layout import Area
from storyreel.graphics.maths.outer_product import OuterProduct
from storyreel.graphics.motion.verbs import appear, fly, one_after_another, vanish
from storyreel.stage.dense.dense_stage import DenseStage
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import Count, cue

ROOM_FOR_FORMULA = 1.3
"""Units below the matrices for their rule."""


class MatrixStage(DenseStage):
    """A stage on which the gradients of a layer are one product of matrices."""

    product: OuterProduct | None = None

    def clear_stage(self) -> VGroup:
        """Forget everything on stage, and return it to be faded out."""
        self.product = None
        return super().clear_stage()

    @property
    def _matrices_area(self) -> Area:
        whole = self.frame.whole
        return replace(whole, name="matrices", bottom=whole.bottom + ROOM_FOR_FORMULA)

    @cue(
        seconds=2.4,
        requires=("network", "layer {layer}"),
        hides=("network", "map", "example gradients", "costs of batches", "two passes"),
        shows="matrices",
    )
    def matrices(self, layer: Count) -> Animation:
        """The weights, inputs and errors of a layer (counted from 1) become matrices, each with its shape;
        the network fades out."""
        diagram, names = self.drawing, self.trace.network.names
        matrices = OuterProduct(self.trace, layer, self._matrices_area)
        flights = []
        for row, weights in enumerate(names.weights[layer]):
            for column, weight in enumerate(weights):
                cell = matrices.weights.cell(row, column)
                flights.append(_sent_from(diagram.edges.get(weight) or diagram.marked(weight), cell))
        for row, name in enumerate(names.activations[layer - 1]):
            source = diagram.nodes.get(name) or diagram.marked(name)
            flights.append(_sent_from(source, matrices.inputs.cell(row, 0)))
        for row, name in enumerate(names.activations[layer]):
            source = diagram.nodes.get(name) or diagram.marked(name)
            flights.append(_sent_from(source, matrices.errors.cell(row, 0)))
        written = [matrices.labels, matrices.shapes]
        texts = [appear(text[name]) for name in ("weights", "inputs", "errors") for text in written]
        gone = vanish(self.clear_stage())
        self.product = matrices
        self.keep(matrices)
        return Succession(AnimationGroup(gone, *flights), AnimationGroup(*texts))

    @cue(seconds=3.6, requires="matrices")
    def multiply(self) -> Animation:
        """The products of errors and inputs fill the matrix of the layer's gradients."""
        matrices = needed(self.product, "there are no matrices on stage; begin with `matrices`")
        flights = [
            fly(matrices.inputs.cell(column, 0), matrices.row.cell(0, column))
            for column in range(matrices.row.columns)
        ]
        texts = {
            name: AnimationGroup(appear(matrices.labels[name]), appear(matrices.shapes[name]))
            for name in ("row", "gradients")
        }
        rows = [
            one_after_another(
                [_sent_from(matrices.errors.cell(row, 0), cell) for cell in matrices.gradients.row(row)],
                overlap=0.7,
            )
            for row in range(matrices.gradients.rows)
        ]
        self.keep(matrices.formula)
        return Succession(
            AnimationGroup(*flights, texts["row"]),
            AnimationGroup(one_after_another(rows, overlap=0.5), texts["gradients"]),
            appear(matrices.formula),
        )


def _sent_from(source: VMobject, cell: VMobject) -> Animation:
    """A cell of a matrix grows while it flies from the part of the network that it stands for."""
    return fly(cell.copy().scale(0.3).move_to(source), cell)
