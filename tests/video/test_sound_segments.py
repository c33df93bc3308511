"""Sound encoded in segments sounds as if it had been encoded whole, at the borders of segments too."""

from collections.abc import Callable, Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from helpers.plain_sound import PlainClip, track, write_segments

from storyreel.core.errors import OutsideError
from storyreel.core.paths import STORYBOARDS
from storyreel.core.quality import QUALITIES
from storyreel.production.production import cue_durations
from storyreel.reader import load
from storyreel.speech.audio import PACKET, RATE, Samples
from storyreel.speech.narration import BeatNarration, narrate
from storyreel.speech.script_writer import write_script
from storyreel.speech.sound_track import SoundTrack
from storyreel.speech.voices import voice
from storyreel.timing.timeline import lay_out
from storyreel.video.film import FILM_OPTIONS
from storyreel.video.packets import sound_packets
from storyreel.video.probe import decode_sound
from storyreel.video.sound_segments import SoundSegment, add_sound, packet_count, packets_in, sound_segments


def tone(seconds: float) -> Samples:
    """A tone, a rising tone and noise: it is nowhere silent, and changes all the time."""
    t = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(3).normal(0, 0.03, len(t))
    return (0.4 * np.sin(2 * np.pi * 440 * t) + 0.2 * np.sin(2 * np.pi * 2000 * t * (1 + t)) + noise).astype(
        np.float32
    )


def knocks(seconds: float) -> Samples:
    """A low hum with a few knocks, for which the encoder uses short blocks."""
    t = np.arange(round(seconds * RATE)) / RATE
    samples = 0.05 * np.sin(2 * np.pi * 200 * t)
    samples[:: RATE // 9] = 0.9
    return samples.astype(np.float32)


def heard(folder: Path, paths: Sequence[Path], samples: int) -> Samples:
    """The sound that is decoded from the joined segments."""
    with av.open(folder / "sound.mp4", "w", container_options=FILM_OPTIONS) as file:
        stream = add_sound(file)
        for packet in sound_packets(stream, paths, samples):
            file.mux(packet)
    return decode_sound(folder / "sound.mp4")[0]


def in_one_go(sound: SoundTrack, folder: Path) -> Samples:
    SoundSegment(sound, 0, packet_count(len(sound))).write(folder / "whole.npz")
    return heard(folder, [folder / "whole.npz"], len(sound))


def in_segments(sound: SoundTrack, folder: Path) -> Samples:
    return heard(folder, write_segments(folder, sound), len(sound))


def noise(original: Samples, heard: Samples, around: int, reach: int = 3 * PACKET) -> float:
    """The mean power of the codec's error around a sample."""
    here = slice(max(0, around - reach), around + reach)
    return float(((original[here] - heard[here]) ** 2).mean())


@pytest.mark.parametrize("make", [tone, knocks])
@pytest.mark.parametrize("cuts", [[50_000], [1], [1023, 1024, 1025], [100_000, 100_700, 200_001, 222_222]])
def test_the_border_of_two_segments_is_not_audible(
    make: Callable[[float], Samples], cuts: list[int], tmp_path: Path
) -> None:
    samples = make(5.0)[:-77]
    sound = track(*np.split(samples, cuts))
    assert sound.starts == [0, *cuts]
    whole, segments = in_one_go(track(samples), tmp_path), in_segments(sound, tmp_path)
    assert len(whole) == len(segments) == len(samples)
    assert noise(samples, segments, 0, len(samples)) <= 1.02 * noise(samples, whole, 0, len(samples))
    for border in cuts:
        assert noise(samples, segments, border) <= 1.1 * noise(samples, whole, border)


def test_a_lesson_in_segments_sounds_as_in_one_go(tmp_path: Path) -> None:
    """For speech with pauses between beats."""
    script = write_script(load(STORYBOARDS / "salary.yaml"))
    narration = narrate(script, voice("espeak"), tmp_path / "speech")
    timeline = lay_out(script, narration, cue_durations(), QUALITIES["draft"].fps)
    sound = timeline.sound(narration)
    assert len(sound_segments(sound)) >= len(narration.beats) > 10
    samples, whole, segments = sound[:], in_one_go(sound, tmp_path), in_segments(sound, tmp_path)
    assert noise(samples, segments, 0, len(samples)) <= 1.02 * noise(samples, whole, 0, len(samples))
    for border in sound.starts:
        assert noise(samples, segments, border) <= 1.5 * noise(samples, whole, border) + 1e-9


def test_a_long_sound_is_cut_where_no_beat_begins(tmp_path: Path) -> None:
    samples = tone(45)
    assert len(sound_segments(track(samples))) == 3
    whole, segments = in_one_go(track(samples), tmp_path), in_segments(track(samples), tmp_path)
    for border in (20 * RATE, 40 * RATE):
        assert noise(samples, segments, border) <= 1.1 * noise(samples, whole, border)


@pytest.mark.parametrize("samples", [1, PACKET - 1, PACKET, PACKET + 1])
def test_the_shortest_sounds(samples: int, tmp_path: Path) -> None:
    paths = write_segments(tmp_path, track(tone(1)[:samples]))
    packets = [packet for path in paths for packet in packets_in(path)]
    assert len(packets) == packet_count(samples) == (3 if samples > PACKET else 2)
    assert len(heard(tmp_path, paths, samples)) == samples


def test_where_the_sound_is_the_same_a_segment_keeps_its_name() -> None:
    def names(*clips: PlainClip) -> list[str]:
        narrations = [BeatNarration(len(clip.samples), (), {}, clip) for clip in clips]
        starts = range(0, len(clips) * 4 * RATE, 4 * RATE)
        beats = list(zip(starts, narrations, strict=True))
        return [segment.name for segment in sound_segments(SoundTrack(beats, 0, len(clips) * 4 * RATE))]

    a, b, c = (PlainClip(number, tone(4)) for number in range(3))
    before, after = names(a, b, a, b), names(a, b, c, b)
    # The encoder listens a little into the next beat, and from a little before its own.
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, False, False]
    assert before[0] != before[2]


def test_a_damaged_segment_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "segment.npz").write_bytes(b"PK")
    with pytest.raises(OutsideError, match=r"cannot read .*segment\.npz"):
        list(packets_in(tmp_path / "segment.npz"))
    with pytest.raises(OutsideError, match=r"cannot read .*none\.npz"):
        list(packets_in(tmp_path / "none.npz"))


def test_no_packet_is_missing(tmp_path: Path) -> None:
    paths = write_segments(tmp_path, track(*np.split(tone(3), 3)))
    with pytest.raises(ValueError, match="packets for 144000 samples"):
        heard(tmp_path, paths[:-1], 3 * RATE)
