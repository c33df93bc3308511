"""How long after a mark's word the picture changes: measured in the decoded film, at each frame rate.

For each mark, its beat's sound is looked for in the decoded sound of the film; in it the voice says when the
word begins. The picture changes at the first frame that differs from the one before. Marks at which the
picture moves already are left out.
"""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

import av
import numpy as np

from storyreel import render
from storyreel.core.arrays import Array
from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.core.quality import QUALITIES
from storyreel.production.production import Production, plan
from storyreel.reader import load
from storyreel.speech.audio import RATE

SEEN = 8  # levels of 256 by which a pixel must differ
SEARCHED = 0.05  # seconds around its planned place in which a beat's sound is looked for
COMPARED = 2.0  # seconds of sound that are compared
STILL = 2  # frames before a mark without a change


def main() -> None:
    """Print a line for each frame rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("storyboard", nargs="?", type=Path, default=DEFAULT_STORYBOARD)
    parser.add_argument("--fps", type=int, nargs="*", default=[30, 60], help="frame rates (30 60)")
    parser.add_argument("--voice", help="instead of the storyboard's own")
    asked = parser.parse_args()
    for fps in asked.fps:
        quality = replace(QUALITIES["draft"], fps=fps)
        production = plan(load(asked.storyboard), quality=quality, voice=asked.voice)
        with tempfile.TemporaryDirectory() as folder:
            film = render(asked.storyboard, quality=quality, voice=asked.voice, out=folder, progress=False)
            delays, moving = measured(production, film.path)
        frames = np.array(delays) * fps
        print(
            f"{fps} frames a second: {len(frames)} marks at rest, {moving} in motion; frames from the word to"
            f" the change: median {np.median(frames):.2f}, p95 {np.percentile(frames, 95):.2f},"
            f" from {frames.min():.2f} to {frames.max():.2f}"
        )


def measured(production: Production, film: Path) -> tuple[list[float], int]:
    """The seconds from each mark's word to the change of the picture, and the number of marks in motion."""
    timeline, sound = production.timeline, decoded_sound(film)
    changes = changed_frames(film, timeline.frames, timeline.fps)
    delays, moving = [], 0
    for beat, spoken in zip(timeline.beats, production.narration.beats, strict=True):
        if not spoken.length:
            continue
        start = found(sound, spoken.samples, timeline.samples(beat.start)) / RATE
        cues = {cue.start for cue in beat.cues}
        for seconds in set(spoken.marks.values()):
            frame = beat.start + round(seconds * timeline.fps)
            if frame not in cues:
                continue  # a mark without a cue
            if changes[frame - STILL : frame].any():
                moving += 1
                continue
            changed = frame + int(np.argmax(changes[frame:]))
            delays.append(changed / timeline.fps - (start + seconds))
    return delays, moving


def decoded_sound(film: Path) -> Array:
    """The film's sound, mono."""
    with av.open(str(film)) as container:
        resampler = av.AudioResampler("flt", "mono", RATE)
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
        return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def changed_frames(film: Path, frames: int, fps: int) -> Array:
    """For each frame, whether it differs from the one before; those that are not in the film do not."""
    changed, before = np.zeros(frames, bool), None
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            picture = frame.to_ndarray(format="gray").astype(np.int16)
            if before is not None:
                changed[round(frame.time * fps)] = (np.abs(picture - before) >= SEEN).any()
            before = picture
    return changed


def found(sound: Array, clip: Array, planned: int) -> int:
    """The sample of `sound` at which `clip` begins, near the planned one: where they are most alike."""
    reach = round(SEARCHED * RATE)
    part = clip[: round(COMPARED * RATE)]
    low = max(0, planned - reach)
    around = sound[low : planned + reach + len(part)]
    size = len(around) + len(part)
    alike = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(part, size)), size)
    return low + int(np.argmax(alike[: max(1, len(around) - len(part) + 1)]))


if __name__ == "__main__":
    main()
