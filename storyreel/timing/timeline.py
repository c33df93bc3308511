"""The timeline: the times of all chapters, beats, cues and words, in exact frames and samples.

The narration is known first. A beat is as long as its speech with a pause, or its animations with a hold,
whichever is longer, and ends on a whole frame. Times are whole frames since the start of the film and not
sums of rounded seconds, so they do not drift.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyreel.core.errors import Problem, StoryboardError
from storyreel.core.limits import beyond, limits
from storyreel.core.word import Word
from storyreel.speech.audio import PACKET, RATE
from storyreel.timing.beats import TimedBeat, TimedChapter, TimedCue

if TYPE_CHECKING:
    from storyreel.speech.narration import BeatNarration, Narration
    from storyreel.speech.script import Script, ScriptBeat, ScriptChapter
    from storyreel.speech.sound_track import SoundTrack
    from storyreel.speech.sounds.effects import Effect
    from storyreel.speech.sounds.music import ChapterMusic

PAUSE = 0.15
"""Seconds from the end of a beat's sound (which itself ends with a short silence) to the next beat."""
RESULT_PAUSE = 0.5
"""The same after a beat whose last word is a number, so that viewers can take in the result."""
HOLD = 0.4
"""Seconds for which the picture stands still after a beat's last animation."""

Durations = Mapping[str, Mapping[str, float]]
"""For each scene and each of its cues, the seconds that the animation takes if it is not cut short."""

_NUMBER = re.compile(r"(?<!\w)\d")


@dataclass(frozen=True)
class Timeline:
    """The chapters of a film on their frames, at `fps` frames a second, and the name of its music, if any."""

    fps: int
    chapters: tuple[TimedChapter, ...]
    music: str | None = None

    @property
    def beats(self) -> tuple[TimedBeat, ...]:
        """All beats of all chapters, in order."""
        return tuple(beat for chapter in self.chapters for beat in chapter.beats)

    @property
    def frames(self) -> int:
        """The number of frames of the film."""
        return self.chapters[-1].end

    def seconds(self, frame: int) -> float:
        """The start of a frame, in seconds since the start of the film."""
        return frame / self.fps

    def words(self, beat: TimedBeat, since: int = 0) -> list[Word]:
        """The words of a beat, in seconds since the frame `since`.

        They are rounded to nanoseconds, so that rounding errors do not depend on the beat's place in the
        film.
        """
        offset = self.seconds(beat.start - since)
        return [
            replace(word, start=round(offset + word.start, 9), end=round(offset + word.end, 9))
            for word in beat.words
        ]

    def samples(self, frame: int) -> int:
        """The number of sound samples before the start of a frame."""
        return frame * RATE // self.fps

    def sound(self, narration: "Narration", has_music: bool = True) -> "SoundTrack":
        """The film's sound, with exactly as many samples as its frames take."""
        from storyreel.speech.sound_track import SoundTrack

        starts = (self.samples(beat.start) for beat in self.beats)
        beats = list(zip(starts, narration.beats, strict=True))
        music = self._music(narration) if has_music else []
        return SoundTrack(beats, 0, self.samples(self.frames), [*self._effects(), *music])

    def _effects(self) -> "list[Effect]":
        """The sounds of cues."""
        from storyreel.speech.sounds.effects import Effect

        cues = [cue for beat in self.beats for cue in beat.cues]
        # Cues at the same moment have one sound, which would be louder twice.
        sounds = dict.fromkeys((cue.start, cue.sound) for cue in cues if cue.sound)
        return [Effect(self.samples(frame), sound) for frame, sound in sounds]

    def _music(self, narration: "Narration") -> "list[ChapterMusic]":
        """The music of each chapter."""
        from storyreel.speech.sounds.music import ChapterMusic

        if self.music is None:
            return []
        told = iter(narration.beats)
        music = []
        for chapter in self.chapters:
            beats = [(self.samples(beat.start), next(told)) for beat in chapter.beats]
            speech = tuple((start + its.heard[0], start + its.heard[1]) for start, its in beats if its.length)
            span = self.samples(chapter.start), self.samples(chapter.end)
            music.append(ChapterMusic(self.music, span, speech))
        return music


