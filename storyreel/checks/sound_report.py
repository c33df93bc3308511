"""The sound of lessons as a player gives it: for each chapter its loudness, true peak, pauses and joins.

    scripts/sound assets/storyboards/*.yaml

The sound is encoded in segments as for a film, and decoded; nothing is drawn. Loudness and true peak are
measured by FFmpeg's meter (EBU R 128).
"""

import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import av.filter
import click
import numpy as np
from numpy.typing import NDArray

from storyreel.checks.pace import silence, words_a_minute
from storyreel.core.errors import StoryreelError
from storyreel.production.production import Production, plan
from storyreel.speech.audio import PACKET, RATE, Samples
from storyreel.speech.loudness import TARGET
from storyreel.speech.sound_track import SoundTrack
from storyreel.timing.beats import TimedChapter
from storyreel.video.film import FILM_OPTIONS
from storyreel.video.packets import sound_packets
from storyreel.video.probe import decode_sound
from storyreel.video.sound_segments import add_sound, sound_segments

LOUDNESS = 0.5  # LU by which a chapter may be louder or quieter than the target
PEAK = -1.5  # dBTP, the highest true peak
CLICK = 2.0  # how many times as large as those around it a jump at a join may be
AT, AROUND = RATE // 500, RATE // 16  # samples on both sides that are at a join, and around it
AUDIBLE = 1e-3  # of full scale; smaller jumps are no clicks


@dataclass(frozen=True)
class SoundRow:
    """The sound of a part of a lesson: `loudness` in LUFS, `peak` in dBTP, `silence` as a share of 1.

    `click` says how far a jump between two samples, where segments or sounds meet, stands out of those around
    it: by how many times at most.
    """

    name: str
    seconds: float
    words_a_minute: float
    silence: float
    loudness: float
    peak: float
    click: float

    @property
    def faults(self) -> list[str]:
        """What is beyond the limits."""
        found = []
        if self.words_a_minute and math.isfinite(self.loudness) and abs(self.loudness - TARGET) > LOUDNESS:
            found.append("loudness")
        if self.peak > PEAK:
            found.append("peak")
        if self.click > CLICK:
            found.append("click")
        return found

    def __str__(self) -> str:
        return (
            f"{self.name:34}{self.seconds:8.1f} s{self.words_a_minute:11.0f}{self.silence:9.0%}"
            f"{self.loudness:7.1f} LUFS{self.peak:7.1f} dBTP{self.click:8.2f}  {', '.join(self.faults)}"
        ).rstrip()


HEADER = f"{'':34}{'':10}{'words/min':>11}{'silence':>9}{'loudness':>12}{'peak':>12}{'joins':>8}"


def sound_rows(production: Production) -> Iterator[SoundRow]:
    """A row for each chapter of a lesson, and last one for the whole."""
    timeline = production.timeline
    sound = timeline.sound(production.narration)
    for chapter in timeline.chapters:
        its = sound.part(timeline.samples(chapter.start), timeline.samples(chapter.end))
        yield _row(f"{production.name} {chapter.id}", production, [chapter], its)
    yield _row(production.name, production, timeline.chapters, sound)


def decoded(sound: SoundTrack, folder: Path) -> Samples:
    """A sound after it was encoded in segments and joined; files are written into `folder`."""
    film = folder / "sound.mp4"
    paths = []
    for number, segment in enumerate(sound_segments(sound)):
        paths.append(folder / f"{number}.npz")
        segment.write(paths[-1])
    with av.open(film, "w", container_options=FILM_OPTIONS) as file:
        stream = add_sound(file)
        for packet in sound_packets(stream, paths, len(sound)):
            file.mux(packet)
    return np.asarray(decode_sound(film)[0])


def loudness_and_peak(samples: Samples) -> tuple[float, float]:
    """The integrated loudness in LUFS and the highest true peak in dBTP of mono samples at 48 kHz."""
    loudness, peak = -math.inf, 0.0
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="flt", layout="mono")
    meter, sink = graph.add("ebur128", "peak=true:metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    for start in range(0, len(samples), RATE // 10):
        block = np.ascontiguousarray(samples[np.newaxis, start : start + RATE // 10])
        frame = av.AudioFrame.from_ndarray(block, "flt", "mono")
        frame.sample_rate, frame.pts = RATE, start
        graph.push(frame)
        while True:
            try:
                metadata = graph.pull().metadata
            except av.error.BlockingIOError:
                break
            loudness = float(metadata["lavfi.r128.I"])
            peak = max(peak, float(metadata["lavfi.r128.true_peak"]))
    return loudness, 20 * math.log10(peak) if peak else -math.inf


def click_at_joins(samples: Samples, joins: Sequence[int]) -> float:
    """How many times as large a jump from sample to sample at a join is as those around it, at most."""
    jumps = np.abs(np.diff(samples))

    def click(join: int) -> float:
        first = max(0, join - AT)
        before, after = jumps[max(0, join - AROUND) : first], jumps[join + AT : join + AROUND]
        others = max(before.max(initial=AUDIBLE), after.max(initial=AUDIBLE))
        return float(jumps[first : join + AT].max(initial=0.0) / others)

    return max(map(click, joins), default=0.0)


def _row(name: str, production: Production, chapters: Sequence[TimedChapter], sound: SoundTrack) -> SoundRow:
    with tempfile.TemporaryDirectory() as folder:
        samples = decoded(sound, Path(folder))
    loudness, peak = loudness_and_peak(samples)
    joins = [*sound.joins, *_segment_starts(sound)]
    return SoundRow(
        name,
        len(sound) / RATE,
        words_a_minute(production, chapters),
        silence(production, chapters),
        loudness,
        peak,
        click_at_joins(samples, joins),
    )


def _segment_starts(sound: SoundTrack) -> NDArray[np.int64]:
    counts = [segment.after - segment.first for segment in sound_segments(sound)]
    return np.cumsum([0, *counts[:-1]]) * PACKET


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--voice", help="the voice that speaks instead of the storyboard's own")
def main(files: Sequence[Path], voice: str | None) -> None:
    """Print the sound of each chapter of the storyboards FILES, and of the whole lessons.

    In a line are words a minute, silence (pauses of 0.6 s and more), loudness, true peak, and how many times
    as large a jump between samples is where sounds or segments meet as around there. The exit status is 1 if
    anything is beyond the limits: −16 ± 0.5 LUFS, −1.5 dBTP, twice the jump.
    """
    print(HEADER)
    faulty = False
    for file in files:
        try:
            for row in sound_rows(plan(file, voice=voice)):
                print(row, flush=True)
                faulty = faulty or bool(row.faults)
        except StoryreelError as error:
            print(error, file=sys.stderr)
            sys.exit(1)
    sys.exit(faulty)


if __name__ == "__main__":
    main()
