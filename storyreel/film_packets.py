"""What a film is made of, as packets ready for the muxer: its pictures, its sound, its captions."""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import av
from av.container import InputContainer
from av.stream import Stream

from storyreel.sound import RATE
from storyreel.sound_file import SAMPLE

Packet: TypeAlias = "av.Packet[Any]"
Packets: TypeAlias = Iterator[Packet]


class TimedText(Protocol):
    """A caption, or a chapter with its title: a text from `start` to `end`, in seconds."""

    @property
    def start(self) -> float:
        """When it begins."""

    @property
    def end(self) -> float:
        """When it is over."""

    @property
    def text(self) -> str:
        """What it says."""


def open_piece(piece: Path) -> InputContainer:
    """Open a piece of video whose pictures nobody is to see; to find out about it FFmpeg decodes none."""
    return av.open(piece, stream_options=[{"skip_frame": "all"}])  # type: ignore[list-item]


def video_packets(stream: av.VideoStream, pieces: Sequence[Path]) -> Packets:
    """The packets of all `pieces`, each piece beginning where the one before it ends.

    A piece begins with a key frame, stores its pictures in the order in which they are shown, and tells how
    long each is shown, in one clock for all pieces; so they are decoded when they are shown.
    """
    start = 0
    for piece in pieces:
        with open_piece(piece) as container:
            video = container.streams.video[0]
            for packet in container.demux(video):
                if packet.pts is None:
                    continue
                packet.pts = packet.dts = start + packet.pts
                packet.stream = stream
                yield packet
            start += video.duration or 0


def sound_packets(stream: av.AudioStream, sound: InputContainer) -> Packets:
    """The packets of a file of sound as they are."""
    for packet in sound.demux(audio=0):
        if packet.dts is not None:
            packet.stream = stream
            yield packet


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


def decoded_at(packet: Packet) -> float:
    """When a packet is to be decoded, in seconds: the order of packets in a file."""
    clock = packet.time_base
    return (packet.dts or 0) * clock.numerator / clock.denominator
