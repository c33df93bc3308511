"""What a film is made of, as packets ready for the muxer: its pictures, its sound, its captions."""

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


def opened(path: Path) -> InputContainer:
    """A piece of video that nobody is to see: to find out about it FFmpeg decodes none of its pictures.

    Raises OutsideError if it cannot be read.
    """
    try:
        return av.open(path, stream_options=[{"skip_frame": "all"}])  # type: ignore[list-item]
    except (OSError, ValueError) as error:  # the latter from what is no film
        raise OutsideError(f"cannot read {path}: {error}") from error


class VideoPackets:
    """The packets of pieces of video one after the other, all with the size and settings of `first`.

    A piece begins with a key frame, stores its pictures in the order in which they are shown, and tells how
    long each is shown, in one clock for all pieces; so they are decoded when they are shown.
    """

    def __init__(self, stream: av.VideoStream, first: InputContainer) -> None:
        self._stream = stream
        self._kind = _kind(first)
        self.clock = first.streams.video[0].time_base or Fraction(1)
        """In seconds, what all packets count in."""
        self.seconds = Fraction(0)
        """How long the packets so far are shown."""

    def of(self, segments: Iterable[tuple[Path, Fraction]]) -> Packets:
        """The packets of all `segments`, each of which is shown for so many seconds, if it lasts as long.

        Raises OutsideError if one cannot be read or is of another kind.
        """
        start = 0
        for segment, seconds in segments:
            with opened(segment) as container:
                if _kind(container) != self._kind:
                    raise OutsideError(f"the piece of video {segment} was made with other settings")
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


def _kind(segment: InputContainer) -> tuple[object, ...]:
    """What all pieces of a film must agree in."""
    video = segment.streams.video[0]
    codec = video.codec_context
    return video.time_base, codec.framerate, codec.width, codec.height, codec.extradata


def sound_packets(stream: av.AudioStream, sound: Iterable[Path], samples: int) -> Packets:
    """The packets of the files of `sound_segments`, which are so many samples together.

    Raises OutsideError if one cannot be read, ValueError if they are more or fewer.
    """
    number = 0
    for path in sound:
        for coded in packets_in(path):
            packet: Packet = av.Packet(coded)
            packet.pts = packet.dts = (number - 1) * PACKET  # the first one is not heard
            packet.duration = min(PACKET, samples - (number - 1) * PACKET)
            packet.time_base = SAMPLE
            packet.is_keyframe = True
            packet.stream = stream
            yield packet
            number += 1
    if number != packet_count(samples):
        raise ValueError(f"{number} packets for {samples} samples")


def subtitle_packets(stream: Stream, captions: Sequence[TimedText]) -> Packets:
    """The captions, with an empty text for each gap between them.

    The muxer would fill gaps by itself, but also puts an empty text of no length between two captions
    that follow each other at once. It does not if the clock of the stream is as fine as all others'.
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
    """Each packet after the time at which it is to be decoded, in seconds: the order of packets in a file.

    The packets count in ticks of `clock`, which they would tell, too, but slowly.
    """
    tick = float(clock or 0)
    return (((packet.dts or 0) * tick, packet) for packet in packets)
