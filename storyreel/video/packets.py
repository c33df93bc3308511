"""The packets of a film's pictures, sound and captions, ready for the muxer."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av
from av.container import InputContainer
from av.stream import Stream

from storyreel.core.errors import OutsideError
from storyreel.core.timed_text import TimedText
from storyreel.speech.audio import PACKET, RATE
from storyreel.video.sound_segments import SAMPLE, packet_count, packets_in

Packet: TypeAlias = "av.Packet[Any]"
Packets: TypeAlias = Iterator[Packet]


def open_segment(path: Path) -> InputContainer:
    """Open without decoding. Raises OutsideError if the file cannot be read."""
    try:
        return av.open(path, stream_options=[{"skip_frame": "all"}])  # type: ignore[list-item]
    except (OSError, ValueError) as error:  # ValueError: the file is no video
        raise OutsideError(f"cannot read {path}: {error}") from error


class VideoPackets:
    """The packets of successive video segments, which all have the size and settings of `first`.

    A segment starts with a key frame, stores its pictures in the order in which they are shown, and has the
    duration of each, in the same clock as all others. So presentation and decoding times are equal.
    """

    def __init__(self, stream: av.VideoStream, first: InputContainer) -> None:
        self._stream = stream
        self._settings = _settings(first)
        self.clock = first.streams.video[0].time_base or Fraction(1)
        """The unit of all times of packets, in seconds."""
        self.seconds = Fraction(0)
        """The duration of all packets so far."""

    def of(self, segments: Iterable[tuple[Path, Fraction]]) -> Packets:
        """The packets of `segments`: files, each with the seconds after which it is cut off.

        Raises OutsideError if one cannot be read or has other settings.
        """
        start = 0
        for segment, seconds in segments:
            with open_segment(segment) as container:
                if _settings(container) != self._settings:
                    raise OutsideError(f"the video segment {segment} was made with other settings")
                video = container.streams.video[0]
                lasting = min(video.duration or 0, round(seconds / self.clock))
                for packet in container.demux(video):
                    if packet.pts is None or packet.pts >= lasting:
                        continue
                    packet.duration = min(packet.duration or 0, lasting - packet.pts)
                    packet.pts = packet.dts = start + packet.pts
                    packet.stream = self._stream
                    yield packet
                start += lasting
                self.seconds = start * self.clock


def _settings(segment: InputContainer) -> tuple[object, ...]:
    """All settings that the segments of a film must have in common."""
    video = segment.streams.video[0]
    codec = video.codec_context
    return video.time_base, codec.framerate, codec.width, codec.height, codec.extradata


def sound_packets(stream: av.AudioStream, sound: Iterable[Path], samples: int) -> Packets:
    """The packets of the files of `sound_segments`, which have `samples` samples together.

    Raises OutsideError if one cannot be read, ValueError if they have more samples or fewer.
    """
    number = 0
    for path in sound:
        for coded in packets_in(path):
            packet: Packet = av.Packet(coded)
            packet.pts = packet.dts = (number - 1) * PACKET  # the first is not heard
            packet.duration = min(PACKET, samples - (number - 1) * PACKET)
            packet.time_base = SAMPLE
            packet.is_keyframe = True
            packet.stream = stream
            yield packet
            number += 1
    if number != packet_count(samples):
        raise ValueError(f"{number} packets for {samples} samples")


def subtitle_packets(stream: Stream, captions: Sequence[TimedText]) -> Packets:
    """The packets of captions, with one of an empty text for each gap between them.

    The muxer fills gaps too, but also puts an empty text without duration between adjacent captions, unless
    the clock of the stream is as fine as all others.
    """
    shown = 0
    for caption in captions:
        start, end = round(caption.start * RATE), round(caption.end * RATE)
        if start > shown:
            yield _subtitle(stream, "", shown, start)
        yield _subtitle(stream, caption.text, start, end)
        shown = end


def _subtitle(stream: Stream, text: str, start: int, end: int) -> Packet:
    """3GPP timed text (ETSI TS 126 245, 5.17): the number of bytes in the text, then the text in UTF-8."""
    coded = text.encode()
    packet: Packet = av.Packet(struct.pack(">H", len(coded)) + coded)
    packet.pts = packet.dts = start
    packet.duration = end - start
    packet.time_base = SAMPLE
    packet.stream = stream
    return packet


def timed(packets: Packets, clock: Fraction | None) -> Iterator[tuple[float, Packet]]:
    """Pairs of decoding time in seconds and packet, to sort the packets of a file by.

    `clock` is the unit of the packets' times; reading `time_base` of every packet is slow.
    """
    tick = float(clock or 0)
    return (((packet.dts or 0) * tick, packet) for packet in packets)
