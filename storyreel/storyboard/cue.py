"""How a scene class declares its cues: the decorator, and the types that a cue's parameters may have.

A cue is a method of a scene class. Storyboards call it by name; its signature gives its parameters and its
docstring its description. Nothing here imports manim: cues are read from the scene files as text.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Protocol, TypeVar

from annotated_types import Ge

Method = TypeVar("Method", bound=Callable[..., object])

NUMBER_KINDS = (
    *("Value", "QuantityName", "ExampleName", "PartName"),
    *("ParameterName", "WeightName", "HiddenName", "OutputName"),
)
"""The kinds of a cue's parameters that are names of numbers; a `Value` may be any."""
WHOLE_PICTURE = "all"
"""What a `PartName` may be instead of the name of a quantity."""


class Value(str):
    """The name of a number of the chapter's network: `h`, `W1[2,0]`, `grad.w1`, `next.w1`."""


class QuantityName(str):
    """The name of a quantity of the chapter's network, not of a gradient: `h`, `W1[2,0]`, `loss`."""


class ExampleName(str):
    """The name of a quantity of an example, of its gradient, or of the cost: `h`, `grad.w1`, `cost`."""


class ParameterName(str):
    """The name of a weight or a bias of the chapter's network: `w1`, `b1[2]`."""


class WeightName(str):
    """The name of a weight of the chapter's network: `w1`, `W1[2,0]`."""


class HiddenName(str):
    """The name of a hidden neuron of the chapter's network: `h`, `h[2]`."""


class OutputName(str):
    """The name of an output of the chapter's network: `y`, `y[2]`."""


class PartName(str):
    """The name of a quantity that has a part in a picture, or `all` for the whole picture."""


class Text(str):
    """A text on screen, in which `{h}` stands for a number as in the narration."""


class Formula(str):
    """A formula in Typst's mathematics, in which `{h}` stands for a number as in the narration."""


class File(str):
    """The path of a file in the storyboard's folder or below it, as the storyboard writes it."""


class ImageFile(File):
    """The path of an image, a `File` that can be shown: PNG, JPEG, GIF, WebP or SVG."""


Count = Annotated[int, Ge(1)]
"""A whole number from 1 on: so many, or the number of a line, a layer, a point."""

Steps = Annotated[int, Ge(1)]
"""A number of steps of training, from 1 on, which `check` holds to the limits of runs."""


class Example(int):
    """An example of the network's data, counted from 0, as in `data[2]`; the cue brings it into focus."""


class NodeName(str):
    """The name of a formula of the chapter's graph, or of what it is given: `q`, `x`."""


class NetworkName(str):
    """The name of one of the storyboard's networks."""


class ActivationName(str):
    """The name of an activation function of the engine's table."""


class LossName(str):
    """The name of a loss of the engine's table."""


class AnyCue(Protocol):
    """A cue as a storyboard has it, or with its times: what says which example it brings into focus."""

    @property
    def parameters(self) -> Mapping[str, object]:
        """The given parameters, by name."""

    @property
    def is_of_own(self) -> bool:
        """Whether it brings the network's own example into focus."""


def example_in(parameters: Mapping[str, object]) -> int | None:
    """The example that a cue with these parameters brings into focus; None if it does not change that."""
    return next((int(given) for given in parameters.values() if isinstance(given, Example)), None)


def example_after(cue: AnyCue, before: int | None) -> int | None:
    """The example in focus from a cue on, if it was `before`; None is the network's own."""
    given = example_in(cue.parameters)
    return None if cue.is_of_own else before if given is None else given


Things = str | tuple[str, ...]
"""What is on stage, or has to be, in words: see `storyreel.storyboard.things`."""


def cue(
    *,
    seconds: float,
    equation: str = "",
    requires: Things = (),
    hides: Things = (),
    shows: Things = (),
    of_own: bool = False,
    opens: bool = False,
) -> Callable[[Method], Method]:
    """Declare a method of a scene class as a cue whose animation lasts `seconds`.

    The method returns the animation to play. If the next cue starts sooner, it is played in less time.

    `equation` is for a cue that writes the equation of a number: the number's name, with the cue's parameters
    in braces, as in "next.{weight}". The numbers in it get as many digits as it takes for it to hold.

    `requires` are the things that must be on stage before it, and the conditions on its network; `hides` are
    those that it takes away, and `shows` those that it then leaves there (`storyreel.storyboard.things`).
    From these, `check` finds cues in an order that cannot work. They are literals, read without being run.

    `of_own`: it brings the network's own example into focus, where a cue with an `Example` brings that.

    `opens`: what it draws is there at once where it is the first cue of a chapter that follows another one,
    so that the picture of that turns into it.
    """

    def declare(method: Method) -> Method:
        method.cue_opens = opens  # type: ignore[attr-defined]
        return method

    return declare
