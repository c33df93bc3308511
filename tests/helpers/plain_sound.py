"""Sound made of plain samples, as the renderer makes it of speech."""

from pathlib import Path
from typing import NamedTuple

import av

from storyreel.speech.audio import Samples
from storyreel.speech.narration import BeatNarration
from storyreel.speech.sound_track import SoundTrack
from storyreel.video.film import FILM_OPTIONS
from storyreel.video.packets import sound_packets
from storyreel.video.sound_segments import add_sound, sound_segments


class PlainClip(NamedTuple):
    """Stands for a clip at its loudness."""

    number: int
    samples: Samples

    @property
    def name(self) -> str:
        return f"clip {self.number}"


def track(*clips: Samples) -> SoundTrack:
    """Clips one after the other, each a beat."""
    beats, start = [], 0
    for number, clip in enumerate(clips):
        beats.append((start, BeatNarration(len(clip), (), {}, PlainClip(number, clip))))
        start += len(clip)
    return SoundTrack(beats, 0, start)


def write_segments(folder: Path, sound: SoundTrack) -> list[Path]:
    """Encode a sound; returns the files of its segments."""
    paths = []
    for number, segment in enumerate(sound_segments(sound)):
        paths.append(folder / f"sound-{number}.npz")
        segment.write(paths[-1])
    return paths


def write_sound(path: Path, *clips: Samples) -> None:
    """Write clips, one after the other, as a film without pictures."""
    sound = track(*clips)
    segments = write_segments(path.parent, sound)
    with av.open(path, "w", format="mp4", container_options=FILM_OPTIONS) as file:
        stream = add_sound(file)
        for packet in sound_packets(stream, segments, len(sound)):
            file.mux(packet)
