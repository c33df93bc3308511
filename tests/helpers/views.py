"""The frames of a lesson in which its view of the stage moves, so that the picture changes without a cue."""

from storyreel.production.production import Production
from storyreel.rendering.play import watch
from storyreel.stage.stage import Stage
from storyreel.stage.view import View


def frames_of_views(production: Production) -> set[int]:
    """The frames that show another view than the frame before."""
    moving: set[int] = set()
    before: View | None = None

    def look(stage: Stage, frame: int, repeats: int) -> None:
        nonlocal before
        if stage.view != before:
            moving.add(frame)
        before = stage.view

    for chapter in production.timeline.chapters:
        watch(production.performance(chapter), look)
    return moving
