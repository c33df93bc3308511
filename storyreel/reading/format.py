"""The storyboard's format: which keys each part has, and of what type.

Each class describes one kind of YAML mapping for two readers: `structure` checks a mapping against it, one
level at a time, and `storyreel.schema` makes a JSON Schema of all together. So what is inside a part
is `SkipValidation`, and checked by the reader of that part.
"""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SkipValidation

NAME = r"^[^\W\d]\w*$"
FILE_NAME = r"^[a-z0-9][a-z0-9_-]*$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

Name = Annotated[str, Field(pattern=NAME)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Fraction = Annotated[str, Field(pattern=r"^[-+]?\d+(\.\d+)?\s*/\s*\d+(\.\d+)?$")]
Numeral = Number | Fraction
Numbers = Numeral | list[Numeral] | list[list[Numeral]]


class Part(BaseModel):
    """A mapping of the storyboard; `noun` is what messages call it."""

    model_config = ConfigDict(extra="forbid", strict=True)
    noun: ClassVar[str]


class InitPart(Part):
    """How a layer's weights are drawn: by the rule `kind`, from random numbers with `seed`."""

    noun = "an `init`"
    kind: str
    seed: Annotated[int, Field(ge=0)] | None = None
    value: SkipValidation[Numeral] | None = None


class LayerPart(Part):
    """One layer. Its weights have a row for each neuron, a column for each of its inputs."""

    noun = "a layer"
    name: Name | None = None
    size: Annotated[int, Field(ge=1, le=4096)] | None = None
    weights: SkipValidation[Numbers | InitPart] | None = None
    init: SkipValidation[str | InitPart] | None = None
    bias: SkipValidation[Numbers] | None = None
    activation: str = "identity"


class OptimizerPart(Part):
    """How the network learns: by the rule `kind`, with that rule's own settings."""

    noun = "an `optimizer`"
    model_config = ConfigDict(extra="allow", strict=True)
    kind: str


class NetworkPart(Part):
    """A network, the example that the lesson tells of, and how it learns."""

    noun = "a network"
    input: dict[str, SkipValidation[Numbers]] = Field(min_length=1)
    layers: list[SkipValidation[LayerPart]] = Field(min_length=1)
    target: SkipValidation[Numbers]
    loss: str
    learning_rate: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 0.01
    optimizer: SkipValidation[str | OptimizerPart] = "gradient_descent"
    data: list[SkipValidation[dict[str, Numbers]]] | None = Field(default=None, min_length=1)
    batch_size: Annotated[int, Field(ge=1)] | None = None
    seed: Annotated[int, Field(ge=0)] = 0


class BeatPart(Part):
    """A sentence or a few (`say`), what the picture does meanwhile (`do`), or both."""

    noun = "a beat"
    say: str | None = None
    speaker: Name | None = None
    do: list[Any] | None = Field(default=None, min_length=1)


class ChapterPart(Part):
    """A part of the lesson: one scene about one network, beat by beat."""

    noun = "a chapter"
    id: Annotated[str, Field(pattern=FILE_NAME)]
    title: str
    scene: str
    network: str | None = None
    beats: list[SkipValidation[BeatPart]] = Field(min_length=1)


class LessonPart(Part):
    """The whole storyboard."""

    noun = "a storyboard"
    title: str
    language: Annotated[str, Field(pattern=LANGUAGE)] = "en"
    voice: str | None = None
    lexicon: dict[str, str] = Field(default={})
    networks: dict[str, SkipValidation[NetworkPart]] = Field(default={})
    chapters: list[SkipValidation[ChapterPart]] = Field(min_length=1)
