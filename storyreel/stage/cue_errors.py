"""Reports what goes wrong while a cue is played at its place in the storyboard."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from storyreel.core.errors import OutsideError, Problem, StoryboardError, StoryreelError, one_line
from storyreel.timing.beats import TimedBeat, TimedCue


@contextmanager
def reported_for(beat: TimedBeat, cue: TimedCue) -> Iterator[None]:
    """Errors inside are reported for the cue, with its place in the storyboard."""
    try:
        yield
    except (OutsideError, MemoryError):  # such as a full disk: not an error of the cue
        raise
    except Exception as error:
        if isinstance(error, StoryreelError):
            fault = str(error)
        elif isinstance(error, KeyError):
            # A storyboard may name numbers that the example's trace does not have, such as `next.h`.
            fault = f"it cannot show `{error.args[0]}`"
        else:
            fault = f"a fault in the scene: {type(error).__name__}: {error}"
        where = f"(chapter {beat.chapter}, beat {beat.number})"
        message = one_line(f"the cue `{cue.name}`: {fault} {where}")
        raise StoryboardError([Problem(cue.place, message)]) from error


@contextmanager
def each_once(cues: Sequence[TimedCue]) -> Iterator[None]:
    """Where a cue is given twice for one moment, Manim fails if both change the same mobjects."""
    try:
        yield
    except (ValueError, IndexError) as error:
        names = [cue.name for cue in cues]
        if len(set(names)) == len(names):
            raise
        twice = max(names, key=names.count)
        raise StoryreelError(f"`{twice}` begins twice at the same moment; give each its own mark") from error
