"""The conditions that a cue may name in `requires`: on its network, and on what a storyboard gives it.

    "data"                      the network has data
    "path {weight}"             there is one path from the weight to the loss
    "{text} fits 3 at 0.36"     the text is at most 3 Manim units wide, in letters of 0.36 (see `texts`)

The first words are a row of `table`, which names a function of what is on stage and of the values of the
parameters in braces. It returns what is wrong, or None. It is not asked where this cannot be known, as for a
network with faults.
"""

from collections.abc import Callable

from storyreel.engine.experiment import Experiment
from storyreel.storyboard.things import StageContents

Condition = Callable[..., str | None]


def experiment_of(stage: StageContents) -> Experiment:
    """That of the chapter's network, of which a condition may take for granted that it is there."""
    assert stage.experiment is not None
    return stage.experiment
