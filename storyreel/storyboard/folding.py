"""Which layers of a network become which layers of a narrower one when their neurons merge."""

from collections.abc import Sequence


def merged_layers(before: Sequence[int], after: Sequence[int]) -> tuple[int, ...] | None:
    """For each layer of a network the layer of another one into which its neurons merge, counted from 0.

    `before` and `after` are the sizes of their layers, inputs first. Hidden layers merge with their
    neighbours where there are more than in the other network. None where no layer would become one of the
    other network, or a wider one.
    """
    hidden, wanted = len(before) - 2, len(after) - 2
    if hidden < wanted or (hidden and not wanted):
        return None
    places = (0, *(1 + layer * wanted // hidden for layer in range(hidden)), len(after) - 1)
    is_wide = all(size >= after[place] for size, place in zip(before, places, strict=True))
    return places if is_wide else None
