"""The loudness of the decoded film, measured by FFmpeg's meter (EBU R 128)."""

import math
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from helpers.plain_sound import track, write_segments

from storyreel.core.errors import Place
from storyreel.core.quality import Quality
from storyreel.speech.narration import narrate
from storyreel.speech.script import Script, ScriptBeat, ScriptChapter, Token
from storyreel.speech.voices import voice
from storyreel.video.encoder import VideoEncoder
from storyreel.video.film import write_film

SENTENCES = [
    "Before we ask how a network learns, let us watch it make a prediction.",
    "The input two is multiplied by the weight three, which gives six.",
    "Stop! Pick a bigger step, perhaps?",
    "The loss is two, and we would like it to be nothing at all.",
]
SAMPLES_A_FRAME = 3200


def measured(film: Path) -> tuple[float, float]:
    """The integrated loudness in LUFS and the highest true peak in dBTP."""
    loudness, peak = -math.inf, 0.0
    with av.open(film) as container:
        graph = av.filter.Graph()
        meter = graph.add("ebur128", "peak=true:metadata=1")
        source, sink = graph.add_abuffer(template=container.streams.audio[0]), graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        for frame in container.decode(audio=0):
            graph.push(frame)
            while True:
                try:
                    metadata = graph.pull().metadata
                except av.error.BlockingIOError:
                    break
                loudness = float(metadata["lavfi.r128.I"])
                peak = max(peak, float(metadata["lavfi.r128.true_peak"]))
    return loudness, 20 * math.log10(peak)


def test_a_film_has_the_right_loudness_and_no_peak_too_high(tmp_path: Path) -> None:
    place = Place("lesson.yaml", 1, 1)
    beats = tuple(
        ScriptBeat("chapter", number, tuple(Token(word, word) for word in text.split()), {}, (), place)
        for number, text in enumerate(SENTENCES, start=1)
    )
    script = Script("Title", "en", (ScriptChapter("chapter", "Title", "scene", None, beats, place),))
    narration = narrate(script, voice("espeak"), tmp_path / "cache")
    samples = np.concatenate([beat.samples for beat in narration.beats])
    samples = np.pad(samples, (0, -len(samples) % SAMPLES_A_FRAME))
    with VideoEncoder(tmp_path / "segment.mp4", Quality(16, 16, 15, "veryfast", 20)) as video:
        video.write(np.zeros((16, 16, 4), np.uint8), repeats=len(samples) // SAMPLES_A_FRAME)
    sound = write_segments(tmp_path, track(samples))
    segments = [(tmp_path / "segment.mp4", Fraction(1000))]
    write_film(tmp_path / "film.mp4", segments, sound, len(samples), title="", language="en")
    loudness, peak = measured(tmp_path / "film.mp4")
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -1.5
