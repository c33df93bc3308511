"""A training of which a map shows the regions and a curve beside it the cost."""

from collections.abc import Sequence

import numpy as np
from manim import VGroup
from numpy.typing import NDArray

from storyreel.engine.network import Network
from storyreel.engine.trace import Trace
from storyreel.engine.training_run import TrainingRun
from storyreel.graphics.motion.verbs import ease_run, ease_travel
from storyreel.graphics.plots.examples.swelling import Swelling
from storyreel.graphics.plots.maps.decision_map import DecisionMap
from storyreel.graphics.plots.run_plot import RunPlot

LIT, FROM, UPTO = 0.2, 0.45, 0.8
"""The shares of a step's time in which its examples light up and go dark, and from which to which its step is
taken."""


class MapTraining:
    """Shows a `run` on a map and on the `plot` of its cost, whose changing parts are `moving`.

    `batches` has for each step which examples it uses: (examples,) of booleans.
    """

    def __init__(
        self,
        plane: DecisionMap,
        plot: RunPlot,
        run: TrainingRun[Network, Trace],
        batches: Sequence[NDArray[np.bool_]] = (),
    ) -> None:
        self.plane, self.plot, self.run = plane, plot, run
        self.moving = VGroup(*plot.moving)
        self._batches, self._swelling = batches, Swelling(plane.examples)
        self._steps = len(run.objective) - 1
        self._follow = plot.follow(self._upto if len(batches) else self._running)

    def _running(self, share: float) -> float:
        return ease_run(share) * self._steps

    def _upto(self, share: float) -> float:
        """The steps after a share of the time; each begins when its examples have been seen."""
        number = min(int(share * self._steps), self._steps - 1)
        turn = share * self._steps - number
        return number + ease_travel(float(np.clip((turn - FROM) / (UPTO - FROM), 0.0, 1.0)))

    def show(self, share: float) -> None:
        """Show a share, 0 to 1, of the run."""
        self._follow(share)
        self.show_regions(share)

    def show_regions(self, share: float) -> None:
        """Show the regions after a share of the run, and leave the curve."""
        self.plane.colour(self.run.network_at(self._running(share)))

    def take_steps(self, share: float) -> None:
        """Show a share, 0 to 1, of the run, step by step, with the examples of each."""
        number = min(int(share * self._steps), self._steps - 1)
        turn = share * self._steps - number
        light = float(np.clip(min(turn, 1 - turn) / LIT, 0.0, 1.0))
        self._swelling.single_out(self._batches[number], ease_travel(light))
        self._follow(share)
        self.plane.colour(self.run.network_at(self._upto(share)))
