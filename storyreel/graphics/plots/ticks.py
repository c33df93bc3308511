"""Round numbers in a range, for the ticks of axes and number lines."""

import math


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """At most `most` + 1 round numbers from `low` to `high`, evenly spaced (steps of 1, 2 or 5 × 10ⁿ)."""
    smallest_step = (high - low) / most
    exponent = math.floor(math.log10(smallest_step))
    power = 10.0**exponent
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= smallest_step * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, -exponent) for number in range(first, last + 1)]


def powers_of_ten(low: float, high: float, most: int = 6) -> list[float]:
    """At most `most` + 1 powers of ten from `low` to `high`, evenly spaced; both must be above 0."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(1, math.ceil((last - first) / most))
    return [10.0**power for power in range(first, last + 1, step)]
