"""Numbers from a file of arrays that a storyboard names: `{file: digits.npz, array: W1}`.

A storyboard may come from a stranger, so nothing is unpickled, and nothing is read that is larger than its
limit.
"""

import hashlib
from pathlib import Path

import numpy as np

from storyreel.core.arrays import Array
from storyreel.core.did_you_mean import did_you_mean
from storyreel.core.errors import StoryreelError
from storyreel.core.limits import beyond, limits
from storyreel.reader.document import Document, Location
from storyreel.reader.files.beside import read_file
from storyreel.reader.files.npz_file import npz_arrays
from storyreel.reader.files.safetensors_file import safetensors_arrays
from storyreel.reader.files.stored_array import Arrays
from storyreel.reader.mapping_check import read_part
from storyreel.reader.schema_classes import ArrayPart

_PICKLES = (".bin", ".ckpt", ".joblib", ".pickle", ".pkl", ".pt", ".pth")
"""The endings of files that are read by running what is in them."""


def is_array(data: object) -> bool:
    """True for a mapping that names an array, or was to do so."""
    return isinstance(data, dict) and bool({"file", "array"} & set(data))


def read_array(document: Document, location: Location, what: str, most: int) -> Array | None:
    """The array that the mapping at the location names, with at most `most` axes; None if there is a fault,
    which is reported. All its numbers are finite. `what` is what the numbers are for."""
    part = read_part(document, ArrayPart, location)
    if part is None or not part.file or not part.array:
        return None
    file = read_file(document, (*location, "file"), part.file)
    if file is None:
        return None
    place = (*location, "file")
    try:
        data = _content(Path(document.source.file).parent / file)
        document.files[file] = hashlib.sha256(data).hexdigest()
        arrays = _arrays(data, file)
        place = (*location, "array")
        if part.array not in arrays:
            document.report(
                document.place(place), f"{file} has no array `{part.array}`{did_you_mean(part.array, arrays)}"
            )
            return None
        array = _numbers(arrays[part.array](), f"`{part.array}` in {file}")
    except StoryreelError as fault:
        document.report(document.place(place), str(fault))
        return None
    if array.ndim > most:
        several = "one axis" if most == 1 else f"{most} axes"
        shape = " × ".join(map(str, array.shape))
        document.report(
            document.place(place), f"{what} has at most {several}, and `{part.array}` in {file} is {shape}"
        )
        return None
    return array


def _content(path: Path) -> bytes:
    """The bytes of a file. Raises StoryreelError if it is too large, or cannot be read."""
    most = limits().array_bytes
    try:
        if (size := path.stat().st_size) > most:
            raise StoryreelError(beyond("array_bytes", size, path.name))
        return path.read_bytes()
    except OSError as error:
        raise StoryreelError(f"{path.name} cannot be read: {error.strerror}") from None


def _arrays(data: bytes, file: str) -> Arrays:
    """The arrays of a file by name, unread. Raises StoryreelError if it is no file of arrays."""
    suffix = Path(file).suffix.lower()
    if suffix in _PICKLES:
        raise StoryreelError(
            f"{file} is not read, as a file of this kind can run code of its own; write the arrays with"
            " safetensors.torch.save_file or numpy.savez"
        )
    return safetensors_arrays(data, file) if suffix == ".safetensors" else npz_arrays(data, file)


def _numbers(array: np.ndarray, what: str) -> Array:
    """The array in float64. Raises StoryreelError if not all of it is finite numbers."""
    if not array.size:
        raise StoryreelError(f"{what} is empty")
    numbers = np.array(array, dtype=float, order="C")
    if not np.isfinite(numbers).all():
        first = np.argwhere(~np.isfinite(numbers))[0].tolist()
        raise StoryreelError(f"{what} must be finite; at {first} it is {numbers[tuple(first)]}")
    return numbers
