"""How the numbers of an experiment are written, wherever they are shown or spoken."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from storyreel.core.number_format import shown

_MOMENT = re.compile(r"(?:next\.|data\[\d+\]\.|run\.)+")
_STEP = re.compile(r"\[\d+\]$")

Key = tuple[str, float]


def base_name(name: str) -> str:
    """The name without the moment that it speaks of: `w1` for `next.w1` and `run.w1[3]`."""
    moment = _MOMENT.match(name)
    if moment is None:
        return name
    rest = name[moment.end() :]
    return _STEP.sub("", rest) if "run." in moment[0] else rest


def key_of(name: str, value: float) -> Key:
    """What a text is found by: the `base_name` and the value.

    So a number that is the same at another moment is written the same.
    """
    return base_name(name), float(f"{value:.12g}") if math.isfinite(value) else 0.0


@dataclass(frozen=True)
class Notation:
    """The text of every number of an experiment.

    `texts` has those of numbers that are not written as `shown` writes them with `digits` significant digits
    (None: as few as `shown` chooses), by their keys: what the author wrote, and what needs more digits for an
    equation to hold. `more_digits` are those of numbers with these names at other moments, so that a number
    does not lose digits when it changes.
    """

    digits: int | None = None
    texts: Mapping[Key, str] = field(default_factory=dict)
    more_digits: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Notation":
        """The notation in `data`, a result of `as_data`."""
        texts = {(name, value): text for name, value, text in data["texts"]}
        return cls(data["digits"], texts, data["more_digits"])

    @property
    def as_data(self) -> dict[str, Any]:
        """The notation as JSON data; of each text it has the name, the value and the text, sorted."""
        texts = [[name, value, text] for (name, value), text in sorted(self.texts.items())]
        return {"digits": self.digits, "texts": texts, "more_digits": dict(sorted(self.more_digits.items()))}

    def __deepcopy__(self, memo: object) -> "Notation":
        """Itself: nothing changes it, and drawings that Manim copies hold it."""
        return self

    def text(self, name: str, value: float, spec: str = "") -> str:
        """The text of the number `value` called `name`; with `spec`, as `shown` formats it."""
        if spec or not math.isfinite(value):
            return shown(value, spec)
        key = key_of(name, value)
        return self.texts.get(key) or shown(value, digits=self.more_digits.get(key[0], self.digits))


PLAIN = Notation()
"""The notation of numbers of which nothing is known: as `shown` writes them."""
