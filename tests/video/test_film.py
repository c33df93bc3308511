"""A film has the video segments, sound, chapters and captions that it was joined of, exactly in time."""

import os
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np
import pytest
from helpers.plain_sound import track, write_segments
from helpers.quiz_lesson import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from storyreel.core.errors import OutsideError
from storyreel.core.frame import Frame
from storyreel.core.quality import Quality
from storyreel.video.encoder import VideoEncoder
from storyreel.video.film import write_film
from storyreel.video.probe import Passage, decode_frame, decode_sound, probe

SMALL = Quality(width=160, height=90, fps=60, preset="ultrafast", quantizer=10)
PICTURE_LENGTHS = [[1], [1, 1], [1, 1, 1], [4, 4, 4, 2], [1, 1, 2, 3], [1] * 130, [1, 4]]
"""For each segment, the number of frames for which each of its pictures is shown."""
LENGTHS = [length for segment in PICTURE_LENGTHS for length in segment]
STARTS = [0, *accumulate(LENGTHS)][:-1]
FRAMES = sum(LENGTHS)
WHOLE = Fraction(1000)
SILENCE = np.zeros(FRAMES * 800, np.float32)
CHAPTERS = [Passage(0, 1.2, "Vorwärts & zurück"), Passage(1.2, FRAMES / 60, "Loss")]
CAPTIONS = [
    Passage(0.5, 1, "∂L/∂w₁ is {2 × 6},\n<b>not</b> 11."),
    Passage(1, 1.5, "At once."),
    Passage(2, 2.25, "Later."),
]


def level(number: int) -> int:
    """The grey level of picture `number` of the film; those of successive pictures differ by 60 or more."""
    return 20 + 67 * number % 211


def flat(level: int, width: int = 160, height: int = 90) -> Frame:
    return np.full((height, width, 4), level, np.uint8)


def join(path: Path, segments: list[Path], samples: NDArray[np.float32], **texts: Any) -> None:
    """Write a film of video segments and samples; the sound segments are deleted afterwards."""
    with TemporaryDirectory() as folder:
        sound = write_segments(Path(folder), track(*np.split(samples, range(5000, len(samples), 5000))))
        write_film(path, [(segment, WHOLE) for segment in segments], sound, len(samples), **texts)


