"""Long lists shown in part: the first and the last of their items, and an ellipsis between them."""


def elided(count: int, most: int) -> list[int | None]:
    """The positions, of `count`, that are shown in at most `most` places; None stands for those left out.

    Two thirds of the places are for the beginning. `most` is at least 3.
    """
    if count <= most:
        return list(range(count))
    last = (most - 1) // 3
    return [*range(most - 1 - last), None, *range(count - last, count)]
