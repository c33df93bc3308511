"""Joins video and sound segments as one film, with chapters, soft subtitles and language tags.

Segments are not encoded again, so that a film of which one beat changed is soon joined. Equal segments,
samples and texts give equal bytes: the file contains no time of day, path or muxer version.
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
from storyreel.video.packets import VideoPackets, open_segment, sound_packets, subtitle_packets, timed
from storyreel.video.sound_segments import SAMPLE, add_sound

# White text without a box; the encoder derives the description of the subtitle stream from it.
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
    # The clock of the edit list: with the usual milliseconds the end of the sound would be cut off.
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
    """Write the film at `path`: an MP4 or, if its name ends in `.mov`, a QuickTime film.

    `segments` are the files from `VideoEncoder`, each with the seconds for which it is shown, which may be
    less than it lasts. `sound` are the files of `sound_segments`, which have `samples` samples together,
    exactly as long as the pictures. Both are iterated as they are needed, so that they can be made meanwhile.

    `language` is a BCP 47 tag. Chapters and captions are in order, do not overlap, and end with the film at
    the latest. The index precedes the pictures, so that a browser plays the film while it loads.
    `content_digest`, a hash of all that the film depends on, is stored in it for people who compare films.

    Raises ValueError if there is no segment, or if sound and pictures differ in length; OutsideError if a
    segment cannot be read or has another size or other settings than the first, or if the disk is full.
    """
    others = iter(segments)
    first_segment = next(others, None)
    if first_segment is None:
        raise ValueError("a film needs at least one segment")
    with (
        atomic_file(path) as temporary,
        open_segment(first_segment[0]) as first,
        av.open(temporary, "w", format=path.suffix[1:], container_options=FILM_OPTIONS) as film,
    ):
        film.metadata["title"] = title
        film.metadata["comment"] = content_digest
        film.set_chapters([_chapter(number, chapter) for number, chapter in enumerate(chapters, start=1)])
        video = film.add_stream_from_template(first.streams.video[0])
        audio = add_sound(film)
        pictures = VideoPackets(video, first)
        packets = [
            timed(pictures.of(chain([first_segment], others)), pictures.clock),
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
    """The three-letter code of ISO 639-2 for `language`, as MP4 requires; `und` if there is none."""
    import langcodes

    try:
        return langcodes.Language.get(language).to_alpha3()
    except (LookupError, ValueError):
        return "und"
