"""The reference of scenes and cues: a page for authors, generated from the scenes' signatures and docstrings.

A cue that several scenes share is described once. Each cue has a still from a beat that uses it, in one of
the built-in storyboards.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from storyreel.core.errors import StoryreelError
from storyreel.core.paths import ASSETS, STORYBOARDS
from storyreel.reader import load
from storyreel.storyboard.scene_help import cue_head, stage_text
from storyreel.storyboard.vocabulary import CueType, SceneType, scene_types

REFERENCE = ASSETS / "reference"
PAGE = REFERENCE / "README.md"
_OPENING = """\
# Scenes and cues

A chapter of a storyboard names a `scene`; what stands under `do` in its beats are cues of that scene. This
page shows them all. It is written by `scripts/reference` from the scenes themselves.

`name?` is a parameter that may be left out. Where only the first parameter is given, it may stand alone:
`reveal: h` is short for `reveal: {value: h}`. The seconds are how long a cue lasts when there is time. What a
cue needs is on stage once other cues have left it there.
"""


@dataclass(frozen=True)
class Use:
    """A use of a cue: storyboard, chapter id, beat number from 1, index of the cue in the beat from 0."""

    storyboard: Path
    chapter: str
    beat: int
    cue: int


@dataclass(frozen=True)
class Entry:
    """An entry of the page: a cue, and the names of all scenes that have it."""

    cue: CueType
    scenes: tuple[str, ...]
    is_second: bool = False
    """True if other scenes share another cue of this name, whose entry comes before it."""

    @property
    def still(self) -> str:
        """The file name of its still; it begins with the name of a scene if that makes it the only one."""
        owner = f"{self.scenes[0]}." if len(self.scenes) == 1 or self.is_second else ""
        return f"{owner}{self.cue.name}.png"

    @property
    def anchor(self) -> str:
        """Where its heading is found on the page; of equal headings, the second one has a number."""
        return f"{self.cue.name}-1" if self.is_second else self.cue.name


def entries(scenes: Mapping[str, SceneType]) -> list[Entry]:
    """An entry for each cue, first those that several scenes share."""
    found: dict[CueType, list[str]] = {}
    for scene in scenes.values():
        for cue in scene.cues.values():
            found.setdefault(cue, []).append(scene.name)
    every = sorted(found.items(), key=lambda entry: len(entry[1]) == 1)
    names = [cue.name for cue, _ in every]
    return [
        Entry(cue, tuple(owners), len(owners) > 1 and cue.name in names[:place])
        for place, (cue, owners) in enumerate(every)
    ]


def page(scenes: Mapping[str, SceneType]) -> str:
    """The reference page as Markdown."""
    every = entries(scenes)
    shared = [entry for entry in every if len(entry.scenes) > 1]
    parts = [_OPENING, "## In several scenes\n", *map(_described, shared)]
    for scene in scenes.values():
        own = [entry for entry in every if entry.scenes == (scene.name,)]
        too = [f"[`{e.cue.name}`](#{e.anchor})" for e in shared if scene.name in e.scenes]
        parts.append(f"## {scene.name}\n\n{scene.doc}\n")
        parts += map(_described, own)
        if too:
            parts.append(f"From [several scenes](#in-several-scenes): {', '.join(too)}.\n")
    return "\n".join(parts)


def _described(entry: Entry) -> str:
    cue, common = entry.cue, ""
    if len(entry.scenes) > 1:
        common = f" In {', '.join(f'`{name}`' for name in entry.scenes)}."
    stage = f" {stage_text(cue)}" if stage_text(cue) else ""
    return (
        f"### {cue.name}\n\n    {cue_head(cue)}\n\n"
        f"{cue.doc}\n\n{cue.seconds:g} s.{common}{stage}\n\n![{cue.name}]({entry.still})\n"
    )


def uses(folder: Path = STORYBOARDS) -> dict[tuple[str, str], Use]:
    """For each scene and cue, its first use in the storyboards in `folder`."""
    found: dict[tuple[str, str], Use] = {}
    for path in sorted(folder.glob("*.yaml")):
        for chapter in load(path).chapters:
            for number, beat in enumerate(chapter.beats, start=1):
                for place, cue in enumerate(beat.cues):
                    use = Use(path, chapter.id, number, place)
                    found.setdefault((chapter.scene, cue.name), use)
    return found


def use_of(entry: Entry, found: Mapping[tuple[str, str], Use]) -> Use | None:
    """A use of the entry's cue in any of its scenes; None if there is none."""
    return next(
        (found[scene, entry.cue.name] for scene in entry.scenes if (scene, entry.cue.name) in found), None
    )


def main() -> None:
    """Write the page and the stills; exits with a message if a cue is used nowhere."""
    from storyreel.checks.reference_stills import write_stills

    REFERENCE.mkdir(exist_ok=True)
    scenes = scene_types()
    PAGE.write_text(page(scenes), encoding="utf-8")
    try:
        write_stills(entries(scenes), uses(), REFERENCE)
    except StoryreelError as error:
        sys.exit(f"storyreel: {error}")
    print(PAGE)
