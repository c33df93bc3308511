"""What is wrong with the chapters of a network, apart from what scenes refuse."""

from dataclasses import replace
from pathlib import Path

import yaml

from other_networks.cases import Case
from other_networks.chapters import storyboard
from storyreel.checks.layout_report import MEASURED, layout_problems
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
    "this network learns nothing",
    "knobs are too many",
    "have too many digits to be written out",
    "units do not fit into the area 'formula'",
    "a nudge by",
)
"""How the messages begin, or what is in them, with which a scene refuses a network that it cannot show."""


class _Dumper(yaml.SafeDumper):
    """Writes everything out: storyboards have no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def write(case: Case, folder: Path, only: str = "") -> Path:
    """Write the storyboard of a network."""
    path = folder / f"{case.name}.yaml"
    path.write_text(yaml.dump(storyboard(case, only), Dumper=_Dumper, sort_keys=False, width=110), "utf-8")
    return path


def problems(case: Case, folder: Path, only: str = "", fps: int = 10) -> tuple[list[str], list[str]]:
    """What is wrong, and what was refused, in the chapters with `only` in their ids."""
    production = plan(load(write(case, folder, only)), quality=replace(MEASURED, fps=fps), voice="silent")
    found = [f"{problem.place.line}: {problem.message}" for problem in layout_problems(production)]
    refused = [line for line in found if any(refusal in line for refusal in REFUSALS)]
    return [line for line in found if line not in refused], refused
