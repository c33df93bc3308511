"""Encodes the sound of a film as AAC in segments, each by itself, which join without an audible border.

A segment is the sound of a beat, so that only the sound of changed beats is encoded again, and several are
encoded at once. AAC overlaps each packet with the one before it (ISO/IEC 14496-3, 4.6.11), and the encoder's
state depends on the packets before. So a segment is encoded from some packets before its start until some
after its end, and only its own packets are kept: they sound like those of the whole.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import av
import numpy as np
from av.codec.context import Flags

from storyreel.core.atomic_file import atomic_file
from storyreel.core.code_digest import code_digest
from storyreel.core.errors import OutsideError
from storyreel.speech.audio import PACKET, RATE
from storyreel.speech.sound_track import SoundTrack

SAMPLE = Fraction(1, RATE)
LONGEST = 20 * RATE // PACKET
"""Packets in a segment; a longer one would delay the end of a render that is interrupted."""
BEFORE, AFTER = 5, 2
"""Packets that are encoded before a segment and after it, and not kept."""

# The quality is fixed: for speech about 90 kbit/s, 43 dB above the noise. For a fixed rate the encoder would
# try each frame several times: six minutes then take 3.8 s instead of 1.9 s, and with its default coder,
# "twoloop", 6 s. The rate only selects a psychoacoustic model; the tools that are off are for lower rates.
BIT_RATE = 128_000
OPTIONS = {
    "flags": "+qscale",
    "global_quality": "118",
    "aac_coder": "fast",
    "aac_pns": "0",
    "aac_tns": "0",
}


@dataclass(frozen=True, eq=False, slots=True)
class SoundSegment:
    """The packets from `first` to before `after` of `sound` as it is encoded."""

    sound: SoundTrack
    first: int
    after: int

    @property
    def name(self) -> str:
        """A hash, in hexadecimal digits, of all that the packets depend on."""
        facts = f"{_code()} {self.sound.name} {self.first} {self.after}"
        return hashlib.sha256(facts.encode()).hexdigest()[:40]

    def write(self, path: Path) -> None:
        """Encode the segment and write its packets to `path`. Raises OutsideError if that is impossible."""
        packets = list(_encoded(self.sound))[self.first : self.after]
        with atomic_file(path, is_durable=False) as temporary, temporary.open("wb") as file:
            np.savez(
                file,
                lengths=np.array([len(packet) for packet in packets]),
                data=np.frombuffer(b"".join(packets), np.uint8),
            )


def sound_segments(sound: SoundTrack) -> list[SoundSegment]:
    """The segments of a sound, which have all of its packets: one for each beat, or more if it is long."""
    count = packet_count(len(sound))
    beats = sorted({0, *(start // PACKET for start in sound.starts), count})
    borders = [border for first, after in pairwise(beats) for border in range(first, after, LONGEST)]
    return [_segment(sound, first, after) for first, after in pairwise([*borders, count])]


def _segment(sound: SoundTrack, first: int, after: int) -> SoundSegment:
    start = max(0, first - 1 - BEFORE)
    end = min(len(sound), (after + AFTER) * PACKET)
    return SoundSegment(sound.part(start * PACKET, end), first - start, after - start)


@cache
def _code() -> str:
    return code_digest([Path(__file__)])


def packet_count(samples: int) -> int:
    """The number of packets of a sound with so many samples; the first is not heard but needed to decode."""
    return 1 + -(-samples // PACKET)


def packets_in(path: Path) -> Iterator[bytes]:
    """The packets in a file of `SoundSegment.write`. Raises OutsideError if they cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as file:
            lengths, data = file["lengths"].tolist(), file["data"].tobytes()
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise OutsideError(f"cannot read {path}: {error}") from error
    start = 0
    for length in lengths:
        yield data[start : start + length]
        start += length


def add_sound(film: av.container.OutputContainer) -> av.AudioStream:
    """Add an AAC stream, mono at 48 kHz, to `film`."""
    stream = film.add_stream("aac", RATE, OPTIONS, layout="mono", bit_rate=BIT_RATE, time_base=SAMPLE)
    stream.codec_context.flags |= Flags.bitexact
    return stream


def _encoded(sound: SoundTrack) -> Iterator[bytes]:
    """All packets of a sound as AAC, with the first that is not heard."""
    encoder: Any = av.CodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = RATE, "mono", "fltp"
    encoder.bit_rate, encoder.time_base, encoder.options = BIT_RATE, SAMPLE, OPTIONS
    encoder.flags |= Flags.bitexact
    start = 0
    for block in sound.blocks():
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(block[np.newaxis]), format="fltp", layout="mono"
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, SAMPLE
        yield from map(bytes, encoder.encode(frame))
        start += len(block)
    yield from map(bytes, encoder.encode(None))
