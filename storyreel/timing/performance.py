"""The input of a stage, as plain data: a chapter on its frames, and its networks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from storyreel.core.quality import DEFAULT_ASPECT
from storyreel.core.scene_file import SceneFile, built_in_scene
from storyreel.storyboard.themes.built_in import built_in_theme
from storyreel.storyboard.themes.theme import Theme
from storyreel.timing.beats import TimedChapter

if TYPE_CHECKING:
    from storyreel.engine.experiment import Experiment
    from storyreel.engine.graph.experiment import GraphExperiment


@dataclass(frozen=True)
class Performance:
    """A chapter for a stage to play at `fps` frames a second.

    `experiment` is the chapter's network, if it has one; `experiments` are all of the storyboard's, by name,
    as a cue may show another one. `drawn` has the numbers of the beats to draw (None: all); the others are
    played without drawing. Files that cues name are in `folder`. `scene_file` is None for a built-in scene.
    Numbers are drawn with the `decimal_mark`, the picture is laid out for an `aspect` ratio, and all of it
    has the looks of the `theme`. It `follows` another chapter unless it is the first. `following` is that of
    the next chapter's first beat, if there is one: the picture at the end turns into the one with which it
    begins. `graph` is the chapter's network if that is a graph.
    """

    chapter: TimedChapter
    fps: int
    experiment: "Experiment | None"
    drawn: Collection[int] | None = None
    folder: Path = Path()
    experiments: "Mapping[str, Experiment]" = field(default_factory=dict)
    scene_file: SceneFile | None = None
    decimal_mark: str = "."
    aspect: str = DEFAULT_ASPECT
    theme: Theme = field(default_factory=built_in_theme)
    follows: bool = False
    following: "Performance | None" = None
    graph: "GraphExperiment | None" = None

    @property
    def scene(self) -> SceneFile:
        """Where the scene class is defined."""
        return self.scene_file or built_in_scene(self.chapter.scene)
