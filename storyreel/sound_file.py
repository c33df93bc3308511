"""Sound becomes a file of AAC, ready to be joined with pictures: the same bytes for the same samples."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.codec.context import Flags

from storyreel.sound import RATE, Samples
from storyreel.whole_file import whole_file

SAMPLE = Fraction(1, RATE)
# The quality is fixed: for speech about 90 kbit/s, 43 dB above the noise. To keep to a rate, the encoder
# would try each frame several times: six minutes then take 3.8 s instead of 1.9 s, and with its usual coder,
# "twoloop", 6 s. By the rate it only chooses a model of hearing; the tools that are off are for lower ones.
BIT_RATE = 128_000
OPTIONS = {
    "flags": "+qscale",
    "global_quality": "118",
    "aac_coder": "fast",
    "aac_pns": "0",
    "aac_tns": "0",
}
MUXER_OPTIONS = {
    "fflags": "+bitexact",
    # The edit list counts in this clock: with the usual milliseconds the sound would be cut short.
    "movie_timescale": str(RATE),
}


def write_sound(path: Path, blocks: Iterable[Samples]) -> None:
    """Write mono sound at 48 kHz, given block by block, to the MPEG-4 file at `path`.

    Raises OutsideError when the disk is full.
    """
    with (
        whole_file(path) as temporary,
        av.open(temporary, "w", format="mp4", container_options=MUXER_OPTIONS) as file,
    ):
        stream = file.add_stream("aac", RATE, OPTIONS, layout="mono", bit_rate=BIT_RATE, time_base=SAMPLE)
        stream.codec_context.flags |= Flags.bitexact
        for packet in _packets(stream, blocks):
            file.mux(packet)


def _packets(stream: av.AudioStream, blocks: Iterable[Samples]) -> "Iterator[av.Packet[Any]]":
    """The blocks as AAC. Its encoder starts early by itself; the file's edit list says so to players."""
    start = 0
    for block in blocks:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(block[np.newaxis]), format="fltp", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, SAMPLE
        yield from stream.encode(frame)
        start += len(block)
    yield from stream.encode()
