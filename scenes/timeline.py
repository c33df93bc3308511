"""A timeline: events on an axis of years."""

from itertools import pairwise

from manim import Animation, AnimationGroup, Succession, VGroup

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.charts.timeline_axis import TimelineAxis, TimelineEvent
from storyreel.graphics.layout import Area
from storyreel.graphics.motion.verbs import appear, change, draw, in_place_of, pop, vanish
from storyreel.graphics.networks.highlight import highlight
from storyreel.graphics.text.paragraph import fitted
from storyreel.stage.stage import Stage, needed
from storyreel.storyboard.cue import Count, Text, cue

MOST_EVENTS = 6
ROOM = Area("event", 0.0, 0.0, 1.9, 1.75)
"""The room for a text where there are so many events, in Manim units."""


class Timeline(Stage):
    """Events on an axis of years, one after another; the current one is bright, those before are dimmed."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        self.timeline: TimelineAxis | None = None
        self.shown: list[TimelineEvent] = []

    @cue(
        seconds=1.6,
        requires=("events {years, texts}", "{texts} fits 1.9 × 1.75 at 0.3"),
        hides="timeline",
        shows=("timeline", "event to come {texts} on timeline"),
        opens=True,
    )
    def draw_timeline(self, years: list[float], texts: list[Text]) -> Animation:
        """An axis of years is drawn, in place of another one. `years` are those of the events, the earliest
        first, and `texts` say what was then; `next_event` shows each."""
        if not 2 <= len(years) <= MOST_EVENTS or len(texts) != len(years):
            raise StoryreelError(f"a timeline has 2 to {MOST_EVENTS} events, each with a year and a text")
        if any(not year.is_integer() for year in years) or any(b <= a for a, b in pairwise(years)):
            raise StoryreelError("the years of a timeline are whole numbers, the earliest first")
        for text in texts:
            fitted(text, ROOM, em=theme.SIZES.label, smallest=theme.SIZES.smallest)
        gone = VGroup(*self._everything())
        self.setup()
        self.timeline = timeline = TimelineAxis(self.frame, years, texts)
        return in_place_of(gone, AnimationGroup(draw(timeline.axis), appear(timeline.marks)))

    def _everything(self) -> list[VGroup]:
        timeline = self.timeline
        return [] if timeline is None else [VGroup(timeline.axis), timeline.marks, *self.shown]

    @cue(
        seconds=2.4,
        requires=("timeline", "event to come"),
        hides="one event to come",
        shows="shown event # on timeline",
    )
    def next_event(self) -> Animation:
        """The next event appears: a dot on the axis, where its year is, and a line to the year and to what
        was then. Those before are dimmed."""
        timeline = needed(self.timeline, "there is no axis yet; begin with `draw_timeline`")
        if len(self.shown) == len(timeline.events):
            raise StoryreelError(f"there is no event after the {len(self.shown)} that were shown")
        event = timeline.events[len(self.shown)]
        muted = theme.colour("muted")
        dimmed = [change(self.shown[-1]).set_color(muted).build()] if self.shown else []
        self.shown.append(event)
        written = AnimationGroup(appear(event.year), appear(event.text))
        return AnimationGroup(*dimmed, Succession(pop(event.dot), draw(event.leader), written))

    @cue(seconds=1.6, requires=("timeline", "shown event {number}"))
    def point_out_event(self, number: Count) -> Animation:
        """A frame is drawn around an event that was shown, counted from 1, and fades out."""
        if number > len(self.shown):
            raise StoryreelError(f"there is no event {number} on stage, but {len(self.shown)}")
        event = self.shown[number - 1]
        frame = highlight(VGroup(event.year, event.text))
        return Succession(draw(frame), vanish(frame))
