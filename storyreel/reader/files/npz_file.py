"""The arrays of a NumPy file (.npz).

Nothing is unpickled, and nothing is decompressed that is larger than its limit: the size of an array is known
from its header, and no more than that is read.
"""

import math
import zipfile
import zlib
from functools import partial
from io import BytesIO
from typing import IO

import numpy as np
from numpy.lib import format as npy

from storyreel.core.errors import StoryreelError
from storyreel.core.limits import beyond, limits
from storyreel.reader.files.stored_array import Arrays

_SUFFIX = ".npy"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The methods of compression that need little memory."""
_NOT_READABLE = (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError, SyntaxError)


def npz_arrays(data: bytes, file: str) -> Arrays:
    """The arrays in the `data` of a file. Raises StoryreelError if it is no .npz."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except _NOT_READABLE:
        raise StoryreelError(
            f"{file} is no NumPy file of arrays by name; write one with numpy.savez"
        ) from None
    names = {
        entry.filename.removesuffix(_SUFFIX): entry for entry in entries if entry.filename.endswith(_SUFFIX)
    }
    return {name: partial(_read, data, entry, f"`{name}` in {file}") for name, entry in names.items()}


def _read(data: bytes, entry: zipfile.ZipInfo, what: str) -> np.ndarray:
    """The array in an entry. Raises StoryreelError if it is damaged, too large, or not of numbers."""
    try:
        if entry.compress_type not in _METHODS:
            raise StoryreelError(f"{what} is compressed by a method that numpy.savez does not use")
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(entry) as stream:
            shape, is_columnwise, kind = _header(stream)
            size = math.prod(shape) * kind.itemsize
            if kind.kind not in "iuf":
                raise StoryreelError(f"{what} is not of numbers; its type is {_type_name(kind)}")
            if size > limits().array_bytes:
                raise StoryreelError(beyond("array_bytes", size, what))
            content = stream.read(size)
        return np.frombuffer(content, kind, math.prod(shape)).reshape(
            shape, order="F" if is_columnwise else "C"
        )
    except _NOT_READABLE as fault:
        raise StoryreelError(f"{what} cannot be read: {fault}") from None


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """The shape of an array, whether its columns come first, and its type. Raises ValueError for others."""
    version = npy.read_magic(stream)
    read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    if version not in read:
        raise ValueError(f"it is written in version {version[0]}.{version[1]} of the format")
    return read[version](stream)


def _type_name(kind: np.dtype) -> str:
    names = {"U": "text", "S": "text", "O": "Python objects", "b": "truth values", "c": "complex numbers"}
    return names.get(kind.kind, str(kind))
