"""Pieces of video and the sound become one film, with chapters, soft subtitles and language tags.

The pieces are joined as they are, without encoding again, so a lesson of which one beat changed is whole
again in a moment. The same pieces, samples and words give the same bytes: nothing in the file tells the
time of day, a path, or the version of the muxer.
"""

import heapq
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain
from operator import itemgetter
from pathlib import Path

import av

from storyreel.core.atomic_file import atomic_file
from storyreel.core.timed_text import TimedText
from storyreel.speech.audio import RATE
from storyreel.video.packets import VideoPackets, opened, sound_packets, subtitle_packets, timed
from storyreel.video.sound_segments import SAMPLE, add_sound

# White text without a box; the encoder makes the stream's description from it.
SUBTITLE_HEADER = b"""[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment
Style: Default,Sans,18,&Hffffff,2
[Events]
Format: Start, End, Style, Text
"""
FILM_OPTIONS = {
    "fflags": "+bitexact",
    "movflags": "+faststart",
    # The edit list counts in this clock: with the usual milliseconds the sound would be cut short.
    "movie_timescale": str(RATE),
}
MILLISECOND = Fraction(1, 1000)


def write_film(
    path: Path,
    segments: Iterable[tuple[Path, Fraction]],
    sound: Iterable[Path],
    samples: int,
    *,
    title: str,
    language: str,
    chapters: Sequence[TimedText] = (),
    captions: Sequence[TimedText] = (),
    content_digest: str = "",
) -> None:
    """Write the film at `path`: the `segments` (from `VideoEncoder`) one after the other, with their sound.

    A piece that lasts for longer than the seconds that it is to be shown for is cut off.

    It is an MP4 or, where its name ends in `.mov`, a QuickTime film.

    `sound` are the files of `sound_segments`, `samples` long together, which is exactly as long as the
    pictures. Both are asked for one by one, so that they may still be in the making.

    `language` is a BCP 47 tag. Chapters and captions are in order, do not overlap, and end with the film at
    the latest. The index stands before the pictures, so that a browser plays the film while it loads.
    `content_digest`, a hash of all that went into the film, stays readable in it, to tell that it need not be
    written again.

    Raises ValueError if there is no piece, or if sound and pictures differ in length; OutsideError if a
    piece or the sound cannot be read, a piece does not have the size and settings of the first, or the disk
    is full.
    """
    waiting = iter(segments)
    first_piece = next(waiting, None)
    if first_piece is None:
        raise ValueError("a film needs at least one piece")
    with (
        atomic_file(path) as temporary,
        opened(first_piece[0]) as first,
        av.open(temporary, "w", format=path.suffix[1:], container_options=FILM_OPTIONS) as film,
    ):
        film.metadata["title"] = title
        film.metadata["comment"] = content_digest
        film.set_chapters([_chapter(number, chapter) for number, chapter in enumerate(chapters, start=1)])
        video = film.add_stream_from_template(first.streams.video[0])
        audio = add_sound(film)
        pictures = VideoPackets(video, first)
        packets = [
            timed(pictures.of(chain([first_piece], waiting)), pictures.clock),
            timed(sound_packets(audio, sound, samples), SAMPLE),
        ]
        if captions:
            subtitles = film.add_stream("mov_text", time_base=SAMPLE)
            subtitles.codec_context.subtitle_header = SUBTITLE_HEADER
            packets.append(timed(subtitle_packets(subtitles, captions), SAMPLE))
        for stream in film.streams:
            stream.metadata["language"] = _alpha3(language)
        film.start_encoding()
        for _, packet in heapq.merge(*packets, key=itemgetter(0)):
            film.mux(packet)
        if samples != round(pictures.seconds * RATE):
            raise ValueError(f"{samples} samples for {float(pictures.seconds)} seconds of pictures")


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
