"""Reads a film back: its streams, durations, chapters and captions, and decodes frames and sound."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Passage:
    """A chapter or a caption: from `start` to `end`, in seconds."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class FilmFacts:
    """The facts of one film; `sound_seconds` is 0 without sound, and `languages` has one for each stream.

    The film lasts `frames` frames, of which there are `fps` a second. It has `pictures` stored pictures, each
    of which is shown for one frame or more.
    """

    title: str
    video_codec: str
    pixel_format: str
    width: int
    height: int
    fps: Fraction
    frames: int
    pictures: int
    video_seconds: float
    sound_codec: str
    sound_seconds: float
    languages: tuple[str, ...]
    chapters: tuple[Passage, ...]
    captions: tuple[Passage, ...]


def probe(path: Path) -> FilmFacts:
    """Read the facts of the film at `path`. Raises OSError or av.error.InvalidDataError if it is no film."""
    with av.open(path) as film:
        video = film.streams.video[0]
        sounds = film.streams.audio
        return FilmFacts(
            title=film.metadata.get("title", ""),
            video_codec=video.codec_context.name,
            pixel_format=video.codec_context.pix_fmt or "",
            width=video.width,
            height=video.height,
            fps=_frame_rate(video),
            frames=round(_seconds(video) * _frame_rate(video)),
            pictures=video.frames,
            video_seconds=_seconds(video),
            sound_codec=sounds[0].codec_context.name if sounds else "",
            sound_seconds=_seconds(sounds[0]) if sounds else 0.0,
            languages=tuple(s.language or "" for s in film.streams if s.type != "data"),
            chapters=tuple(
                Passage(
                    float(chapter["start"] * chapter["time_base"]),
                    float(chapter["end"] * chapter["time_base"]),
                    chapter["metadata"].get("title", ""),
                )
                for chapter in film.chapters()
                if chapter["time_base"]
            ),
            captions=_captions(film),
        )


def decode_frame(path: Path, number: int) -> NDArray[np.uint8]:
    """The picture shown at frame `number` (from 0) of the film at `path`, RGB (height, width, 3).

    Raises IndexError if there is no such frame.
    """
    with av.open(path) as film:
        video = film.streams.video[0]
        wanted = round(number / _frame_rate(video) / (video.time_base or 1))
        if not 0 <= wanted < (video.duration or 0):
            raise IndexError(f"{path} has no frame numbered {number}")
        film.seek(wanted, stream=video)
        started = takewhile(lambda frame: frame.pts is None or frame.pts <= wanted, film.decode(video))
        *_, shown = started
        picture = shown.reformat(format="rgb24", src_colorspace="ITU709", dst_color_range="JPEG")
        return np.asarray(picture.to_ndarray(), dtype=np.uint8)


def decode_sound(path: Path) -> NDArray[np.float32]:
    """The sound of the film at `path` as a player gives it: (channels, samples) at the file's rate."""
    with av.open(path) as film:
        length = round(_seconds(film.streams.audio[0]) * film.streams.audio[0].rate)
        samples = np.concatenate([frame.to_ndarray() for frame in film.decode(audio=0)], axis=1)
        return np.asarray(samples[:, :length], dtype=np.float32)


def _frame_rate(video: av.VideoStream) -> Fraction:
    """Frames a second, from the codec: an average over pictures would be lower, as some last many frames."""
    return video.codec_context.framerate or Fraction(0)


def _seconds(stream: av.VideoStream | av.AudioStream) -> float:
    return float((stream.duration or 0) * (stream.time_base or 0))


def _captions(film: av.container.InputContainer) -> tuple[Passage, ...]:
    """The texts of the first subtitle stream, without the empty ones that fill its gaps."""
    return tuple(
        Passage(
            float(packet.pts * packet.time_base),
            float((packet.pts + (packet.duration or 0)) * packet.time_base),
            bytes(packet)[2:].decode(),
        )
        for stream in film.streams.subtitles[:1]
        for packet in film.demux(stream)
        if packet.pts is not None and packet.size > 2
    )
