"""What there is to read aloud in a lesson, beat by beat, and where its recording is or is to be saved."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from storyreel.core.errors import StoryreelError
from storyreel.speech.cast import lesson_cast
from storyreel.speech.recordings.files import Recordings, chapter_and_beat
from storyreel.speech.script_writer import write_script
from storyreel.speech.voices.base import Utterance
from storyreel.speech.voices.recording import NAME, RecordingVoice
from storyreel.storyboard.model import Storyboard


@dataclass(frozen=True)
class BeatToRead:
    """A beat's texts as they are spoken, each with the label of its speaker, if the lesson has several.

    `file` is where a recording of the beat is saved.
    """

    chapter: str
    title: str
    number: int
    texts: tuple[tuple[str | None, str], ...]
    file: Path
    utterances: tuple[Utterance, ...]


@dataclass(frozen=True)
class Reading:
    """All beats of a lesson that are recorded, in order, and their recordings."""

    beats: tuple[BeatToRead, ...]
    recordings: Recordings

    def is_recorded(self, beat: BeatToRead) -> bool:
        """True if there is a file for the beat or its chapter."""
        try:
            return self.recordings.now().file(beat.utterances[0]) is not None
        except StoryreelError:
            return True

    def problem(self, beat: BeatToRead) -> str | None:
        """What is wrong with the recording of a beat, which is heard now; None if nothing is."""
        heard = RecordingVoice(self.recordings.now())
        try:
            for utterance in beat.utterances:
                heard.speak(utterance)
        except StoryreelError as error:
            return str(error)
        return None


def reading(storyboard: Storyboard) -> Reading:
    """What there is to read: what speakers whose voice is a recording say, or all if there is none."""
    script = write_script(storyboard)
    is_recorded = any(speaker.voice == NAME for speaker in storyboard.speakers)
    recordings = lesson_cast(storyboard, script, None if is_recorded else NAME).recordings
    titles = {chapter.id: chapter.title for chapter in script.chapters}
    beats = []
    for (chapter, number), its in groupby(recordings.utterances, key=chapter_and_beat):
        said = tuple(its)
        texts = tuple((script.speakers[one.variant], one.text) for one in said)
        file = recordings.expected(said[0])
        beats.append(BeatToRead(chapter, titles[chapter], int(number), texts, file, said))
    return Reading(tuple(beats), recordings)
