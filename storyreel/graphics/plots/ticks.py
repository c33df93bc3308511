"""Round numbers in a range, for the ticks of axes and number lines."""

import math


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """At most `most` + 1 round numbers from `low` to `high`, evenly spaced (steps of 1, 2 or 5 × 10ⁿ)."""
    smallest_step = (high - low) / most
    power = 10.0 ** math.floor(math.log10(smallest_step))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= smallest_step * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def powers_of_ten(low: float, high: float, most: int = 6) -> list[float]:
    """At most `most` + 1 powers of ten from `low` to `high`, evenly spaced; both must be above 0."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(1, math.ceil((last - first) / most))
    return [10.0**power for power in range(first, last + 1, step)]


def around(values: list[float], margin: float) -> tuple[float, float]:
    """A range around `values`, with a margin on both sides of `margin` times their spread; never empty."""
    low, high = min(values), max(values)
    spread = (high - low) or abs(high) or 1.0
    return low - margin * spread, high + margin * spread
