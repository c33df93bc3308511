"""What a scene class says about its cues: the decorator, and the kinds of parameter that a cue may take.

A cue is a method of a scene class. A storyboard names it, the method's signature says what it may be
given, its docstring is its description, and `seconds` is how long its animation lasts when there is time
for all of it. Nothing here imports manim: the vocabulary of cues is read from the scene files as text.
"""

from collections.abc import Callable
from typing import TypeVar

Method = TypeVar("Method", bound=Callable[..., object])


class Value(str):
    """The name of a number of the chapter's network: `h`, `W1[2,0]`, `grad.w1`, `next.w1`."""


class Text(str):
    """A few words on screen, in which `{h}` stands for a number just as in the narration."""


class File(str):
    """The path of a file in the storyboard's folder or below it, as the storyboard writes it."""


class NetworkName(str):
    """The name of one of the storyboard's networks."""


class ActivationName(str):
    """The name of an activation function of the engine's table."""


class LossName(str):
    """The name of a loss of the engine's table."""


def cue(*, seconds: float) -> Callable[[Method], Method]:
    """Declare a method of a scene class as a cue whose animation lasts `seconds`.

    The method returns the animation to play. It is played for `seconds`, or for less when the next cue's
    word comes sooner.
    """

    def declare(method: Method) -> Method:
        method.cue_seconds = seconds  # type: ignore[attr-defined]
        return method

    return declare
