"""Sound files that come with a storyboard: WAV, FLAC and MP3, known by content, decoded within limits.

A storyboard may come from a stranger. FFmpeg reads many formats, some of which open other files; so its
reader is chosen here, and gets an open file and no name.
"""

import os
import stat
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from storyreel.core.errors import StoryreelError
from storyreel.core.limits import beyond, limits
from storyreel.speech.audio import RATE, Samples

if TYPE_CHECKING:
    import av

SUFFIXES = (".wav", ".flac", ".mp3")
CODECS = {"wav": "pcm_", "flac": "flac", "mp3": "mp3"}
"""How the names of the codecs begin that a file of each format may have."""
SILENT = 0.001  # of full scale: sound that is nowhere louder is none


def read_sound(path: Path) -> Samples:
    """The sound in a file, of all its channels together, at `RATE` Hz.

    Raises StoryreelError, with one line about it, if there is none, or more than the limits allow.
    """
    import av  # here, as most lessons have no recordings

    with _opened(path) as file:
        try:
            samples = _decoded(file, path.name)
        except (av.FFmpegError, ValueError, EOFError, OSError) as error:
            raise StoryreelError(f"{path.name} is broken: {_reason(error)}") from None
    if not len(samples):
        raise StoryreelError(f"{path.name} has no sound")
    if float(np.abs(samples).max()) < SILENT:
        raise StoryreelError(f"{path.name} is silent")
    return samples


def check_sound_file(path: Path) -> None:
    """Look at a file without reading all of it. Raises StoryreelError if it cannot be a sound file."""
    with _opened(path) as file:
        _format(file, path.name)


def _opened(path: Path) -> IO[bytes]:
    """The file, opened to be read; only a regular one, as a pipe or a device may have no end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        raise StoryreelError(f"{path.name} cannot be read: {_reason(error)}") from None
    state = os.fstat(descriptor)
    fault = None
    if not stat.S_ISREG(state.st_mode):
        fault = f"{path.name} is no file, but a folder, a pipe or a device"
    elif not state.st_size:
        fault = f"{path.name} is empty"
    elif state.st_size > limits().recording_bytes:
        fault = beyond("recording_bytes", state.st_size, path.name)
    if fault:
        os.close(descriptor)
        raise StoryreelError(fault)
    return open(descriptor, "rb")


def _format(file: IO[bytes], name: str) -> str:
    """FFmpeg's name of the file's format."""
    head = file.read(12)
    file.seek(0)
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"fLaC":
        return "flac"
    if head[:3] == b"ID3" or (head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2):
        return "mp3"
    raise StoryreelError(f"{name} is no WAV, FLAC or MP3")


def _decoded(file: IO[bytes], name: str) -> Samples:
    import av

    format = _format(file, name)
    with av.open(file, "r", format=format) as container:
        if not container.streams.audio:
            raise StoryreelError(f"{name} has no sound")
        stream = container.streams.audio[0]
        if not stream.codec_context.name.startswith(CODECS[format]):
            raise StoryreelError(f"{name} has sound of a kind that is not read: {stream.codec_context.name}")
        blocks, length = [], 0
        for block in _blocks(container, stream):
            blocks.append(block)
            length += len(block)
            if length > limits().recording_seconds * RATE:
                raise StoryreelError(beyond("recording_seconds", what=name))
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)


def _blocks(container: "av.container.InputContainer", stream: "av.AudioStream") -> Iterator[Samples]:
    """The sound block by block."""
    import av

    convert = av.AudioResampler(format="fltp", rate=RATE)
    for frame in chain(container.decode(stream), (None,)):
        if frame:
            frame.pts = None  # of a damaged file they may go back
        for made in convert.resample(frame):
            yield made.to_ndarray().mean(axis=0, dtype=np.float32)


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).splitlines()[0]
