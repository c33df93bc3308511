"""How a scene class declares its cues: the decorator, and the types that a cue's parameters may have.

A cue is a method of a scene class. Storyboards call it by name; its signature gives its parameters and its
docstring its description. Nothing here imports manim: cues are read from the scene files as text.
"""

from collections.abc import Callable
from typing import Annotated, TypeVar

from annotated_types import Ge

Method = TypeVar("Method", bound=Callable[..., object])


class Value(str):
    """The name of a number of the chapter's network: `h`, `W1[2,0]`, `grad.w1`, `next.w1`."""


class Text(str):
    """A text on screen, in which `{h}` stands for a number as in the narration."""


class File(str):
    """The path of a file in the storyboard's folder or below it, as the storyboard writes it."""


class ImageFile(File):
    """The path of an image, a `File` that can be shown: PNG, JPEG, GIF, WebP or SVG."""


Count = Annotated[int, Ge(1)]
"""A whole number from 1 on: so many, or the number of a line, a layer, a point."""

Steps = Annotated[int, Ge(1)]
"""A number of steps of training, from 1 on, which `check` holds to the limits of runs."""


class NetworkName(str):
    """The name of one of the storyboard's networks."""


class ActivationName(str):
    """The name of an activation function of the engine's table."""


class LossName(str):
    """The name of a loss of the engine's table."""


def cue(*, seconds: float, equation: str = "") -> Callable[[Method], Method]:
    """Declare a method of a scene class as a cue whose animation lasts `seconds`.

    The method returns the animation to play. If the next cue starts sooner, it is played in less time.

    `equation` is for a cue that writes the equation of a number: the number's name, with the cue's parameters
    in braces, as in "next.{weight}". The numbers in it get as many digits as it takes for it to hold.
    """

    def declare(method: Method) -> Method:
        method.cue_seconds = seconds  # type: ignore[attr-defined]
        return method

    return declare
