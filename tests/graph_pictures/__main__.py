"""Measure the pictures of random graphs, and draw their last moments side by side."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from helpers.random_graphs import RandomGraph, random_graph
from PIL import Image

from graph_pictures.storyboards import beginning, experiment_of, storyboard_of
from storyreel.checks.layout_report import MEASURED, layout_problems
from storyreel.core.errors import StoryboardError, StoryreelError
from storyreel.core.quality import ASPECTS
from storyreel.engine.graph.drawn import drawn_nodes
from storyreel.production.production import plan
from storyreel.production.still import last_picture
from storyreel.reader import load
from storyreel.storyboard.graphs.room import room_of_graph

COLUMNS = 4


def main() -> int:
    """Print a line for each graph and for each fault; exit 1 if there is one, or if what is too large is not
    refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int, default=range(20))
    parser.add_argument("--aspect", default="16:9", choices=list(ASPECTS))
    parser.add_argument("--folder", type=Path, default=Path("out/graph_pictures"))
    options = parser.parse_args()
    folder = options.folder / options.aspect.replace(":", "x")
    folder.mkdir(parents=True, exist_ok=True)
    total, pictures = 0, []
    for seed in options.seeds:
        start = time.monotonic()
        made, beyond = _largest(random_graph(seed), options.aspect)
        problems, picture = _measured(_written(made, folder / f"graph {seed}.yaml"), options.aspect)
        pictures += [picture] if picture else []
        if beyond is not None and not _is_refused(_written(beyond, folder / "beyond.yaml"), options.aspect):
            problems.append(f"with {_size(beyond)} nodes it should be refused")
        total += len(problems)
        seconds = time.monotonic() - start
        print(f"seed {seed}: {_size(made)} nodes, {len(problems)} faults, {seconds:.0f} s", flush=True)
        print(*(f"    {problem}" for problem in problems), sep="\n", end="\n" if problems else "", flush=True)
    _write_sheet(pictures, folder / "sheet.png")
    return int(total > 0)


def _largest(made: RandomGraph, aspect: str) -> tuple[RandomGraph, RandomGraph | None]:
    """The graph of as many of the first formulas as can be read, and that with one more, if there is one."""
    found = beginning(made, 1)
    for count in range(2, len(made.formulas)):
        following = beginning(made, count)
        if not _fits(following, aspect):
            return found, following
        found = following
    return found, None


def _fits(made: RandomGraph, aspect: str) -> bool:
    try:
        room_of_graph(experiment_of(made), aspect)
    except StoryreelError:
        return False
    return True


def _size(made: RandomGraph) -> int:
    return len(drawn_nodes(experiment_of(made).graph))


def _written(made: RandomGraph, file: Path) -> Path:
    file.write_text(storyboard_of(made, file.stem), "utf-8")
    return file


def _measured(file: Path, aspect: str) -> tuple[list[str], Image.Image | None]:
    """What `check --frames` says, and the last picture."""
    try:
        storyboard = load(file, aspect=aspect)
        planned = plan(storyboard, quality=MEASURED, voice="silent", aspect=aspect)
        problems = [_first_line(problem) for problem in layout_problems(planned)]
        still = last_picture(planned, "made", len(storyboard.chapters[0].beats))
    except StoryboardError as error:
        return [_first_line(problem) for problem in error.problems], None
    return problems, Image.fromarray(still.frame).convert("RGB")


def _is_refused(file: Path, aspect: str) -> bool:
    """True if plain `check` says that the graph is too large."""
    try:
        load(file, aspect=aspect)
    except StoryboardError as error:
        return any("too large to be read" in str(problem) for problem in error.problems)
    return False


def _first_line(problem: object) -> str:
    return str(problem).splitlines()[0]


def _write_sheet(pictures: Sequence[Image.Image], file: Path) -> None:
    if not pictures:
        return
    width, height = pictures[0].size
    rows = -(-len(pictures) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * width, rows * height))
    for number, picture in enumerate(pictures):
        sheet.paste(picture, (number % COLUMNS * width, number // COLUMNS * height))
    sheet.save(file)
    print(file)


if __name__ == "__main__":
    sys.exit(main())