@pytest.fixture(scope="module")
def segments(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("segments")
    number, paths = 0, []
    for lengths in PICTURE_LENGTHS:
        paths.append(folder / f"{number}.mp4")
        with VideoEncoder(paths[-1], SMALL) as video:
            for length in lengths:
                video.write(flat(level(number)), repeats=length)
                number += 1
    return paths


@pytest.fixture(scope="module")
def film(segments: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "lesson.mp4"
    join(path, segments, SILENCE, title="Über", language="de", chapters=CHAPTERS, captions=CAPTIONS)
    return path


def packets_of(path: Path) -> list[bytes]:
    with av.open(path) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_all_pictures_of_all_segments_are_there_when_they_are_to_be_seen(film: Path) -> None:
    with av.open(film) as container:
        frames = list(container.decode(video=0))
    assert [frame.time for frame in frames] == pytest.approx([start / 60 for start in STARTS])
    shown = [frame.to_ndarray(format="gray8").mean() for frame in frames]
    assert np.abs(np.diff([level(number) for number in range(len(LENGTHS))])).min() > 50
    assert shown == pytest.approx([level(number) for number in range(len(LENGTHS))], abs=4)


def test_every_frame_is_found_by_seeking(film: Path) -> None:
    for number, (start, length) in enumerate(zip(STARTS, LENGTHS, strict=True)):
        for frame in {start, start + length // 2, start + length - 1}:
            assert decode_frame(film, frame).mean() == pytest.approx(level(number), abs=4)
    with pytest.raises(IndexError, match=f"no frame numbered {FRAMES}"):
        decode_frame(film, FRAMES)


def test_segments_are_joined_without_encoding_them_again(film: Path, segments: list[Path]) -> None:
    assert packets_of(film) == [packet for segment in segments for packet in packets_of(segment)]


def test_pictures_are_decoded_when_they_are_shown_and_last_until_the_next(film: Path) -> None:
    with av.open(film) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        clock = packets[0].time_base * 60
    assert [packet.dts * clock for packet in packets] == [packet.pts * clock for packet in packets] == STARTS
    assert [packet.duration * clock for packet in packets] == LENGTHS


def test_each_segment_begins_with_a_key_frame(film: Path) -> None:
    with av.open(film) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    for start in accumulate([0, *map(len, PICTURE_LENGTHS[:-1])]):
        assert packets[start].is_keyframe


@settings(max_examples=15, deadline=None)
@given(segments=st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=6), min_size=1, max_size=5))
def test_segments_of_any_lengths_follow_each_other_without_a_gap(
    tmp_path_factory: pytest.TempPathFactory, segments: list[list[int]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    paths = [folder / f"{number}.mp4" for number in range(len(segments))]
    levels = [
        [40 * number + 4 * frame for frame in range(len(segment))] for number, segment in enumerate(segments)
    ]
    for path, lengths, greys in zip(paths, segments, levels, strict=True):
        with VideoEncoder(path, replace(SMALL, width=16, height=16)) as video:
            for grey, length in zip(greys, lengths, strict=True):
                video.write(flat(grey, 16, 16), repeats=length)
    lengths = list(chain.from_iterable(segments))
    samples = np.zeros(sum(lengths) * 800, np.float32)
    join(folder / "film.mp4", paths, samples, title="", language="en")
    with av.open(folder / "film.mp4") as container:
        frames = list(container.decode(video=0))
    assert [frame.time * 60 for frame in frames] == pytest.approx([0, *accumulate(lengths)][:-1])
    assert [frame.to_ndarray(format="gray8").mean() for frame in frames] == pytest.approx(
        list(chain.from_iterable(levels)), abs=2
    )
    assert probe(folder / "film.mp4").frames == sum(lengths)


@pytest.mark.parametrize("frames", [1, 4, 5, 13, 14])
def test_a_segment_that_is_too_long_is_cut_off(segments: list[Path], tmp_path: Path, frames: int) -> None:
    """In the middle of the film, and at its end; the last segment of a chapter may be too long."""
    long, short = 3, 2
    cut = (segments[long], Fraction(frames, 60))
    numbers = {
        segment: [
            sum(map(len, PICTURE_LENGTHS[:segment])) + n
            for n, length in enumerate(PICTURE_LENGTHS[segment])
            for _ in range(length)
        ]
        for segment in (long, short)
    }
    expected = [*numbers[long][:frames], *numbers[short], *numbers[long][:frames]]
    samples = len(expected) * 800
    sound = write_segments(tmp_path, track(SILENCE[:samples]))
    write_film(
        tmp_path / "film.mp4", [cut, (segments[short], WHOLE), cut], sound, samples, title="", language="en"
    )
    facts = probe(tmp_path / "film.mp4")
    assert facts.video_seconds == facts.sound_seconds == pytest.approx(len(expected) / 60)
    for frame, number in enumerate(expected):
        assert abs(int(decode_frame(tmp_path / "film.mp4", frame)[0, 0, 0]) - level(number)) < 12


def test_a_film_says_what_it_is(film: Path) -> None:
    facts = probe(film)
    assert (facts.video_codec, facts.pixel_format, facts.sound_codec) == ("h264", "yuv420p", "aac")
    assert (facts.width, facts.height, facts.fps, facts.frames) == (160, 90, 60, FRAMES)
    assert facts.pictures == len(LENGTHS)
    assert facts.title == "Über"
    assert facts.languages == ("deu", "deu", "deu")
    assert facts.chapters == (CHAPTERS[0], replace(CHAPTERS[1], end=pytest.approx(FRAMES / 60, abs=0.001)))
    assert facts.captions == tuple(CAPTIONS)


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_hostile_texts_are_text_in_a_film(segments: list[Path], tmp_path: Path, text: str) -> None:
    whole, passages = tmp_path / "film.mp4", [Passage(0, 1, text), Passage(1, 2, "after it")]
    join(whole, segments, SILENCE, title=text, language="en", chapters=passages, captions=passages)
    facts = probe(whole)
    assert facts.title == text
    assert [chapter.text for chapter in facts.chapters] == [text, "after it"]
    assert [caption.text for caption in facts.captions] == [text, "after it"]


def test_colours_are_still_tagged(film: Path) -> None:
    with av.open(film) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.color_range, codec.colorspace, codec.color_primaries, codec.color_trc) == (1, 1, 1, 1)


def test_no_subtitle_lasts_no_time(film: Path) -> None:
    with av.open(film) as container:
        packets = [packet for packet in container.demux(subtitles=0) if packet.size]
    assert [packet.duration for packet in packets[:5]] == [24_000, 24_000, 24_000, 24_000, 12_000]
    assert [packet.size > 2 for packet in packets[:5]] == [False, True, True, False, True]


def test_sound_and_pictures_are_equally_long(film: Path) -> None:
    facts = probe(film)
    assert facts.sound_seconds == facts.video_seconds == FRAMES / 60
    assert decode_sound(film).shape == (1, FRAMES * 800)


def test_a_click_is_heard_when_it_was_written(segments: list[Path], tmp_path: Path) -> None:
    clicks = SILENCE.copy()
    written = [5_000, 100_000, len(clicks) - 4_000]
    for click in written:
        clicks[click : click + 48] = 0.5 * np.sin(np.arange(48) * np.pi / 6)
    join(tmp_path / "film.mp4", segments, clicks, title="", language="en")
    heard = decode_sound(tmp_path / "film.mp4")[0]
    for click in written:
        around = heard[click - 2000 : click + 2000]
        lag = np.correlate(around, clicks[click : click + 48], mode="valid").argmax() - 2000
        assert abs(lag) <= 2


def test_a_film_of_one_frame_without_words(segments: list[Path], tmp_path: Path) -> None:
    join(tmp_path / "film.mp4", segments[:1], SILENCE[:800], title="", language="en")
    facts = probe(tmp_path / "film.mp4")
    assert (facts.frames, facts.video_seconds, facts.sound_seconds) == (1, 1 / 60, 1 / 60)
    assert (facts.chapters, facts.captions, facts.languages) == ((), (), ("eng", "eng"))


@pytest.mark.parametrize(
    ("tag", "code"), [("pt-BR", "por"), ("zh", "zho"), ("xx", "und"), ("no such language", "und")]
)
def test_languages_go_by_three_letters(segments: list[Path], tmp_path: Path, tag: str, code: str) -> None:
    join(tmp_path / "film.mp4", segments[:1], SILENCE[:800], title="", language=tag)
    assert set(probe(tmp_path / "film.mp4").languages) == {code}


def test_the_index_stands_before_the_pictures(film: Path) -> None:
    data = film.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_a_film_does_not_know_when_or_where_it_was_made(film: Path) -> None:
    data = film.read_bytes()
    for box in (b"mvhd", b"tkhd", b"mdhd"):
        created_and_modified = data.index(box) + 8
        assert data[created_and_modified : created_and_modified + 8] == bytes(8)
    assert b"Lavf" not in data and b"Lavc" not in data and b"/" + film.parent.name.encode() not in data


def test_another_process_writes_the_same_bytes_elsewhere(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
import numpy as np
from storyreel.video.encoder import VideoEncoder
from storyreel.video.film import write_film
from storyreel.video.probe import Passage
from storyreel.core.quality import QUALITIES
from helpers.plain_sound import track, write_segments
here = Path(sys.argv[1])
noise = np.random.default_rng(5)
segments = [here / "one.mp4", here / "two.mp4"]
for segment in segments:
    with VideoEncoder(segment, QUALITIES["draft"]) as video:
        video.write(noise.integers(0, 256, (480, 854, 4), np.uint8))
        video.write(np.zeros((480, 854, 4), np.uint8), repeats=20)
samples = noise.normal(0, 0.1, 42 * 3200).astype(np.float32)
words = [Passage(0, 1, "one"), Passage(1, 2, "two")]
sound = write_segments(here, track(samples))
texts = {"title": "Title", "language": "en", "chapters": words, "captions": words}
write_film(here / "film.mp4", [(segment, 1000) for segment in segments], sound, len(samples), **texts)
"""
    films = []
    for name, seed in [("here", "1"), ("elsewhere", "2")]:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[1])}
        (tmp_path / name).mkdir()
        subprocess.run([sys.executable, "-c", program, tmp_path / name], check=True, env=environment)
        films.append((tmp_path / name / "film.mp4").read_bytes())
    assert films[0] == films[1]


def refuse(folder: Path, segments: list[Path], samples: NDArray[np.float32], message: str) -> None:
    """Check that no film is written, with the error `message`, and that the old film stays."""
    (folder / "film.mp4").write_bytes(b"old")
    with pytest.raises((ValueError, OutsideError), match=message):
        join(folder / "film.mp4", segments, samples, title="", language="en")
    assert (folder / "film.mp4").read_bytes() == b"old"
    assert not list(folder.glob(".*"))


def test_a_film_needs_segments_that_match_each_other_and_the_sound(
    segments: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    with VideoEncoder(tmp_path / "wide.mp4", replace(SMALL, width=162)) as video:
        video.write(flat(0, 162))
    refuse(tmp_path, [], SILENCE, "at least one segment")
    refuse(tmp_path, segments, SILENCE[:-1], f"{len(SILENCE) - 1}.* samples for {FRAMES / 60} seconds")
    refuse(tmp_path, [tmp_path / "missing.mp4"], SILENCE, "cannot read .*missing.mp4")
    refuse(tmp_path, [*segments, tmp_path / "broken.mp4"], SILENCE, "cannot read .*broken.mp4")
    refuse(tmp_path, [*segments, tmp_path / "wide.mp4"], SILENCE, "wide.mp4 was made with other settings")


def test_an_interruption_leaves_the_old_film_and_nothing_else(segments: list[Path], tmp_path: Path) -> None:
    class Interrupted(Passage):
        @property
        def text(self) -> str:
            raise KeyboardInterrupt

    (tmp_path / "film.mp4").write_bytes(b"old")
    caption = Interrupted.__new__(Interrupted)
    object.__setattr__(caption, "start", 4.0)
    object.__setattr__(caption, "end", 5.0)
    with pytest.raises(KeyboardInterrupt):
        join(
            tmp_path / "film.mp4", segments, SILENCE, title="", language="en", captions=[CAPTIONS[0], caption]
        )
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]
    assert (tmp_path / "film.mp4").read_bytes() == b"old"
