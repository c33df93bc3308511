"""The lesson's networks in PyTorch: a script, and a notebook of the same cells, that assert its numbers.

In: an `ExportRequest`. Out: `lesson_in_pytorch.py` and `lesson_in_pytorch.ipynb`, which need PyTorch and
nothing of storyreel.

`cells` is what both are made of, `document` puts them together. `layered`, `training` and `spoken` write a
network of layers, `graphs` and `formula` a graph; `functions` are the tables of what PyTorch has for
activations, losses and operations, `literals` writes numbers.
"""

from storyreel.exports.pytorch.document import PYTORCH

__all__ = ["PYTORCH"]
