"""What a stage plays, as plain data: a chapter on its frames, and what its cues are about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from storyreel.core.scene_file import SceneFile
from storyreel.timing.beats import TimedChapter

if TYPE_CHECKING:
    from storyreel.engine.experiment import Experiment


@dataclass(frozen=True)
class Performance:
    """What a stage plays: a chapter on its frames, the experiment that it is about, and which beats to draw.

    `experiments` are all of the storyboard's, by name: a chapter may begin with the picture of another one.
    The other beats are run through without drawing; `drawn` None draws all. Files that cues name are in
    `folder`. `scene_file` is that of a scene of another package; None stands for one of ours.
    """

    chapter: TimedChapter
    fps: int
    experiment: "Experiment | None"
    drawn: Collection[int] | None = None
    folder: Path = Path()
    experiments: "Mapping[str, Experiment]" = field(default_factory=dict)
    scene_file: SceneFile | None = None
