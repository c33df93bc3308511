"""The sound of a film as AAC, in pieces that are encoded each by itself and follow each other exactly.

A piece is the sound of a beat: where nothing changed it need not be encoded again, and several are encoded
at once. A packet of AAC is heard together with the one before it, half by half (ISO/IEC 14496-3, 4.6.11),
and the encoder remembers a little of what it has heard. So a piece is encoded from a bit before its
beginning until a bit after its end, and only its own packets are kept: they sound as those of the whole do.
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
"""Packets in a piece; a longer one would keep whoever stops the render waiting."""
BEFORE, AFTER = 5, 2
"""Packets for which the encoder listens before a piece and after it."""

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


@dataclass(frozen=True, eq=False, slots=True)
class SoundSegment:
    """Some packets of a sound: those from `first` to before `after` of what `sound` becomes."""

    sound: SoundTrack
    first: int
    after: int

    @property
    def name(self) -> str:
        """Equal for all that sounds equal."""
        facts = f"{_code()} {self.sound.name} {self.first} {self.after}"
        return hashlib.sha256(facts.encode()).hexdigest()[:40]

    def write(self, path: Path) -> None:
        """Encode the piece and write its packets to `path`. Raises OutsideError when the disk refuses."""
        packets = list(_encoded(self.sound))[self.first : self.after]
        with atomic_file(path) as temporary, temporary.open("wb") as file:
            np.savez(
                file,
                lengths=np.array([len(packet) for packet in packets]),
                data=np.frombuffer(b"".join(packets), np.uint8),
            )


def sound_segments(sound: SoundTrack) -> list[SoundSegment]:
    """The pieces of a sound: one for each beat, or more where it is long. All packets are in one of them."""
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
    """How many packets a sound of so many samples becomes: the first comes before it and prepares for it."""
    return 1 + -(-samples // PACKET)


def packets_in(path: Path) -> Iterator[bytes]:
    """The packets of a piece that was written. Raises OutsideError if they cannot be read."""
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
    """A new stream of `film` for the packets of sound: mono at 48 kHz."""
    stream = film.add_stream("aac", RATE, OPTIONS, layout="mono", bit_rate=BIT_RATE, time_base=SAMPLE)
    stream.codec_context.flags |= Flags.bitexact
    return stream


def _encoded(sound: SoundTrack) -> Iterator[bytes]:
    """A sound as packets of AAC, the first one before it included."""
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
