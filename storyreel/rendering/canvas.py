"""A canvas: an image of which only the changed parts are drawn again.

Cairo does not draw a shape through a clip exactly as without one. So shapes are always drawn whole, on a
scratch surface, and only the parts that may have changed are copied from there.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from storyreel.core.frame import Box, Frame
from storyreel.rendering.draw_ops import DrawOp
from storyreel.rendering.surface import Surface
from storyreel.rendering.tiles import DirtyTiles


class Canvas:
    """An image with the size of `scratch`, which canvases may share. `pixels` is (height, width, 4), RGBA."""

    def __init__(self, scratch: Surface) -> None:
        self.pixels: Frame = np.zeros_like(scratch.pixels)
        self._scratch = scratch
        self._ops: Sequence[DrawOp] = ()

    def show(
        self, ops: Sequence[DrawOp], background: Frame, background_changed: Sequence[Box] | None
    ) -> list[Box]:
        """Set `pixels` to `background` with `ops` drawn on it in order; returns the boxes that changed.

        `background_changed` are the boxes in which `background` differs from that of the last call; None
        stands for the whole image.
        """
        height, width, _ = self.pixels.shape
        dirty = DirtyTiles(width, height)
        if background_changed is None:
            dirty.mark([(0, 0, width, height)])
        else:
            dirty.mark(background_changed)
            dirty.mark(_changed_boxes(self._ops, ops))
        self._ops = ops
        boxes = dirty.boxes()
        if not boxes:
            return []
        for box in boxes:
            _pixels_in(self._scratch.pixels, box)[:] = _pixels_in(background, box)
        for index in _overlapping([op.box for op in ops], boxes):
            ops[index].draw(self._scratch)
        changed = DirtyTiles(width, height)
        for box in boxes:
            old, new = _pixels_in(self.pixels, box), _pixels_in(self._scratch.pixels, box)
            if changed.mark_where_unequal(box, old, new):
                old[:] = new
        return changed.boxes()


def _pixels_in(frame: Frame, box: Box) -> NDArray[np.uint32]:
    """A view of the pixels in a box, (height, width), each as one number."""
    left, top, right, bottom = box
    pixels: NDArray[np.uint32] = frame.view(np.uint32)[top:bottom, left:right, 0]
    return pixels


def _overlapping(boxes: Sequence[Box], others: Sequence[Box]) -> list[int]:
    """The indices of those `boxes` that overlap any of the others."""
    left, top, right, bottom = np.array(boxes, np.intp).reshape(-1, 4).T[:, :, None]
    other_left, other_top, other_right, other_bottom = np.array(others, np.intp).T
    overlap = (left < other_right) & (other_left < right) & (top < other_bottom) & (other_top < bottom)
    indices: list[int] = np.flatnonzero(overlap.any(axis=1)).tolist()
    return indices


def _changed_boxes(before: Sequence[DrawOp], now: Sequence[DrawOp]) -> list[Box]:
    """The boxes of operations that are new, are gone, or come earlier in the order than one before them."""
    indices = {op: index for index, op in enumerate(before)}
    changed, last = [], -1
    for op in now:
        index = indices.pop(op, -1)
        if index > last:
            last = index
        else:
            changed.append(op.box)
    return changed + [op.box for op in indices]
