"""Frames, as a renderer hands them to an encoder, a measurement or a test."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]
"""An image of the shape (height, width, 4), RGBA. The renderer may draw the next one in the same memory."""
Box = tuple[int, int, int, int]
"""Left, top, right and bottom of a rectangle in pixels; right and bottom are exclusive."""
TakeFrame = Callable[[Frame, Sequence[Box] | None, int], None]
"""Called with a frame, the boxes outside of which it equals the frame before, and the number of frames of the
film for which it is shown. Boxes may be too large, never too small. None means the whole image, as for a
first frame; an empty sequence means that nothing changed."""
