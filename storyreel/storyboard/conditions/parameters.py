"""Conditions on what a storyboard gives a cue, which its type alone does not say."""

from itertools import pairwise

from storyreel.storyboard.things import StageContents

MOST_STEPS, MOST_COMPARED, MOST_EVENTS = 50, 4, 6
SIZES_OF_CYCLE = range(2, 5)


def fits_trail(stage: StageContents, steps: int) -> str | None:
    """So many steps can be shown."""
    return None if steps <= MOST_STEPS else f"from 1 to {MOST_STEPS} steps can be shown, not {steps}"


def is_rate(stage: StageContents, rate: float) -> str | None:
    """The learning rate is above 0."""
    return None if rate > 0 else f"the learning rate must be a number above 0, not {rate}"


def are_two(stage: StageContents, across: str, up: str) -> str | None:
    """The weights are two."""
    return "a map is over two different weights" if across == up else None


def are_few(stage: StageContents, names: tuple[object, ...]) -> str | None:
    """The names are those of one to four things."""
    count = len(set(names))
    return None if 1 <= count <= MOST_COMPARED else f"1 to {MOST_COMPARED} can be compared, not {count}"


def is_cycle(stage: StageContents, steps: tuple[object, ...]) -> str | None:
    """The steps are as many as a cycle may have."""
    if len(steps) in SIZES_OF_CYCLE:
        return None
    return f"a cycle has two, three or four steps, not {len(steps)}"


def are_events(stage: StageContents, years: tuple[float, ...], texts: tuple[object, ...]) -> str | None:
    """There is a text for each year, the earliest first, and there is room for all."""
    if not 2 <= len(years) <= MOST_EVENTS:
        return f"a timeline has 2 to {MOST_EVENTS} events, not {len(years)}"
    if len(texts) != len(years):
        return f"there is a text for each of the {len(years)} years, not {len(texts)}"
    if any(not float(year).is_integer() for year in years):
        return "the years of a timeline are whole numbers"
    if any(later <= year for year, later in pairwise(years)):
        return "the events of a timeline are in the order of their years, the earliest first"
    return None


def has_lines(stage: StageContents, first: int, last: int | None) -> str | None:
    """The listing on stage has these lines."""
    listing = stage.find("listing")
    code = str(listing.given.get("code", "")) if listing else ""
    count = len(code.strip("\n").rstrip().splitlines())
    return (
        None if not code or first <= (last or first) <= count else f"the listing has the lines 1 to {count}"
    )


def is_place(stage: StageContents, x: float, y: float) -> str | None:
    """The place is within the picture."""
    if 0 <= x <= 1 and 0 <= y <= 1:
        return None
    return "`x` and `y` are parts of the picture's width and height, from 0 to 1"
