"""A canvas: a picture that is drawn again only where it changes.

Cairo draws an item through a clip not quite as without one, so items are always drawn whole, on a scratch
surface, and only the parts that may have changed are taken from there.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from storyreel.core.frame import Box, Frame
from storyreel.rendering.draw_ops import DrawOp
from storyreel.rendering.surface import Surface
from storyreel.rendering.tiles import DirtyTiles


class Canvas:
    """A picture as large as `scratch`, which several canvases may share. `pixels` is the picture."""

    def __init__(self, scratch: Surface) -> None:
        self.pixels: Frame = np.zeros_like(scratch.pixels)
        self._scratch = scratch
        self._ops: Sequence[DrawOp] = ()

    def show(self, ops: Sequence[DrawOp], ground: Frame, ground_changed: Sequence[Box] | None) -> list[Box]:
        """Become `ops`, drawn one after the other on `ground`; returns boxes in which pixels changed.

        `ground_changed` tells where `ground` has changed since it was given last; None: everywhere.
        """
        height, width, _ = self.pixels.shape
        tiles = DirtyTiles(width, height)
        if ground_changed is None:
            tiles.mark([(0, 0, width, height)])
        else:
            tiles.mark(ground_changed)
            tiles.mark(_changed(self._ops, ops))
        self._ops = ops
        doubtful = tiles.boxes()
        if not doubtful:
            return []
        for box in doubtful:
            _part(self._scratch.pixels, box)[:] = _part(ground, box)
        for place in _overlapping([op.box for op in ops], doubtful):
            ops[place].draw(self._scratch)
        changed = DirtyTiles(width, height)
        for box in doubtful:
            old, new = _part(self.pixels, box), _part(self._scratch.pixels, box)
            if changed.mark_where_unequal(box, old, new):
                old[:] = new
        return changed.boxes()


def _part(frame: Frame, box: Box) -> NDArray[np.uint32]:
    """The pixels of a box, each as one number."""
    left, top, right, bottom = box
    pixels: NDArray[np.uint32] = frame.view(np.uint32)[top:bottom, left:right, 0]
    return pixels


def _overlapping(boxes: Sequence[Box], others: Sequence[Box]) -> list[int]:
    """The places of those `boxes` that have a pixel in common with any of the others."""
    left, top, right, bottom = np.array(boxes, np.intp).reshape(-1, 4).T[:, :, None]
    other_left, other_top, other_right, other_bottom = np.array(others, np.intp).T
    overlap = (left < other_right) & (other_left < right) & (top < other_bottom) & (other_top < bottom)
    places: list[int] = np.flatnonzero(overlap.any(axis=1)).tolist()
    return places


def _changed(before: Sequence[DrawOp], now: Sequence[DrawOp]) -> list[Box]:
    """Where inks came, went, or came to lie in another order."""
    places = {op: place for place, op in enumerate(before)}
    changed, last = [], -1
    for op in now:
        place = places.pop(op, -1)
        if place > last:
            last = place
        else:
            changed.append(op.box)
    return changed + [op.box for op in places]
