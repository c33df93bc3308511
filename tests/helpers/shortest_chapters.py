"""The chapters with which tests that draw or play every scene have the least to do."""

from storyreel.core.paths import STORYBOARDS
from storyreel.reader import load
from storyreel.storyboard.model import Storyboard


def shortest_chapters() -> dict[str, tuple[Storyboard, str]]:
    """For each scene the chapter with the fewest beats that uses it: the storyboard and the chapter's id."""
    found: dict[str, tuple[int, Storyboard, str]] = {}
    for storyboard in map(load, sorted(STORYBOARDS.glob("*.yaml"))):
        for chapter in storyboard.chapters:
            beats = len(chapter.beats)
            if chapter.scene not in found or beats < found[chapter.scene][0]:
                found[chapter.scene] = (beats, storyboard, chapter.id)
    return {scene: (storyboard, id) for scene, (_, storyboard, id) in found.items()}
