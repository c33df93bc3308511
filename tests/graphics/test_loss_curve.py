"""The loss as a curve over one weight: what walks along it."""

import numpy as np
import pytest

from storyreel.engine.experiment import Experiment
from storyreel.engine.loss_landscape import LossLandscape
from storyreel.graphics.plots.descent_layout import PLOT
from storyreel.graphics.plots.loss_curve import LossCurve


def test_what_walks_along_a_curve_keeps_its_pace_however_steep_it_is(chain: Experiment) -> None:
    landscape = LossLandscape(chain.trace, ("w1",))
    curve = LossCurve(PLOT, landscape)
    start, end = 3.0, 0.5
    way = curve.way(landscape, start, end)
    weights = [way(share) for share in np.linspace(0, 1, 21).tolist()]
    assert weights[0] == start and weights[-1] == pytest.approx(end)
    spots = np.array([curve.point(weight, landscape.loss([weight])) for weight in weights])
    steps = np.linalg.norm(np.diff(spots, axis=0), axis=1)
    assert steps == pytest.approx(steps.mean(), rel=0.02)
    assert max(np.abs(np.diff(weights))) > 1.5 * min(np.abs(np.diff(weights)))


def test_what_walks_beyond_the_top_of_the_axes_walks_along_it(chain: Experiment) -> None:
    landscape = LossLandscape(chain.trace, ("w1",))
    curve = LossCurve(PLOT, landscape)
    assert landscape.loss([40.0]) > 2 * curve.y_range[1]
    assert curve.way(landscape, 40.0, 41.0)(0.5) == pytest.approx(40.5)
