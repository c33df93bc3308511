"""A brace of any width is the one that Manim would draw."""

import numpy as np
import pytest
from manim import UP, BraceBetweenPoints

from storyreel.graphics.layout import at
from storyreel.graphics.text.brace_outline import CURVED, brace_points


@pytest.mark.parametrize("width", [0.05, 0.3, CURVED - 1e-6, CURVED, CURVED + 1e-6, 0.7, 2.0, 12.5])
def test_a_brace_is_that_of_manim(width: float) -> None:
    drawn = BraceBetweenPoints(at(1, 2), at(1 + width, 2), UP).points
    np.testing.assert_allclose(brace_points(width) + at(1, 2), drawn, atol=1e-9)
