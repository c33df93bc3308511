"""What a storyboard may cost: every limit, with its default and the message that a storyboard beyond it gets.

    limits().run_steps                     10000
    beyond("run_steps", 20000)             "a run has at most 10,000 steps, not 20,000 (limit `run_steps`)"

Whoever renders may change limits by the environment variable `STORYREEL_LIMITS`, as in
`STORYREEL_LIMITS=run_steps=50000,film_seconds=36000`.
"""

import os
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import lru_cache

from storyreel.core.errors import UsageError

VARIABLE = "STORYREEL_LIMITS"


def _limit(default: int, message: str) -> int:
    """A limit whose `message` has `{limit}`, and `{got}` where the amount asked for is known."""
    value: int = field(default=default, metadata={"message": message})
    return value


@dataclass(frozen=True)
class Limits:
    """The largest amounts of everything that takes time, memory or room on the disk."""

    # The file
    file_bytes: int = _limit(500_000, "a storyboard has at most {limit} bytes")
    depth: int = _limit(20, "a storyboard is at most {limit} levels deep")
    problems: int = _limit(
        200, "there are more than {limit} problems; the rest of the storyboard is not checked"
    )
    # Its texts
    name_characters: int = _limit(64, "a name has at most {limit} characters, not {got}")
    word_characters: int = _limit(100, "a word has at most {limit} characters, not {got}")
    text_characters: int = _limit(2_000, "a text has at most {limit} characters, not {got}")
    narration_characters: int = _limit(
        200_000, "what is said in a storyboard has at most {limit} characters together"
    )
    lexicon_words: int = _limit(500, "a lexicon has at most {limit} words, not {got}")
    study_items: int = _limit(200, "{what} has at most {limit} items, not {got}")
    question_variants: int = _limit(
        100, "the questions of a storyboard have at most {limit} variants together, not {got}"
    )
    # Its chapters
    chapters: int = _limit(100, "a storyboard has at most {limit} chapters, not {got}")
    beats: int = _limit(1_000, "a storyboard has at most {limit} beats together, not {got}")
    beat_cues: int = _limit(50, "a beat has at most {limit} cues, not {got}")
    text_marks: int = _limit(50, "a text has at most {limit} marks, not {got}")
    list_items: int = _limit(30, "{what} has at most {limit} items, not {got}")
    film_seconds: int = _limit(4 * 3600, "the film would be longer than {limit} seconds")
    # Its networks
    networks: int = _limit(14, "a storyboard has at most {limit} networks, not {got}")
    layers: int = _limit(20, "a network has at most {limit} layers, not {got}")
    layer_neurons: int = _limit(1_000, "a layer has at most {limit} neurons, not {got}")
    inputs: int = _limit(1_000, "a network has at most {limit} inputs, not {got}")
    parameters: int = _limit(
        20_000,
        "the networks of a storyboard have at most {limit} weights and biases together, not {got}",
    )
    examples: int = _limit(5_000, "`data` has at most {limit} rows, not {got}")
    run_steps: int = _limit(10_000, "a run has at most {limit} steps, not {got}")
    operations: int = _limit(
        100_000_000,
        "training and questions take at most {limit} operations together, not {got}",
    )
    # Its formulas
    formula_characters: int = _limit(500, "a formula has at most {limit} characters, not {got}")
    formula_depth: int = _limit(30, "a formula has brackets, signs and powers at most {limit} levels deep")
    graph_nodes: int = _limit(500, "a graph has at most {limit} nodes, not {got}")
    graph_numbers: int = _limit(
        100_000, "the nodes of a graph have at most {limit} numbers together, not {got}"
    )
    graph_products: int = _limit(
        20_000_000, "the matrix products and convolutions of a graph take at most {limit} products, not {got}"
    )
    # Its files of arrays
    array_bytes: int = _limit(10_000_000, "{what} has {got} bytes; a file or an array has at most {limit}")
    # Its images
    image_bytes: int = _limit(40_000_000, "{what} has {got} bytes; at most {limit} can be shown")
    image_pixels: int = _limit(50_000_000, "{what} has {got} pixels; at most {limit} can be shown")
    svg_bytes: int = _limit(1_000_000, "{what} has {got} bytes; an SVG may have at most {limit}")
    svg_depth: int = _limit(
        60, "{what}: its parts lie more than {limit} deep in each other, or draw themselves"
    )
    svg_shapes: int = _limit(2_000, "{what}: it draws more than {limit} shapes, references included")
    svg_path_characters: int = _limit(100_000, "{what}: its paths have more than {limit} characters")
    # Its fonts
    font_bytes: int = _limit(20_000_000, "{what} has {got} bytes; a font has at most {limit}")
    # Its recordings
    recording_bytes: int = _limit(200_000_000, "{what} has {got} bytes; a recording has at most {limit}")
    recording_seconds: int = _limit(1_200, "{what} lasts for more than {limit} seconds; record it in parts")
    # The disk
    speech_cache_bytes: int = _limit(2 * 10**9, "spoken sentences unused for longest are removed")
    segment_cache_bytes: int = _limit(4 * 10**9, "video and sound segments unused for longest are removed")


@dataclass(frozen=True)
class Limit:
    """A limit as it is without the environment variable, with what is said beyond it (`…`: what differs)."""

    name: str
    default: int
    message: str


def all_limits() -> tuple[Limit, ...]:
    """Every limit, in order."""
    return tuple(
        Limit(each.name, each.default, _filled(each.metadata["message"], each.default, None, "…"))  # type: ignore[arg-type]
        for each in fields(Limits)
    )


def limits() -> Limits:
    """The limits in force. Raises UsageError if the environment variable is not what it should be."""
    return _changed(os.environ.get(VARIABLE, ""))


def beyond(name: str, got: int | None = None, what: str = "") -> str:
    """What to say of something beyond the limit called `name`: `got` is how much was asked for, of `what`."""
    message: str = next(each for each in fields(Limits) if each.name == name).metadata["message"]
    return f"{_filled(message, getattr(limits(), name), got, what)} (limit `{name}`)"


def _filled(message: str, limit: int, got: int | None, what: str) -> str:
    return message.format(limit=f"{limit:,}", got="…" if got is None else f"{got:,}", what=what)


@lru_cache
def _changed(text: str) -> Limits:
    names = [each.name for each in fields(Limits)]
    changed: dict[str, int] = {}
    for item in text.split(",") if text.strip() else ():
        name, _, number = (part.strip() for part in item.partition("="))
        if name not in names:
            close = get_close_matches(name, names, n=1)
            hint = f"; did you mean `{close[0]}`?" if close else ""
            raise UsageError(f"{VARIABLE}: no limit named `{name}`{hint}")
        digits = number.replace("_", "")
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 19):
            raise UsageError(
                f"{VARIABLE}: `{name}` is a whole number, as in {name}={getattr(Limits(), name)}"
            )
        changed[name] = int(digits)
    return replace(Limits(), **changed)
