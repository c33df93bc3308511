"""The classes of examples: those of their targets, where each target is one class."""

import numpy as np
import pytest

from storyreel.engine.regions.decision_regions import classes_of_examples


@pytest.mark.parametrize(
    ("targets", "classes"),
    [
        ([[0, 1], [1, 0], [0, 1]], [1, 0, 1]),
        ([[0], [1], [1]], [0, 1, 1]),
        ([[1, 1], [0, 1], [0, 0]], [0, 0, 0]),
    ],
    ids=["one of two", "yes or no", "two answers of yes or no"],
)
def test_examples_have_classes_where_each_target_is_one(targets: list[list[int]], classes: list[int]) -> None:
    assert classes_of_examples(np.array(targets, float)).tolist() == classes
