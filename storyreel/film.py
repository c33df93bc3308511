"""Pieces of video and the sound become one film, with chapters, soft subtitles and language tags.

The pieces are joined as they are, without encoding again, so a lesson of which one beat changed is whole
again in a moment. The same pieces, samples and words give the same bytes: nothing in the file tells the
time of day, a path, or the version of the muxer.
"""

import heapq
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av

from storyreel.errors import OutsideError
from storyreel.film_packets import (
    TimedText,
    decoded_at,
    open_piece,
    sound_packets,
    subtitle_packets,
    video_packets,
)
from storyreel.sound import RATE
from storyreel.sound_file import MUXER_OPTIONS, SAMPLE
from storyreel.whole_file import whole_file

# White text without a box; the encoder makes the stream's description from it.
SUBTITLE_HEADER = b"""[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment
Style: Default,Sans,18,&Hffffff,2
[Events]
Format: Start, End, Style, Text
"""
FILM_OPTIONS = {**MUXER_OPTIONS, "movflags": "+faststart"}
MILLISECOND = Fraction(1, 1000)


def write_film(
    path: Path,
    pieces: Sequence[Path],
    sound: Path,
    *,
    title: str,
    language: str,
    chapters: Sequence[TimedText] = (),
    captions: Sequence[TimedText] = (),
    made_of: str = "",
) -> None:
    """Write the film at `path`: the `pieces` (from `VideoEncoder`) one after the other, with their sound.

    It is an MP4 or, where its name ends in `.mov`, a QuickTime film.

    `sound` is a file from `write_sound`, exactly as long as the pieces together. `language` is a BCP 47 tag.
    Chapters and captions are in order, do not overlap, and end with the film at the latest. The index
    stands before the pictures, so that a browser plays the film while it loads. `made_of` stays readable in
    the film: a hash of all that went into it, by which to tell that it need not be written again.

    Raises ValueError if there is no piece, or if sound and pictures differ in length; OutsideError if a
    piece or the sound cannot be read, a piece does not have the size and settings of the first, or the disk
    is full.
    """
    if not pieces:
        raise ValueError("a film needs at least one piece")
    seconds, samples = _measure(pieces), _length(sound)
    if samples != round(seconds * RATE):
        raise ValueError(f"{samples} samples for {float(seconds)} seconds of pictures")
    with (
        whole_file(path) as temporary,
        av.open(pieces[0]) as first,
        av.open(sound) as heard,
        av.open(temporary, "w", format=path.suffix[1:], container_options=FILM_OPTIONS) as film,
    ):
        film.metadata["title"] = title
        film.metadata["comment"] = made_of
        film.set_chapters([_chapter(number, chapter) for number, chapter in enumerate(chapters, start=1)])
        video = film.add_stream_from_template(first.streams.video[0])
        audio = film.add_stream_from_template(heard.streams.audio[0])
        packets = [video_packets(video, pieces), sound_packets(audio, heard)]
        if captions:
            subtitles = film.add_stream("mov_text", time_base=SAMPLE)
            subtitles.codec_context.subtitle_header = SUBTITLE_HEADER
            packets.append(subtitle_packets(subtitles, captions))
        for stream in film.streams:
            stream.metadata["language"] = _alpha3(language)
        film.start_encoding()
        for packet in heapq.merge(*packets, key=decoded_at):
            film.mux(packet)


def _measure(pieces: Sequence[Path]) -> Fraction:
    """How many seconds all `pieces` last together."""
    seconds, kinds = Fraction(0), []
    for piece in pieces:
        try:
            with open_piece(piece) as container:
                video = container.streams.video[0]
                codec = video.codec_context
                kinds.append((video.time_base, codec.framerate, codec.width, codec.height, codec.extradata))
                seconds += (video.duration or 0) * (video.time_base or 0)
        except (OSError, ValueError, IndexError) as error:
            raise OutsideError(f"cannot read the piece of video {piece}: {error}") from error
        if kinds[-1] != kinds[0]:
            raise OutsideError(f"the piece of video {piece} was made with other settings than {pieces[0]}")
    return seconds


def _length(sound: Path) -> int:
    """The number of samples in a file of sound."""
    try:
        with av.open(sound) as container:
            return container.streams.audio[0].duration or 0
    except (OSError, ValueError, IndexError) as error:
        raise OutsideError(f"cannot read the sound {sound}: {error}") from error


def _chapter(number: int, chapter: TimedText) -> "av.container.core.Chapter":
    return {
        "id": number,
        "start": round(chapter.start / MILLISECOND),
        "end": round(chapter.end / MILLISECOND),
        "time_base": MILLISECOND,
        "metadata": {"title": chapter.text},
    }


def _alpha3(language: str) -> str:
    """The three letters of ISO 639-2 by which an MP4 knows the `language`; `und` where there are none."""
    import langcodes

    try:
        return langcodes.Language.get(language).to_alpha3()
    except (LookupError, ValueError):
        return "und"
