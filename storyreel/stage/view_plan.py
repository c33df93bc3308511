"""The views of a chapter: for each beat, which view the frame shows from each of its cues on.

A view is chosen so that all that is on stage fills the frame. It changes only where a cue leaves something on
stage that the view does not show, or shows much smaller than it could. Then it is already that of the cues
after it in the beat, as far as they need a similar one. It does not depend on later beats. Within a beat, a
view that another one would follow soon is left out, and room is made before a cue that needs it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from storyreel.graphics.layout import Area
from storyreel.stage.view import Box, View, middle_in, scale_in, union
from storyreel.stage.view_track import SECONDS

LARGEST = 1.7
"""The largest scale of a view of all that is on stage."""
CLOSEST = 2.4
"""The largest scale of a view of a part that is in focus."""
AROUND_FOCUS = 0.7
"""Manim units that are shown on each side of what is in focus."""
SIMILAR = 0.8
"""The share of the largest possible scale at which a view is kept, so that it changes rarely."""
OFF_CENTRE = 0.3
"""Manim units of the frame by which a view that is kept may be off its area's centre."""
OUTSIDE = 0.02
"""Manim units of the frame by which something may reach out of a view's area."""

SOON = 3.0
"""Seconds within which a view does not begin to change twice, if it can be avoided."""
EARLY, LATE = 0.6, 0.5
"""Seconds before a cue at which a view begins to make room for it, and after one, if something leaves, at
which it begins to come near."""


@dataclass(frozen=True)
class Extent:
    """The box of all that a cue shows, on stage; None where nothing is. `is_close`: only what is in focus.

    `room` is kept free for what may appear around it, so that the view need not move then.
    """

    box: Box | None
    is_close: bool = False
    room: Box | None = None

    @property
    def whole(self) -> Box | None:
        """The box with its room."""
        return self.box and union(self.box, self.room)

    def view(self, area: Area) -> View | None:
        """The view in which the box and its room fill an area of the frame."""
        if self.box is None or self.whole is None:
            return None
        if not self.is_close:
            return View.of(self.whole, area, LARGEST)
        left, bottom, right, top = self.box
        around = (left - AROUND_FOCUS, bottom - AROUND_FOCUS, right + AROUND_FOCUS, top + AROUND_FOCUS)
        return View.of(around, area, CLOSEST)


def views_of_beat(extents: Sequence[Extent], before: View | None, area: Area) -> list[View | None]:
    """The view from the beat's start on, and from each of its cues on: one for each of the `extents`.

    `before` is the view at the end of the beat before; None where nothing was on stage yet.
    """
    views: list[View | None] = []
    view = before
    for number, extent in enumerate(extents):
        if extent.box is not None and (view is None or not _suits(view, extent, area)):
            view = _with_later(extents[number:], area).view(area)
        views.append(view)
    return views


def views_below_title(
    views: Sequence[View | None], extents: Sequence[Extent], area: Area
) -> Sequence[View | None]:
    """The views while the chapter's title is shown: those given, or if anything in them would be higher than
    the area below the title, for all the one in which all `extents` fill that area."""
    shown = [(view, extent.box) for view, extent in zip(views, extents, strict=True) if view and extent.box]
    if all(view.on_frame(np.array(box))[3] <= area.top + OUTSIDE for view, box in shown):
        return views
    below = Extent(reduce(union, (extent.box for extent in extents))).view(area)
    return [below for _ in views]


def calmed(
    views: Sequence[View | None], extents: Sequence[Extent], seconds: Sequence[float], area: Area
) -> list[View | None]:
    """The `views` of a beat without those that another one, which shows as much, would follow soon.

    `seconds` are the times from which on they hold. The first, that of the beat before, is left as it is.
    """
    calm = list(views)
    for number in reversed(range(1, len(calm) - 1)):
        here, later, view = extents[number], extents[number + 1], calm[number + 1]
        is_soon = seconds[number + 1] - seconds[number] < SOON
        if is_soon and view is not None and not later.is_close and _shows(view, here, area):
            calm[number] = view
    return calm


def move_times(
    views: Sequence[View | None],
    extents: Sequence[Extent],
    seconds: Sequence[float],
    end: float,
    area: Area,
) -> list[float]:
    """The times at which a view begins to change, in a beat that lasts until `end`.

    Where it shows all that there was, that is before its cue, so that nothing appears where the frame does
    not reach yet. Where it would cut off what leaves, and there is time, it waits until that has faded.
    """
    times, free = list(seconds), 0.0  # until then the view before is not reached
    for number in range(1, len(views)):
        before, view, extent = views[number - 1], views[number], extents[number]
        if view is None or before is None or before == view:
            continue
        following = seconds[number + 1] if number + 1 < len(seconds) else end
        if _shows(view, extents[number - 1], area):
            times[number] = min(seconds[number], max(free, seconds[number] - EARLY))
        elif (
            not extent.is_close
            and _shows(before, extent, area)
            and following - seconds[number] >= LATE + SECONDS
        ):
            times[number] += LATE
        free = times[number] + SECONDS
    return times


def _shows(view: View, extent: Extent, area: Area) -> bool:
    """True if all of an extent is inside an area of the frame; a close view shows nothing else."""
    if extent.whole is None or extent.is_close:
        return extent.whole is None
    left, bottom, right, top = view.on_frame(np.array(extent.whole)).tolist()
    return bool(min(left - area.left, bottom - area.bottom, area.right - right, area.top - top) >= -OUTSIDE)


def _suits(view: View, extent: Extent, area: Area) -> bool:
    whole = extent.whole
    assert whole is not None
    if extent.is_close:
        return view == extent.view(area)
    left, bottom, right, top = view.on_frame(np.array(whole)).tolist()
    x, y = middle_in(area, right - left, top - bottom)
    return (
        _shows(view, extent, area)
        and view.scale >= SIMILAR * scale_in(whole, area, LARGEST)
        and max(abs((left + right) / 2 - x), abs((bottom + top) / 2 - y)) <= OFF_CENTRE
        and view.scale <= LARGEST
    )


def _with_later(extents: Sequence[Extent], area: Area) -> Extent:
    """The first extent together with those after it, as far as all of them need a similar scale."""
    first = together = extents[0].whole
    assert first is not None
    if extents[0].is_close:
        return extents[0]
    for later in extents[1:]:
        wider = union(together, later.whole)
        assert wider is not None
        if later.is_close or scale_in(wider, area, LARGEST) < SIMILAR * scale_in(first, area, LARGEST):
            break
        together = wider
    return Extent(together)
