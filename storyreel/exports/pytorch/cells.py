"""The cells of a script or a notebook."""

import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A piece of Python, or a text in Markdown if it `is_text`."""

    source: str
    is_text: bool = False


def as_script(cells: Sequence[Cell]) -> str:
    """The cells as Python with the marks `# %%`, by which editors and Jupytext know them."""
    return "\n".join(_marked(cell) for cell in cells)


def as_notebook(cells: Sequence[Cell]) -> str:
    """The cells as a Jupyter notebook that has not been run."""
    content = {
        "cells": [_cell_data(number, cell) for number, cell in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _marked(cell: Cell) -> str:
    if not cell.is_text:
        return f"# %%\n{cell.source}\n"
    lines = (f"# {line}".rstrip() for line in cell.source.splitlines())
    return "\n".join(["# %% [markdown]", *lines, ""])


def _cell_data(number: int, cell: Cell) -> dict[str, object]:
    lines = cell.source.splitlines(keepends=True)
    data: dict[str, object] = {"id": f"cell-{number}", "metadata": {}, "source": lines}
    if cell.is_text:
        return {"cell_type": "markdown", **data}
    return {"cell_type": "code", **data, "execution_count": None, "outputs": []}