def lay_out(script: "Script", narration: "Narration", durations: Durations, fps: int) -> Timeline:
    """The timeline of a script and its narration, at `fps` frames a second."""
    speech = iter(narration.beats)
    frame = 0
    chapters = []
    for chapter in script.chapters:
        beats = []
        for beat in chapter.beats:
            timed = _beat(chapter, beat, next(speech), durations, fps, frame)
            beats.append(timed)
            frame = timed.end
            if frame > limits().film_seconds * fps:
                raise StoryboardError([Problem(beat.place, beyond("film_seconds"))])
        # A chapter ends with a packet of sound. So its packets do not depend on its place in the film, and
        # are encoded once for the film and for the chapter's own film.
        padding = -frame % frames_of_whole_packets(fps)
        frame += padding
        beats[-1:] = [replace(beat, end=frame, padding=padding) for beat in beats[-1:]]
        chapters.append(
            TimedChapter(
                chapter.id, chapter.title, chapter.scene, chapter.network, tuple(beats), chapter.example
            )
        )
    return Timeline(fps, tuple(chapters), script.music)


def frames_of_whole_packets(fps: int) -> int:
    """The smallest number of frames that is as long as a whole number of packets: about half a second."""
    samples = RATE // math.gcd(RATE, fps)  # of the fewest frames that have a whole number of samples
    return math.lcm(samples, PACKET) * fps // RATE


def _beat(
    chapter: "ScriptChapter",
    beat: "ScriptBeat",
    speech: "BeatNarration",
    durations: Durations,
    fps: int,
    start: int,
) -> TimedBeat:
    cues = tuple(_cues(beat, speech, durations[chapter.scene], fps, start))
    spoken_until = start + math.ceil((speech.seconds + _pause(beat)) * fps) if beat.tokens else start
    drawn_until = max((cue.end for cue in cues), default=start) + round(HOLD * fps)
    return TimedBeat(
        beat.chapter,
        beat.number,
        start,
        max(spoken_until, drawn_until),
        cues,
        speech.words,
        beat.place,
    )


def _pause(beat: "ScriptBeat") -> float:
    """The seconds from the end of the sound of a beat with narration to the next beat."""
    return RESULT_PAUSE if _NUMBER.search(beat.tokens[-1].shown) else PAUSE


def _cues(
    beat: "ScriptBeat", speech: "BeatNarration", durations: Mapping[str, float], fps: int, start: int
) -> Iterator[TimedCue]:
    """The beat's cues in the order of their frames: each at its word, or at the end of the cue before.

    A cue whose animation would last beyond another cue's word is cut short there. Cues at the same word are
    played at the same time.
    """
    lengths = [max(1, round(durations[cue.name] * fps)) for cue in beat.cues]
    words = [None if cue.at is None else start + round(speech.marks[cue.at] * fps) for cue in beat.cues]
    begins = _begins(words, lengths, start)
    for begin, length, cue in sorted(zip(begins, lengths, beat.cues, strict=True), key=lambda cue: cue[0]):
        end = _end(begin, length, begins)
        yield TimedCue(cue.name, cue.parameters, begin, end, cue.place, cue.sound, cue.is_of_own)


def _begins(words: Sequence[int | None], lengths: Sequence[int], start: int) -> list[int]:
    """The frames at which cues of these lengths begin.

    A cue without a word begins as early as it can without cutting another one short.
    """
    given = [word for word in words if word is not None]
    on_words = sorted(
        (word, _end(word, length, given))
        for word, length in zip(words, lengths, strict=True)
        if word is not None
    )
    begins: list[int] = []
    before = last = start  # the end of the cue before, and of the last one without a word
    for word, length in zip(words, lengths, strict=True):
        begin = word
        if begin is None:
            begin = max(before, last)
            for first, end in on_words:
                begin = end if first < begin < end else begin
            last = _end(begin, length, given)
        begins.append(begin)
        before = begin + length
    return begins


def _end(begin: int, length: int, others: Iterable[int]) -> int:
    """The frame at which a cue ends: after `length` frames, or when the first of `others` after it begins."""
    return min([begin + length, *(other for other in others if other > begin)])
