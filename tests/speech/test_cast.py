"""Who speaks for whom, and a dialogue from its storyboard to its captions."""

from pathlib import Path

import numpy as np
import pytest

from storyreel.core.errors import OutsideError, StoryboardError, UsageError
from storyreel.production.production import Production, plan
from storyreel.reader import load
from storyreel.speech.cast import Cast, cast, cast_name
from storyreel.speech.clip import HEAD, TAIL
from storyreel.speech.role import Role
from storyreel.speech.voices import VOICES, Speech, Utterance, VoiceCard, voice
from storyreel.speech.voices.base import VoiceVariant
from storyreel.speech.voices.silent import SilentVoice
from storyreel.storyboard.model import Speaker
from storyreel.timing.caption_files import write_srt, write_vtt
from storyreel.timing.captions import captions
from storyreel.timing.timed_script import TimedScript
from storyreel.timing.transcript import transcript

DIALOGUE = """\
title: A dialogue
speakers:
  teacher: {name: silent, pace: 0.9}
  young_student: silent
networks:
  chain:
    input: {x: 2}
    layers: [{name: h, weights: 3}]
    target: 3
    loss: half_squared_error
chapters:
  - id: forward
    title: The forward pass
    scene: forward_pass
    beats:
      - say: The input is [input] {x}.
        do:
          - draw_network: {at: input}
      - say:
          - young_student: What comes out? [out]
          - teacher: It is [h] {h}.
          - young_student: Why?
        do:
          - reveal: {value: h, at: h}
          - propagate: {along: w1, at: out}
      - say:
          - young_student: Oh, I see!
"""


class Choir(SilentVoice):
    """A silent voice with four variants, two of them English."""

    def card(self) -> VoiceCard:
        variants = (("de_a", "de"), ("en_b", "en-us"), ("en_c", "en-gb"), ("any", ""))
        return VoiceCard(
            "choir", ("en", "de"), "none", "", variants=tuple(VoiceVariant(*v) for v in variants)
        )

    def speak(self, utterance: Utterance) -> Speech:
        speech = super().speak(utterance)
        tone = np.sin(0.05 * np.arange(len(speech.samples)), dtype=np.float32)
        return Speech(0.3 * tone, speech.rate, speech.words)


