"""Conditions on the tones of a spectrum, which are the inputs of a network."""

from storyreel.core.number_format import shown
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.things import StageContents

MOST_TONES = 40
"""The most tones that have a bar each."""
HEARD = 20.0, 20000.0
"""The lowest and the highest frequency that people hear, in hertz."""


def has_tones(stage: StageContents, pitch: float) -> str | None:
    """The inputs are few enough for a bar each, and the lowest tone can be heard."""
    count = len(experiment_of(stage).network.input_names)
    if not 2 <= count <= MOST_TONES:
        return f"a spectrum is of 2 to {MOST_TONES} tones, not of {count}"
    low, high = HEARD
    return None if low <= pitch <= high else f"a tone of {shown(pitch)} Hz cannot be heard"


def has_tones_from(stage: StageContents, first: int, last: int) -> str | None:
    """The spectrum has these tones, counted from 1."""
    count = len(experiment_of(stage).network.input_names)
    return None if first <= last <= count else f"the spectrum has the tones 1 to {count}"
