"""The script and the notebook of a lesson."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from storyreel.core.atomic_file import atomic_file
from storyreel.exports.base import Export, ExportRequest
from storyreel.exports.plain_text import one_line, plain_text
from storyreel.exports.pytorch.cells import Cell, as_notebook, as_script
from storyreel.exports.pytorch.functions import LOSSES, NotInPyTorch, fused_function, loss_function
from storyreel.exports.pytorch.graphs import graph_cells, graph_of, losses_of
from storyreel.exports.pytorch.layered import layered_cells
from storyreel.exports.pytorch.layers import is_fused
from storyreel.lesson.manifest import Manifest
from storyreel.lesson.network_entries import GraphEntry, NetworkEntry

Entry = TypeVar("Entry", NetworkEntry, GraphEntry)
STEM = "lesson_in_pytorch"
_START = '''\
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def check(name, found, lesson, rtol=1e-9):
    """Assert that a number, or each of an array, is that of the lesson."""
    found, lesson = torch.as_tensor(found, dtype=torch.float64).detach(), torch.tensor(lesson)
    assert found.shape == lesson.shape, f"{name}: {tuple(found.shape)}, in the lesson {tuple(lesson.shape)}"
    same = torch.isclose(found, lesson, rtol=rtol, atol=1e-12)
    assert same.all(), f"{name}: {found.tolist()}, in the lesson {lesson.tolist()}"


def grad(tensor):
    """The gradient of a tensor; zeros if the output does not depend on it."""
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad'''


def write_pytorch(request: ExportRequest) -> list[Path]:
    """Write the script and the notebook; returns their paths. Raises OutsideError if it cannot."""
    cells = list(lesson_cells(request.lesson))
    paths = []
    for suffix, write in ((".py", as_script), (".ipynb", as_notebook)):
        path = request.folder / f"{STEM}{suffix}"
        with atomic_file(path) as temporary:
            temporary.write_text(write(cells), "utf-8", newline="\n")
        paths.append(path)
    return paths


def lesson_cells(lesson: Manifest) -> Iterator[Cell]:
    """The cells: how numbers are compared, the losses that are used, and each network."""
    title = one_line(plain_text(lesson.title))
    yield Cell(
        f"# {title}\n\nThe networks of this lesson in PyTorch. Each `check` asserts numbers of the"
        " lesson, which storyreel computed without PyTorch.",
        is_text=True,
    )
    yield Cell("\n\n\n".join([_START, *_loss_functions(lesson)]))
    for name, network in lesson.networks.items():
        yield from _or_excuse(name, layered_cells, network)
    for name, graph in lesson.graphs.items():
        yield from _or_excuse(name, graph_cells, graph)
    yield Cell('print("All numbers are those of the lesson.")')


def _or_excuse(name: str, cells: Callable[[str, Entry], Iterable[Cell]], entry: Entry) -> Iterable[Cell]:
    """The cells of a network, or why there are none."""
    try:
        return list(cells(name, entry))
    except NotInPyTorch as unknown:
        says = f"## `{name}`\n\nThis network uses `{unknown}`, which is not written in PyTorch."
        return [Cell(says, is_text=True)]


def _loss_functions(lesson: Manifest) -> Iterator[str]:
    networks = lesson.networks.values()
    of_graphs = {loss for graph in lesson.graphs.values() for loss in _losses(graph)}
    used = {network.loss for network in networks} | of_graphs
    fused = {network.loss for network in networks if is_fused(network)}
    for name in LOSSES:
        if name in used:
            yield loss_function(name)
        if name in fused:
            yield fused_function(name)


def _losses(graph: GraphEntry) -> set[str]:
    try:
        return losses_of(graph_of(graph))
    except NotInPyTorch:
        return set()


PYTORCH = Export("pytorch", "a script and a notebook that assert each number in PyTorch", write_pytorch)
