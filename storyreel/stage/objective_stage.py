"""The stage of chapters about training: gradients of what a step lowers, on badges or in connections."""

from itertools import chain

import numpy as np
from manim import Animation, AnimationGroup, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.operation import COST_GRADIENT, GRADIENT
from storyreel.graphics import theme
from storyreel.graphics.layout import at
from storyreel.graphics.motion.verbs import appear, pop, vanish
from storyreel.graphics.networks.label_places import box_of, put_clear
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset, maths
from storyreel.stage.example_stage import ExampleStage
from storyreel.storyboard.cue import ExampleName, ParameterName, cue

ROOM_FOR_RATE = 0.9
"""Units at the upper right for the tag of the learning rate."""


class ObjectiveStage(ExampleStage):
    """A stage with the gradients of what a step of training lowers: of the cost C where the network has data,
    as the key ∂C/∂w says, else of the loss L."""

    key: Typeset | None = None
    has_run = False
    """True once the network has run with its new weights."""

    @property
    def network(self) -> NetworkDiagram:
        """The diagram on stage; raises StoryreelError where there is none."""
        if not isinstance(self.drawing, NetworkDiagram):
            raise StoryreelError("weights are updated in a network; draw one with `draw_network`")
        return self.drawing

    @cue(seconds=1.2, requires="network", shows=("grad.{of}", "grad.weight if no `of`"))
    def show_gradients(self, of: list[ParameterName] | None = None) -> Animation:
        """The gradients of these weights and biases appear beside them, by default of all weights; those on
        stage are pointed out. Where numbers do not fit, the connections take the colour of gradients
        instead: the larger the gradient, the wider.

        With data they are those of the cost, as ∂C/∂w in a corner says; gradients of the loss that are
        on stage fade out.
        """
        diagram, moves = self.network, self._cost_is_named()
        if of is None:
            steepest = max(abs(self._gradient(name)) for name in diagram.edges) or 1.0
            layers = self.trace.network.names.weights[1:]
            shown = [
                self._layer_gradients([name for name in chain(*layer) if name in diagram.edges], steepest)
                for layer in layers
            ]
            return AnimationGroup(*moves, *chain(*shown))
        for name in of:
            badge = None if name in self.gradients else self.gradient_badge(name)
            if badge is not None:
                self.gradients[name] = badge
                moves.append(pop(badge))
            elif name in self.gradients:
                moves.append(self.point_out(ExampleName(GRADIENT + name)))
            else:
                message = f"there is no room for the gradient of {name!r} beside the numbers on stage"
                raise StoryreelError(message)
        return AnimationGroup(*moves)

    def _layer_gradients(self, weights: list[str], steepest: float) -> list[Animation]:
        """The gradients of a layer appear on badges, or in the widths of the connections where some cover
        something.

        `steepest` is the size of the largest gradient, for which a connection is the widest.
        """
        before = dict(self.gradients)
        for name in weights:
            badge = self.gradients.get(name) or (
                self.gradient_badge(name) if name in self.network.labels else None
            )
            if badge is None:
                self.gradients = before
                return [self._as_gradient(name, steepest) for name in weights if name not in before]
            self.gradients[name] = badge
        return [
            self.point_out(ExampleName(GRADIENT + name)) if name in before else pop(self.gradients[name])
            for name in weights
        ]

    def _as_gradient(self, weight: str, steepest: float) -> Animation:
        """A connection takes the colour of gradients, and a width by its gradient."""
        if label := self.network.labels.get(weight):
            label.set_z_index(1)  # Manim draws what changes above what does not
        return self.network.as_gradient(weight, self._gradient(weight), steepest)

    def gradient_number(self, name: str) -> tuple[str, float]:
        """The name and the value of the gradient on a badge: of the cost once the key is on stage."""
        if self.key is None:
            return super().gradient_number(name)
        return self.experiment.objective_gradient + name, self._gradient(name)

    def _gradient(self, parameter: str) -> float:
        """The derivative, with respect to a weight or bias, of what a step lowers."""
        return self.experiment.number(self.experiment.objective_gradient + parameter, int(self.has_run))

    def _cost_is_named(self) -> list[Animation]:
        """With data, the key ∂C/∂w appears, and gradients of the loss fade out."""
        if self.key is not None or self.experiment.cost is None:
            return []
        above, below = (symbol(name) for name in ("cost", "w"))
        self.key = maths(
            f"partial {above} \\/ partial {below}", plain="cost.grad.w", colour=theme.colour("gradient")
        )
        stage, diagram = self.frame.stage, self.network
        half = at(self.key.width / 2, self.key.height / 2)
        below_rate = stage.top - ROOM_FOR_RATE
        corners = [
            np.array(at(x, y))
            for x, y in (
                (stage.right - half[0], below_rate - half[1]),
                (stage.left + half[0], below_rate - half[1]),
                (stage.left + half[0], stage.top - half[1]),
                (stage.left + half[0], stage.bottom + half[1]),
                (stage.right - half[0], stage.bottom + half[1]),
            )
        ]
        blocked = [*map(box_of, diagram.nodes.values()), *diagram.boxes("loss"), *self.taken()]
        put_clear(self.key, corners, blocked, [1.0, 0.85, 0.7])
        leaving, self.gradients = [*map(vanish, self.gradients.values())], {}
        return [*leaving, appear(self.key)]

    def badge_on_stage(self, name: str) -> Badge | None:
        """The badge of a gradient, of the cost once the key ∂C/∂w is on stage, else of the loss."""
        if self.key is None:
            return super().badge_on_stage(name)
        return self.gradients.get(name.removeprefix(COST_GRADIENT)) if COST_GRADIENT in name else None

    def take_gradient(self, name: str, number: VMobject) -> Animation | None:
        """A calculated gradient of the loss becomes a badge, unless the badges on stage are of the cost."""
        return super().take_gradient(name, number) if self.key is None else None

    def examples_badges(self) -> list[Badge]:
        """The badges of gradients of the loss, which another example changes."""
        return super().examples_badges() if self.key is None else []
