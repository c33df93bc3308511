"""The performance that a scene plays when the plain `manim` command renders it."""

from dataclasses import replace

from storyreel.core.errors import UsageError
from storyreel.core.paths import DEFAULT_STORYBOARD, STORYBOARDS
from storyreel.core.quality import QUALITIES
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.timing.performance import Performance


def default_performance(scene: str, fps: int) -> Performance:
    """That of the first chapter with the scene `scene` in the storyboards that come with storyreel, alone.

    Raises UsageError if there is none.
    """
    for path in (DEFAULT_STORYBOARD, *sorted(STORYBOARDS.glob("*.yaml"))):
        storyboard = load(path)
        if scene in {chapter.scene for chapter in storyboard.chapters}:
            production = plan(storyboard, quality=replace(QUALITIES["draft"], fps=fps), voice="silent")
            chapter = next(chapter for chapter in production.timeline.chapters if chapter.scene == scene)
            return replace(production.performance(chapter), following=None)
    raise UsageError(f"no storyboard that comes with storyreel has a chapter drawn by {scene}")
