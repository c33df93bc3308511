"""Numbers from a NumPy file (.npz) that a storyboard names: `{file: digits.npz, array: W1}`.

A storyboard may come from a stranger, so nothing is unpickled, and nothing is decompressed that is larger
than its limit: the size of an array is known from its header, and no more than that is read.
"""

import hashlib
import math
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy

from storyreel.core.arrays import Array
from storyreel.core.did_you_mean import did_you_mean
from storyreel.core.errors import StoryreelError
from storyreel.core.limits import beyond, limits
from storyreel.reader.document import Document, Location
from storyreel.reader.files.beside import read_file
from storyreel.reader.mapping_check import read_part
from storyreel.reader.schema_classes import ArrayPart

_SUFFIX = ".npy"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The methods of compression that need little memory."""
_NOT_READABLE = (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError, SyntaxError)


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
        array = _numbers(data, arrays[part.array], f"`{part.array}` in {file}")
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


def _arrays(data: bytes, file: str) -> dict[str, zipfile.ZipInfo]:
    """The entries of the file by the names of their arrays. Raises StoryreelError if it is no .npz."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except _NOT_READABLE:
        raise StoryreelError(
            f"{file} is no NumPy file of arrays by name; write one with numpy.savez"
        ) from None
    return {
        entry.filename.removesuffix(_SUFFIX): entry for entry in entries if entry.filename.endswith(_SUFFIX)
    }


def _numbers(data: bytes, entry: zipfile.ZipInfo, what: str) -> Array:
    """The array in an entry. Raises StoryreelError if it is damaged, too large, or not of finite numbers."""
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
            if not size:
                raise StoryreelError(f"{what} is empty")
            content = stream.read(size)
        array = np.frombuffer(content, kind, math.prod(shape)).reshape(
            shape, order="F" if is_columnwise else "C"
        )
    except _NOT_READABLE as fault:
        raise StoryreelError(f"{what} cannot be read: {fault}") from None
    numbers = np.array(array, dtype=float, order="C")
    if not np.isfinite(numbers).all():
        first = np.argwhere(~np.isfinite(numbers))[0].tolist()
        raise StoryreelError(f"{what} must be finite; at {first} it is {numbers[tuple(first)]}")
    return numbers


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
