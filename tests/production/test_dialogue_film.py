"""A dialogue of two speakers as a film: who is heard when, and whether marks are at their words."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import correlate  # type: ignore[import-untyped]

from storyreel.exports.page_transcript import page_transcript
from storyreel.lesson.manifest import read_manifest
from storyreel.production.output import make_film
from storyreel.production.production import Production, plan
from storyreel.reader import load
from storyreel.speech.alignment import aligned
from storyreel.speech.audio import RATE, Samples
from storyreel.speech.clip import HEAD, prepared
from storyreel.speech.pauses import with_even_pauses
from storyreel.speech.voices import Utterance
from storyreel.speech.voices.hibari import HibariVoice
from storyreel.timing.beats import TimedCue
from storyreel.video.probe import decode_frame, decode_sound, probe

DIALOGUE = Path(__file__).parents[1] / "dialogue.yaml"
FPS = 15
SHIFT = RATE // 20  # samples within which the first word begins after its turn's first sound
MOVES = 25  # of 255: frames that differ by more have changed, not only been compressed


@pytest.fixture(scope="module")
def production() -> Production:
    return plan(load(DIALOGUE), quality="draft")


@pytest.fixture(scope="module")
def film(production: Production, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(production, tmp_path_factory.mktemp("out")).path


@pytest.fixture(scope="module")
def sound(film: Path) -> Samples:
    return decode_sound(film)[0]


def turns(production: Production) -> list[tuple[str | None, float, float]]:
    """Who speaks from when to when, in seconds of the film, by the words."""
    found: list[tuple[str | None, float, float]] = []
    for beat in production.timeline.beats:
        for word in production.timeline.words(beat):
            if found and found[-1][0] == word.speaker:
                found[-1] = (word.speaker, found[-1][1], word.end)
            else:
                found.append((word.speaker, word.start, word.end))
    return found


def test_each_turn_is_heard_in_its_speakers_voice_at_its_pace(production: Production, sound: Samples) -> None:
    said = [one.utterance for beat in production.narration.beats for one in beat.said]
    variants = {"Teacher": (0, 1.0), "Student": (1, 1.1)}
    assert [speaker for speaker, _, _ in turns(production)] == 3 * ["Teacher", "Student"]
    for utterance, (speaker, start, _) in zip(said, turns(production), strict=True):
        variant, pace = variants[str(speaker)]
        speech = HibariVoice().speak(Utterance(utterance.text, variant=variant, pace=pace))
        expected = prepared(with_even_pauses(speech, utterance.text)).samples
        around = np.pad(sound, SHIFT)[round((start - HEAD) * RATE) :][: len(expected) + 2 * SHIFT]
        first = int(np.argmax(correlate(around, expected, "valid", "fft")))
        heard = around[first : first + len(expected)]
        assert np.corrcoef(heard, expected)[0, 1] > 0.95


def test_between_turns_there_is_a_pause(production: Production, sound: Samples) -> None:
    for (_, _, end), (_, start, _) in pairwise(turns(production)):
        assert start - end > 0.35
        middle = sound[round((end + 0.1) * RATE) : round((start - 0.05) * RATE)]
        assert np.abs(middle).max() < 0.01


def changed(film: Path, cue: TimedCue) -> float:
    """The time of the first picture that has changed, looked for from a third of a second before a cue on."""
    pictures = [decode_frame(film, cue.start + number).astype(int) for number in range(-6, 8)]
    changes = [int(np.abs(now - before).max()) for before, now in pairwise(pictures)]
    return (cue.start - 5 + next(n for n, change in enumerate(changes) if change > MOVES)) / FPS


def onset(sound: Samples, near: float) -> float:
    """When sound sets in after the silence that there is until shortly before a moment."""
    first = round((near - 0.25) * RATE)
    return near - 0.25 + int(np.argmax(np.abs(sound[first:]) > 0.01)) / RATE


def marked(production: Production) -> dict[str, TimedCue]:
    """The cues of the second and third beat, by the mark that each is at."""
    cues = [cue for beat in production.timeline.beats[1:] for cue in beat.cues]
    return dict(zip(("two", "times", "six", "ask", "five"), cues, strict=True))


@pytest.mark.parametrize(("mark", "speaker", "word"), [("two", "Teacher", "Two"), ("six", "Student", "So")])
def test_a_mark_before_a_turn_is_where_its_sound_sets_in(
    production: Production, film: Path, sound: Samples, mark: str, speaker: str, word: str
) -> None:
    (said,) = (one for one in production.timeline.words(production.timeline.beats[1]) if one.text == word)
    heard = onset(sound, said.start)
    assert said.speaker == speaker
    assert abs(heard - said.start) < 0.03
    assert abs(changed(film, marked(production)[mark]) - heard) <= 1 / FPS


def test_a_mark_after_a_turn_is_where_the_next_speaker_begins(production: Production, sound: Samples) -> None:
    words = production.timeline.words(production.timeline.beats[2])
    first = next(word for word in words if word.speaker == "Student")
    # The view makes room for this cue, so that the picture changes before it: what counts is its own start.
    assert abs(marked(production)["ask"].start / FPS - onset(sound, first.start)) <= 1 / FPS


@pytest.mark.parametrize(
    ("mark", "turn", "text", "offset"),
    [
        ("times", 2, "Two does. And then it is multiplied by the weight, three.", 25),
        ("five", 5, "The last one is the output, and it is five.", 38),
    ],
)
def test_a_mark_within_a_turn_is_at_its_word_as_an_aligner_hears_the_film(
    production: Production, film: Path, sound: Samples, mark: str, turn: int, text: str, offset: int
) -> None:
    _, start, end = turns(production)[turn]
    first = round((start - 0.1) * RATE)
    found = aligned(sound[first : round((end + 0.1) * RATE)], RATE, Utterance(text))
    (word,) = (word for word in found if word.offset == offset)
    assert abs(changed(film, marked(production)[mark]) - (first / RATE + word.start)) <= 1.5 / FPS


def test_captions_and_transcripts_of_the_film_name_who_speaks(film: Path) -> None:
    folder = film.parent
    vtt = (folder / "captions.en.vtt").read_text("utf-8")
    assert "<v Teacher>Teacher: Let us watch a small network.</v>" in vtt
    assert "<v Student>Student: What goes in?</v>" in vtt
    assert [
        line for line in (folder / "captions.en.srt").read_text("utf-8").splitlines() if ": " in line
    ] == [
        "Teacher: Let us watch a small network.",
        "Student: What goes in?",
        "Teacher: Two does. And then it",
        "Student: So this one must be 6!",
        "Teacher: Good. What comes next?",
        "Student: The last one",
    ]
    assert any(caption.text == "Student: What goes in?" for caption in probe(film).captions)
    assert "\n\nStudent: What goes in?\n\nTeacher: Two does." in (folder / "transcript.en.txt").read_text(
        "utf-8"
    )
    (chapter,) = page_transcript(read_manifest(folder / "lesson.json").chapters)
    assert [paragraph.speaker for paragraph in chapter.paragraphs] == 3 * ["Teacher", "Student"]
