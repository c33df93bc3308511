"""What is wrong with the chapters of a network, apart from what scenes refuse."""

from dataclasses import replace
from pathlib import Path

import yaml

from other_networks.cases import Case
from other_networks.chapters import Chapter, chapters, identity, storyboard
from storyreel.checks.layout_report import MEASURED, layout_problems
from storyreel.core.errors import StoryboardError
from storyreel.production.production import plan
from storyreel.reader import load

REFUSALS = (
    "the computation graph of",  # too many layers
    "from '",  # to the loss there are too many numbers, or several ways
    "there is more than one way",
    "there is no room for the numbers of all weights",
    "there is no room for the gradient of",
    "there is no room for 'W",
    "this network diverges",
    "knobs are too many",
    "have too many digits to be written out",
    "units do not fit into the area 'formula'",
    "a nudge by",
    "a larger `nudge` may move it",
)
"""How the messages begin, or what is in them, with which a scene refuses a network that it cannot show."""


OPEN = (" in flight", " in motion", " is run over by ")
"""What is in the messages about moves, which are not yet free of faults with every network."""


class _Dumper(yaml.SafeDumper):
    """Writes everything out: storyboards have no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def write(case: Case, folder: Path, chapter: Chapter) -> Path:
    """Write the storyboard of a chapter about a network; its name has that of both."""
    path = folder / f"{case.name}-{identity(chapter)}.yaml"
    content = yaml.dump(storyboard(case, [chapter]), Dumper=_Dumper, sort_keys=False, width=110)
    path.write_text(content, "utf-8")
    return path


def problems(case: Case, folder: Path, only: str = "", fps: int = 10) -> tuple[list[str], list[str]]:
    """What is wrong, and what was refused, in the chapters with `only` in their ids."""
    found: list[str] = []
    for chapter in chapters(case):
        if only in identity(chapter):
            found += (f"{identity(chapter)}: {text}" for text in _messages(write(case, folder, chapter), fps))
    refused = [line for line in found if any(refusal in line for refusal in REFUSALS)]
    wrong = [line for line in found if line not in refused and not any(still in line for still in OPEN)]
    return wrong, refused


def _messages(path: Path, fps: int) -> list[str]:
    """What is wrong with a storyboard, or with how it is played."""
    try:
        production = plan(load(path), quality=replace(MEASURED, fps=fps), voice="silent")
    except StoryboardError as error:
        return [problem.message for problem in error.problems]
    return [problem.message for problem in layout_problems(production)]