@pytest.fixture(autouse=True)
def choir(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(VOICES, "choir", Choir)


def roles(language: str, *speakers: Speaker, instead: str | None = None) -> list[tuple[str, int]]:
    return [(role.voice, role.variant) for role in cast(speakers, language, instead).roles]


def test_speakers_of_one_voice_get_its_variants_of_the_language_in_order() -> None:
    a, b = Speaker("a", "choir"), Speaker("b", "choir")
    assert roles("en", a, b) == [("choir", 1), ("choir", 2)]
    assert roles("en-GB", a, b) == [("choir", 2), ("choir", 3)]
    assert roles("de-at", a) == [("choir", 0)]


def test_a_variant_that_is_asked_for_is_nobody_elses() -> None:
    named = Speaker("c", "choir", variant="en_b")
    assert roles("en", Speaker("a", "choir"), Speaker("b", "hibari"), named) == [
        ("choir", 2),
        ("hibari", 0),
        ("choir", 1),
    ]


def test_another_voice_for_all_has_its_own_variants_and_keeps_the_pace() -> None:
    speakers = (Speaker("a", "choir", 0.8, "en_c"), Speaker("b", "espeak", 1.0, "f1"))
    assert cast(speakers, "en", "espeak").roles == (Role("espeak", 0, 0.8), Role("espeak", 1, 1.0))
    assert cast_name(speakers, "en", "espeak") == cast(speakers, "en", "espeak").name == "espeak"
    assert cast_name(speakers, "en") == cast(speakers, "en").name == "choir, espeak"


def test_a_speaker_too_many_is_an_error_and_no_voice_is_used_twice() -> None:
    with pytest.raises(StoryboardError, match="`c` needs a voice of its own: of hibari, `heart` and `low`"):
        cast([Speaker(name, "hibari") for name in "abc"], "en")
    with pytest.raises(
        StoryboardError, match="the voice espeak has no variant `f2`; there are `f1` and `m7`"
    ):
        cast([Speaker("a", "espeak", variant="f2")], "en")
    with pytest.raises(StoryboardError, match="the voice silent has no variant `low`; there is none"):
        cast([Speaker("a", "silent", variant="low")], "en")
    twice = [Speaker("a", "hibari", variant="low"), Speaker("b", "hibari", 0.9, "low")]
    with pytest.raises(StoryboardError, match="`b` would sound like `a`; give one of them another"):
        cast(twice, "en")
    assert [role.variant for role in cast(twice, "en", "espeak").roles] == [0, 1]
    with pytest.raises(UsageError, match="no voice named 'nobody'"):
        cast([Speaker("a", "nobody")], "en")
    assert roles("en", *(Speaker(name, "silent") for name in "abcd"))[3] == ("silent", 3)


@pytest.fixture(scope="module")
def dialogue() -> Production:
    return plan(load("lesson.yaml", text=DIALOGUE), quality="draft")


def test_turns_follow_each_other_with_the_pause_of_two_clips(dialogue: Production) -> None:
    beat = dialogue.narration.beats[1]
    assert [word.speaker for word in beat.words] == 3 * ["Young student"] + 3 * ["Teacher"] + [
        "Young student"
    ]
    out, it = beat.words[2:4]
    assert it.start - out.end == pytest.approx(TAIL + HEAD, abs=0.001)
    assert len(beat.samples) == beat.length
    assert [said.utterance.key for said in beat.said] == ["forward/2", "forward/2.1", "forward/2.2"]


def test_a_mark_at_the_end_of_a_turn_is_the_first_word_of_the_next(dialogue: Production) -> None:
    beat = dialogue.narration.beats[1]
    assert beat.marks == {"out": beat.words[3].start, "h": beat.words[5].start}
    starts = {cue.name: cue.start for cue in dialogue.timeline.beats[1].cues}
    first = dialogue.timeline.beats[1].start
    assert starts == {
        "propagate": first + round(beat.words[3].start * 15),
        "reveal": first + round(beat.words[5].start * 15),
    }


def test_a_text_without_a_name_is_the_first_speakers(dialogue: Production) -> None:
    assert {word.speaker for word in dialogue.narration.beats[0].words} == {"Teacher"}
    assert dialogue.narration.beats[0].said[0].utterance.variant == 0


def test_captions_and_transcript_name_the_speaker_where_it_changes(
    dialogue: Production, tmp_path: Path
) -> None:
    timeline = dialogue.timeline
    found = captions([timeline.words(beat) for beat in timeline.beats], timeline.seconds(timeline.frames))
    assert [(caption.speaker, caption.text) for caption in found] == [
        ("Teacher", "Teacher: The input is 2."),
        ("Young student", "Young student: What comes out?"),
        ("Teacher", "Teacher: It is 6."),
        ("Young student", "Young student: Why?"),
        ("Young student", "Oh, I see!"),
    ]
    write_vtt(tmp_path / "captions.vtt", found)
    write_srt(tmp_path / "captions.srt", found)
    vtt, srt = ((tmp_path / f"captions.{kind}").read_text() for kind in ("vtt", "srt"))
    assert "\n<v Young student>Young student: Why?</v>\n" in vtt
    assert "\n<v Young student>Oh, I see!</v>\n" in vtt
    assert "\nTeacher: It is 6.\n" in srt and "<v" not in srt
    assert transcript("T", [(0.0, timeline.chapters[0])]).split("\n\n")[2:] == [
        "Teacher: The input is 2.",
        "Young student: What comes out?",
        "Teacher: It is 6.",
        "Young student: Why? Oh, I see!\n",
    ]


def test_the_timed_script_has_a_line_for_each_turn(dialogue: Production) -> None:
    script = TimedScript(dialogue.storyboard, dialogue.timeline)
    lines = script.as_text().splitlines()
    assert [line[16:] for line in lines if "eacher" in line or "student" in line] == [
        "Teacher: The input is 2.",
        "Young student: What comes out?",
        "Teacher: It is 6.",
        "Young student: Why?",
        "Young student: Oh, I see!",
    ]
    said = script.as_data()["chapters"][0]["beats"][1]["words"]
    assert [word["speaker"] for word in said[2:4]] == ["Young student", "Teacher"]


def test_each_turn_is_heard_in_its_speakers_voice() -> None:
    told = plan(load("lesson.yaml", text=DIALOGUE.replace("name: silent", "name: choir")), quality="draft")
    student, teacher, _ = np.split(told.narration.beats[1].samples, cuts(told))
    assert not student.any() and teacher.any()


def cuts(production: Production) -> list[int]:
    """The samples at which the last two turns of the second beat begin."""
    rate, words = 48000, production.narration.beats[1].words
    return [round((words[index].start - HEAD) * rate) for index in (3, 6)]


def test_each_speaker_speaks_as_the_variant_of_its_role() -> None:
    both = Cast([Role("espeak", 1), Role("espeak", 0, 0.8)])
    for number, own in enumerate((Utterance("one two", variant=1), Utterance("one two", pace=0.8))):
        spoken = both.speak(Utterance("one two", variant=number))
        assert np.array_equal(spoken.samples, voice("espeak").speak(own).samples)


def test_every_speaker_is_asked_for_the_language() -> None:
    text = DIALOGUE.replace("young_student: silent", "young_student: hibari")
    with pytest.raises(StoryboardError, match="the voice hibari only speaks English; for `de`") as error:
        plan(load("lesson.yaml", text=f"language: de\n{text}"))
    assert [problem.place.line for problem in error.value.problems] == [1]


def test_a_voice_that_is_not_there_is_an_error_whoever_has_it() -> None:
    text = DIALOGUE.replace("young_student: silent", "young_student: command")
    with pytest.raises(OutsideError, match="the voice command is not there; to have it: name a program in"):
        plan(load("lesson.yaml", text=text))
