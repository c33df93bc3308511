"""A frame on its way from whoever draws it to whoever takes it: an encoder, a measurement, a test."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]
"""A picture: (height, width, 4), RGBA. Who draws it may draw the next one in the same memory."""
Box = tuple[int, int, int, int]
"""Left, top, right and bottom of a part of a picture, in pixels; right and bottom are just outside of it."""
TakeFrame = Callable[[Frame, Sequence[Box] | None, int], None]
"""Takes a frame, the boxes outside of which it equals the frame taken before it, and for how many frames of
the film it is shown. Boxes may be too large, never too small; None stands for the whole picture, as for a
first frame, and none at all for a repetition."""
