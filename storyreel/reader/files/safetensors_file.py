"""The arrays of a safetensors file, as PyTorch and Hugging Face write them.

The file is a header, in JSON, and numbers that are stored as they are: nothing is decompressed or run. That
shapes and sizes agree with the file is checked by the safetensors package.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from storyreel.core.errors import StoryreelError
from storyreel.reader.files.stored_array import Arrays

_TYPES = {
    **{f"{kind}{8 * size}": f"<{kind.lower()}{size}" for kind in "IU" for size in (1, 2, 4, 8)},
    **{f"F{8 * size}": f"<f{size}" for size in (2, 4, 8)},
}
_OTHERS = {"BOOL": "truth values", "C64": "complex numbers"}


def safetensors_arrays(data: bytes, file: str) -> Arrays:
    """The arrays in the `data` of a file. Raises StoryreelError if it is damaged, or no safetensors file."""
    from safetensors import SafetensorError, deserialize

    try:
        found = sorted(deserialize(data))  # type: ignore[no-untyped-call]
    except SafetensorError as fault:
        reason = str(fault).removeprefix("Error while deserializing: ")
        raise StoryreelError(f"{file} is no whole safetensors file: {reason}") from None
    return {name: partial(_read, stored, f"`{name}` in {file}") for name, stored in found}


def _read(stored: Mapping[str, Any], what: str) -> np.ndarray:
    kind, content, shape = stored["dtype"], stored["data"], stored["shape"]
    if kind == "BF16":  # the upper half of a float32
        upper = np.frombuffer(content, "<u2").astype("<u4")
        return (upper << 16).view("<f4").reshape(shape)
    if kind not in _TYPES:
        raise StoryreelError(
            f"{what} is not of numbers that are read here; its type is {_OTHERS.get(kind, kind)}"
        )
    return np.frombuffer(content, _TYPES[kind]).reshape(shape)
