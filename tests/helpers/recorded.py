"""Recordings for tests: a voice stands for the author, and its speech is written as a file."""

import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from storyreel.speech.audio import RATE, Samples, resampled
from storyreel.speech.voices import Utterance, voice

LESSON = """\
title: A recorded lesson
voice: recording
networks:
  chain:
    input: {x: 2}
    layers:
      - {name: h, weights: 3}
      - {name: y, weights: 5/6}
    target: 3
    loss: half_squared_error
chapters:
  - id: forward
    title: The forward pass
    scene: forward_pass
    beats:
      - say: The input of the network is [input] {x}. It travels on to the right.
        do:
          - draw_network: {at: input}
      - say: We multiply it by the weight, {w1}. So the hidden neuron has the value {h}.
  - id: loss
    title: The loss
    scene: forward_pass
    beats:
      - say: Now we compare the output with the target, and square their difference.
        do:
          - draw_network
"""
TEXTS = {
    "forward/1": "The input of the network is two. It travels on to the right.",
    "forward/2": "We multiply it by the weight, three. So the hidden neuron has the value six.",
    "loss/1": "Now we compare the output with the target, and square their difference.",
}
OTHERS = (
    "Bananas and other fruit are sold at the market on Saturdays.",
    "Good evening, ladies and gentlemen.",
)


def read_aloud(*texts: str, pause: float = 1.5, noise: float = 0.001) -> Samples:
    """The texts as read by a person, with pauses in seconds between them, at 48 kHz."""
    silence = np.zeros(round(pause * RATE), np.float32)
    parts = [silence]
    for text in texts:
        speech = voice("hibari").speak(Utterance(text, variant=1, pace=0.95))
        parts += [0.6 * resampled(speech.samples, speech.rate), silence]
    sound = np.concatenate(parts)
    return sound + np.random.default_rng(1).normal(0, noise, len(sound)).astype(np.float32)


def write_wav(path: Path, sound: Samples, rate: int = RATE, channels: int = 1) -> Path:
    """Write sound as a WAV file of 16 bits, with the same in all channels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = np.clip(np.rint(sound * 32767), -32768, 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(whole, channels).tobytes())
    return path


def write_lesson(folder: Path, files: dict[str, Sequence[str]], text: str = LESSON) -> Path:
    """Write a lesson and its recordings: for each name of a file, the texts in it. The storyboard's path."""
    for name, texts in files.items():
        write_wav(folder / "recordings" / "lesson" / f"{name}.wav", read_aloud(*texts))
    path = folder / "lesson.yaml"
    path.write_text(text, "utf-8")
    return path
