"""Storyboards to begin with: those that ship, those of the tests, and single chapters of both."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FEW_BEATS = 3


@dataclass(frozen=True)
class Seed:
    """A storyboard, as text and (if it is YAML) as data; `is_small` if it can be drawn in a second or two."""

    name: str
    text: bytes
    data: Any
    is_small: bool


def seeds() -> list[Seed]:
    """All of them, always in the same order."""
    shipped = sorted((ROOT / "assets" / "storyboards").glob("*.yaml"))
    ours = [ROOT / "tests" / "small_lesson.yaml"]
    ours += [
        path for name in ("storyboards", "graphs") for path in sorted((ROOT / "tests" / name).glob("*.yaml"))
    ]
    bad = sorted((ROOT / "tests" / "bad_storyboards").glob("*.yaml"))
    found = []
    for path in (*shipped, *ours, *bad):
        text = path.read_bytes()
        try:
            data = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
            data = None
        found.append(Seed(path.name, text, data, False))
        if path not in bad:
            found += _chapters(path.name, data)
    return found


def pictures() -> list[Path]:
    """The files that the storyboards show."""
    folder = ROOT / "assets" / "storyboards"
    return [path for path in sorted(folder.iterdir()) if path.suffix in (".svg", ".png")]


def _chapters(name: str, data: Any) -> list[Seed]:
    """Each chapter as a storyboard of its own, with its first beats."""
    found = []
    for chapter in data["chapters"]:
        beats = chapter["beats"][:FEW_BEATS]
        small = {**{key: value for key, value in data.items() if key != "questions"}}
        small["chapters"] = [{**chapter, "beats": beats}]
        text = yaml.dump(
            small, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=100
        ).encode()
        found.append(Seed(f"{name}:{chapter['id']}", text, small, True))
    return found
