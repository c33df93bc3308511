"""The format of storyboards: the keys of each kind of mapping, and their types.

`mapping_check` checks a mapping against its class, one level at a time; `json_schema` generates a JSON Schema
from all of them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Le, MinLen

from storyreel.core.number_format import MOST_DIGITS


@dataclass(frozen=True)
class Pattern:
    """A constraint on a text: it must match `regex`; `words` say this to an author."""

    regex: str
    words: str

    def allows(self, text: str) -> bool:
        """True if the whole text matches."""
        return re.fullmatch(self.regex, text) is not None

    def __get_pydantic_json_schema__(
        self, core: Any, handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        return {**handler(core), "pattern": f"^(?:{self.regex})$"}


@dataclass(frozen=True)
class Within:
    """A constraint on a list or a mapping: at most as many items as the limit with this name."""

    limit: str


NAME = Pattern(r"[^\W\d_]\w*", "must be one word of letters, digits and _, and begin with a letter")
FILE_NAME = Pattern(
    r"[a-z0-9][a-z0-9_-]*", "must be one word of small letters, digits, - and _, as files are named after it"
)
LANGUAGE = Pattern(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", "must be the code of a language, such as en or pt-br")
FRACTION = Pattern(r"[-+]?\d+(?:\.\d+)?\s*/\s*\d+(?:\.\d+)?", "must be a fraction, such as 5/6")

Numeral = float | Annotated[str, FRACTION]


@dataclass(frozen=True)
class SchemaPart:
    """A mapping of the storyboard; `noun` is what messages call it.

    `elsewhere` has keys that it does not have, and how the message about each ends.
    """

    noun: ClassVar[str]
    elsewhere: ClassVar[dict[str, str]] = {}
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


@dataclass(frozen=True)
class ArrayPart(SchemaPart):
    """An array by its name in a file beside the storyboard, NumPy (.npz) or safetensors; replaces numbers."""

    noun = "numbers from a file"
    file: str
    array: str


List = list[Numeral] | ArrayPart
Numbers = Numeral | list[Numeral] | list[list[Numeral]] | ArrayPart
Values = Numbers | list[list[list[Numeral]]] | list[list[list[list[Numeral]]]]


@dataclass(frozen=True)
class RulePart(SchemaPart):
    """A rule with the name `kind`, and its settings."""

    noun = "a rule"
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "allow"}
    kind: str


@dataclass(frozen=True)
class TrainPart(SchemaPart):
    """Which numbers of a layer training changes; the others stay as they are."""

    noun = "`train`"
    weights: bool = True
    bias: bool = True


@dataclass(frozen=True)
class LayerPart(SchemaPart):
    """A layer. Its weights have a row for each neuron and a column for each input.

    A bias that is one number is used for every neuron; a layer without `bias` has none. With `train: false`
    its weights and biases stay as they are in training.
    """

    noun = "a layer"
    name: Annotated[str, NAME] | None = None
    size: Annotated[int, Ge(1)] | None = None
    weights: Numbers | RulePart | None = None
    init: str | RulePart | None = None
    bias: Numeral | List | None = None
    activation: str = "identity"
    train: bool | TrainPart = True


_ELSEWHERE: dict[str, str] = {
    **{
        key: f"; it is a setting of the `optimizer`, as in `{{kind: {rule}, {key}: …}}`"
        for key, rule in (("weight_decay", "sgd"), ("momentum", "momentum"), ("epsilon", "adam"))
    },
    **dict.fromkeys(("lr", "rate"), "; did you mean `learning_rate`?"),
    **dict.fromkeys(("regularization", "l2_penalty", "lambda"), "; did you mean `l2`?"),
    "reduction": "; did you mean `cost`?",
    "schedule": "; a schedule takes the place of the number in `learning_rate`",
}


@dataclass(frozen=True, kw_only=True)
class TrainedPart(SchemaPart):
    """How a network is trained, whatever it is made of."""

    elsewhere: ClassVar[dict[str, str]] = _ELSEWHERE
    cost: str = "mean"
    l2: Annotated[float, Ge(0)] = 0.0
    learning_rate: Annotated[float, Gt(0)] | RulePart = 0.01
    optimizer: str | RulePart = "gradient_descent"
    batch_size: Annotated[int, Ge(1)] | None = None
    seed: Annotated[int, Ge(0)] = 0
    shuffle: bool = True
    digits: Annotated[int, Ge(1), Le(MOST_DIGITS)] | None = None


@dataclass(frozen=True, kw_only=True)
class NetworkPart(TrainedPart):
    """A network, the example that the lesson explains it with, and how it is trained.

    `data` is a list of examples or, from arrays with a row for each example, the inputs and targets of all;
    `test` are examples in the same form that it is not trained on. `cost` says whether the cost is the mean
    of their losses or the sum, and `l2` is the strength of L2 regularization. With a `batch_size` they are
    taken in another order in each epoch, with `shuffle: false` in their own. `digits` is the number of
    significant digits of its computed numbers.
    """

    noun = "a network"
    input: Annotated[dict[str, Numbers], MinLen(1)]
    layers: Annotated[list[LayerPart], MinLen(1), Within("layers")]
    target: Numbers
    loss: str
    data: Annotated[list[dict[str, Numbers]], MinLen(1), Within("examples")] | dict[str, ArrayPart] | None = (
        None
    )
    test: Annotated[list[dict[str, Numbers]], MinLen(1), Within("examples")] | dict[str, ArrayPart] | None = (
        None
    )


@dataclass(frozen=True, kw_only=True)
class GraphPart(TrainedPart):
    """A network as a graph: formulas by name, each of what is given and of the formulas above it.

    The last formula is what all gradients are derivatives of, and what training lowers. Given are the values
    of `input`, and those of `parameters`, which training changes. An example of the `data` has some of the
    values of `input`, the same in each; the others are as in `input`. `cost`, `l2`, `batch_size`, `shuffle`
    and `digits` are as in a network with layers.
    """

    noun = "a graph"
    elsewhere: ClassVar[dict[str, str]] = {
        **_ELSEWHERE,
        **dict.fromkeys(("train", "trained", "weights"), "; did you mean `parameters`, which are trained?"),
        "loss": "; the last formula of the `graph` is what training lowers",
        "target": "; a target is a value of `input` that a formula uses",
    }
    input: Annotated[dict[str, Values], MinLen(1)]
    parameters: Annotated[dict[str, Values], MinLen(1)] | None = None
    graph: Annotated[dict[str, Numeral | str], MinLen(1)]
    data: Annotated[list[dict[str, Values]], MinLen(1), Within("examples")] | dict[str, ArrayPart] | None = (
        None
    )


@dataclass(frozen=True)
class BeatPart(SchemaPart):
    """Narration of a sentence or a few (`say`), the cues of the picture meanwhile (`do`), or both.

    In a dialogue `say` is a list of turns, each the name of a speaker and what is said.
    """

    noun = "a beat"
    say: str | Annotated[list[dict[str, str]], MinLen(1), Within("list_items")] | None = None
    do: Annotated[list[Any], MinLen(1), Within("beat_cues")] | None = None


@dataclass(frozen=True)
class ChapterPart(SchemaPart):
    """A part of the lesson: one scene about one network, beat by beat.

    `example` is the example of the network's data that is in focus, counted from 0; without it, it is the one
    of the network's `input` and `target`. `digits` is the least number of significant digits of the computed
    numbers that it names.
    """

    noun = "a chapter"
    id: Annotated[str, FILE_NAME]
    title: str
    scene: str
    beats: Annotated[list[BeatPart], MinLen(1), Within("beats")]
    network: str | None = None
    digits: Annotated[int, Ge(1), Le(MOST_DIGITS)] | None = None
    example: Annotated[int, Ge(0)] | None = None


@dataclass(frozen=True)
class VoicePart(SchemaPart):
    """Who speaks, and how fast: `pace` is relative to the voice's own.

    `variant` is one of those that `storyreel voices` lists.
    """

    noun = "a voice"
    name: str
    pace: Annotated[float, Ge(0.5), Le(2)] = 1.0
    variant: str | None = None


@dataclass(frozen=True)
class CardPart(SchemaPart):
    """A flash card."""

    noun = "a card"
    front: str
    back: str
    network: str | None = None


@dataclass(frozen=True)
class NumberQuestionPart(SchemaPart):
    """A question for a number of a network, by name; the engine computes the answer.

    `variants` is the number of variants, of which all but the first are about other numbers. With `choose`
    the answer is chosen from several; the wrong ones result from usual mistakes.
    """

    noun = "a question for a number"
    ask: str
    number: str
    explain: str | None = None
    variants: Annotated[int, Ge(1), Le(20)] = 1
    choose: bool = False
    network: str | None = None


@dataclass(frozen=True)
class WrongPart(SchemaPart):
    """A wrong answer, and why it is wrong."""

    noun = "a wrong answer"
    text: str
    why: str


@dataclass(frozen=True)
class ChoiceQuestionPart(SchemaPart):
    """A question with a right answer and wrong ones, to choose from."""

    noun = "a question with answers to choose from"
    ask: str
    answer: str
    wrong: Annotated[list[str | WrongPart], MinLen(1), Within("list_items")]
    explain: str | None = None
    network: str | None = None


@dataclass(frozen=True)
class LessonPart(SchemaPart):
    """The whole storyboard."""

    noun = "a storyboard"
    title: str
    chapters: Annotated[list[ChapterPart], MinLen(1), Within("chapters")]
    language: Annotated[str, LANGUAGE] = "en"
    voice: str | VoicePart | None = None
    speakers: Annotated[dict[str, str | VoicePart], MinLen(1), Within("list_items")] | None = None
    music: str | None = None
    aspect: str | float | None = None  # YAML takes 16:9 without quotes for a number
    theme: str | None = None
    lexicon: Annotated[dict[str, str], Within("lexicon_words")] = field(default_factory=dict)
    networks: dict[str, NetworkPart | GraphPart] = field(default_factory=dict)
    description: str | None = None
    takeaways: Annotated[list[str], Within("study_items")] = field(default_factory=list)
    glossary: Annotated[dict[str, str], Within("study_items")] = field(default_factory=dict)
    cards: Annotated[list[CardPart], Within("study_items")] = field(default_factory=list)
    questions: Annotated[list[NumberQuestionPart | ChoiceQuestionPart], Within("study_items")] = field(
        default_factory=list
    )
