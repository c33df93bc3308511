"""A whole lesson, from the storyboard to the files: the film is decoded, and its frames and sound measured.

It is small and drawn once. Its voice beeps at the start of each word, so that what is heard can be found.
"""

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import webvtt
from helpers.failing_cue import FAILING, FAULT, with_failing_cue
from helpers.views import frames_of_views

from storyreel.core.errors import StoryboardError
from storyreel.core.number_format import shown
from storyreel.core.quality import Quality
from storyreel.production.output import make_clip, make_film
from storyreel.production.production import Production, plan
from storyreel.reader import load
from storyreel.speech.audio import RATE
from storyreel.speech.voices import VOICES
from storyreel.speech.voices.base import Speech, Utterance
from storyreel.speech.voices.silent import SilentVoice
from storyreel.timing.beats import TimedCue
from storyreel.timing.handover import handover_range
from storyreel.video.probe import FilmFacts, decode_frame, decode_sound, probe

HERE = Path(__file__).parents[1]
LESSON = HERE / "small_lesson.yaml"
SMALL = Quality(320, 180, 15, "ultrafast", 18)
TITLE = 24
"""The rows of pixels in which a chapter's title fades in and out."""
STILL, MOVES = 12, 25
"""Of 255: frames that differ by less are equal but for compression; others have changed."""


class BeepVoice(SilentVoice):
    """A voice that speaks a tone at the start of each word, which falls silent within the word."""

    def fingerprint(self, utterance: Utterance) -> str:
        return "beep"

    def speak(self, utterance: Utterance) -> Speech:
        speech = super().speak(utterance)
        samples = speech.samples.copy()
        for word in speech.words:
            first = round(word.start * RATE)
            seconds = np.arange(min(RATE // 10, len(samples) - first)) / RATE
            tone = np.sin(2 * np.pi * 1000 * seconds) * (1 - 10 * seconds)
            samples[first : first + len(seconds)] = 0.3 * tone
        return replace(speech, samples=samples)


@pytest.fixture(scope="module")
def production() -> Iterator[Production]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(VOICES, "beep", BeepVoice)
        yield plan(load(LESSON), quality=SMALL, voice="beep")


@pytest.fixture(scope="module")
def folder(production: Production, tmp_path_factory: pytest.TempPathFactory) -> Path:
    film = make_film(production, tmp_path_factory.mktemp("out")).path
    assert film.name == "lesson.mp4"
    return film.parent


@pytest.fixture(scope="module")
def facts(folder: Path) -> FilmFacts:
    return probe(folder / "lesson.mp4")


@pytest.fixture(scope="module")
def pictures(folder: Path, facts: FilmFacts) -> list[np.ndarray]:
    return [decode_frame(folder / "lesson.mp4", number).astype(int) for number in range(facts.frames)]


@pytest.fixture(scope="module")
def changes(pictures: list[np.ndarray]) -> list[int]:
    """For each picture, the largest difference of a pixel below the title from the picture before."""
    return [
        0,
        *(int(np.abs(now - before)[TITLE:].max()) for before, now in pairwise(pictures)),
    ]


@pytest.fixture(scope="module")
def manifest(folder: Path) -> dict:  # type: ignore[type-arg]
    return json.loads((folder / "lesson.json").read_text("utf-8"))  # type: ignore[no-any-return]


def cues_on_words(production: Production) -> list[tuple[TimedCue, float]]:
    """The cues that are at a word, each with the start of that word, found in the storyboard's text."""
    lines = LESSON.read_text("utf-8").splitlines()
    found = []
    for beat in production.timeline.beats:
        for cue in beat.cues:
            if mark := re.search(r"at: (\w+)", lines[cue.place.line - 1]):
                (say,) = (line for line in lines if f"[{mark[1]}]" in line)
                before = say.split("say: ")[1].split(f"[{mark[1]}]")[0]
                words_before = re.sub(r"\[\w+\]", "", before).split()
                word = production.timeline.words(beat)[len(words_before)]
                found.append((cue, word.start))
    return found


def span(cue: webvtt.Caption) -> tuple[float, float]:
    """The start and end of a cue of a WebVTT file, in seconds."""

    def seconds(clock: str) -> float:
        hours, minutes, rest = clock.split(":")
        return 3600 * int(hours) + 60 * int(minutes) + float(rest)

    return seconds(cue.start), seconds(cue.end)


def test_all_files_are_there_and_no_other(folder: Path) -> None:
    clips = [
        f"chapters/{id}.{end}" for id in ("forward", "loss") for end in ("mp4", "jpg", "en.vtt", "en.srt")
    ]
    texts = ["captions.en.vtt", "captions.en.srt", "chapters.vtt", "transcript.en.txt", "lesson.json"]
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert files == {"lesson.mp4", "poster.jpg", *texts, *clips}


def test_the_film_is_what_players_play(facts: FilmFacts, production: Production) -> None:
    assert (facts.video_codec, facts.pixel_format, facts.sound_codec) == ("h264", "yuv420p", "aac")
    assert (facts.width, facts.height, facts.fps) == (320, 180, 15)
    assert facts.languages == ("eng", "eng", "eng")
    assert facts.title == "Two times three"
    assert facts.frames == production.timeline.frames
    assert facts.video_seconds == pytest.approx(facts.frames / 15, abs=1e-3)
    assert facts.sound_seconds == pytest.approx(facts.video_seconds, abs=1 / 15)


def test_the_film_has_the_chapters_of_the_storyboard(facts: FilmFacts, production: Production) -> None:
    assert [chapter.text for chapter in facts.chapters] == ["Forward", "The loss: 2"]
    one, two = production.timeline.chapters
    times = [time for chapter in facts.chapters for time in (chapter.start, chapter.end)]
    assert times == pytest.approx([0, one.end / 15, two.start / 15, facts.video_seconds], abs=1e-3)


@pytest.fixture(scope="module")
def views(production: Production) -> set[int]:
    """The frames in which the view moves, or a chapter's picture turns into that of the next one."""
    moving = frames_of_views(production)
    for chapter in production.timeline.chapters[:-1]:
        first, after = handover_range(chapter.beats[-1], 15)
        moving |= set(range(chapter.beats[-1].start + first, chapter.beats[-1].start + after))
    return moving


def is_in_motion(word: float, views: set[int]) -> bool:
    """True if something moves around a word, so that the picture changes before its cue."""
    return not views.isdisjoint(range(round(word * 15) - 5, round(word * 15) + 3))


def test_the_picture_changes_at_each_cues_word_and_not_before(
    production: Production, changes: list[int], views: set[int]
) -> None:
    cues = cues_on_words(production)
    assert [cue.name for cue, _ in cues] == ["reveal", "calculate", "number_line", "measure_gap"]
    at_rest = [(cue, word) for cue, word in cues if not is_in_motion(word, views)]
    assert len(at_rest) >= 2
    for cue, word in at_rest:
        first = round(word * 15)
        assert changes[first] > MOVES or changes[first + 1] > MOVES, cue
        assert max(changes[first - 4 : first]) < STILL, cue


def test_the_picture_is_heard_and_seen_at_once(
    folder: Path, production: Production, changes: list[int], views: set[int]
) -> None:
    """The same from the film alone: a tone starts near each cue's first changed picture."""
    sound = decode_sound(folder / "lesson.mp4")[0]
    for cue, word in cues_on_words(production):
        if is_in_motion(word, views):
            continue
        seen = next(n for n in range(round(word * 15) - 4, len(changes)) if changes[n] > MOVES) / 15
        around = sound[round((word - 0.03) * RATE) : round((word + 0.1) * RATE)]
        heard = word - 0.03 + np.flatnonzero(np.abs(around) > 0.3 * np.abs(around).max())[0] / RATE
        assert abs(seen - heard) <= 1 / 15, cue


def test_nothing_moves_but_for_cues(production: Production, changes: list[int], views: set[int]) -> None:
    moving = {beat.start for beat in production.timeline.beats}  # a segment starts with a key frame
    for beat in production.timeline.beats:
        moving |= {frame for cue in beat.cues for frame in range(cue.start, cue.end + 1)}
    moving |= views | {frame + 1 for frame in views}
    assert {frame for frame, change in enumerate(changes) if change >= STILL} <= moving


def test_each_chapter_is_a_film_of_its_own(folder: Path, production: Production) -> None:
    whole = decode_sound(folder / "lesson.mp4")[0]
    for chapter in production.timeline.chapters:
        clip = folder / "chapters" / f"{chapter.id}.mp4"
        facts = probe(clip)
        assert facts.frames == chapter.end - chapter.start
        assert facts.sound_seconds == pytest.approx(facts.video_seconds, abs=1 / 15)
        assert facts.title == chapter.title and facts.chapters == ()
        told = " ".join(caption.text.replace("\n", " ") for caption in facts.captions)
        assert told == " ".join(beat.text for beat in chapter.beats if beat.text)
        for number in (0, facts.frames // 2, facts.frames - 1):
            same = decode_frame(folder / "lesson.mp4", chapter.start + number)
            np.testing.assert_array_equal(decode_frame(clip, number), same)
        its_own = decode_sound(clip)[0]
        part = whole[chapter.start * RATE // 15 :][: len(its_own)]
        assert np.abs(its_own).max() > 0.1
        assert np.abs(its_own - part).mean() < 0.02 * np.abs(its_own).max()


def test_captions_are_the_words_in_the_film_and_beside_it(
    folder: Path, facts: FilmFacts, production: Production
) -> None:
    words = " ".join(beat.text for beat in production.timeline.beats if beat.text)
    assert words == "Here is 2, times 3. That is 6, & no <more>. We got 5. The gap is large."
    assert " ".join(caption.text.replace("\n", " ") for caption in facts.captions) == words
    beside = webvtt.read(folder / "captions.en.vtt")
    assert " ".join(caption.text.replace("\n", " ") for caption in beside) == (
        words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    )
    for caption, embedded in zip(beside, facts.captions, strict=True):
        assert span(caption) == pytest.approx((embedded.start, embedded.end), abs=2e-3)
    assert "& no <\u2060more>." in (folder / "captions.en.srt").read_text("utf-8")


def test_every_number_that_is_told_is_the_traces(
    folder: Path,
    production: Production,
    manifest: dict,  # type: ignore[type-arg]
) -> None:
    trace = production.storyboard.networks["chain"].trace
    told = [shown(trace.number(name)) for name in ("x", "w1", "h", "y")]
    assert told == ["2", "3", "6", "5"]
    captions = re.sub(r".*-->.*", "", (folder / "captions.en.vtt").read_text("utf-8"))
    assert re.findall(r"\d+", captions) == told
    transcript = (folder / "transcript.en.txt").read_text("utf-8")
    assert re.findall(r"\d+", re.sub(r"(?m)^\d+:\d\d  .*$", "", transcript)) == told
    beats = [beat["text"] for chapter in manifest["chapters"] for beat in chapter["beats"]]
    assert re.findall(r"\d+", " ".join(beats)) == told
    assert {name: manifest["networks"]["chain"]["values"][name] for name in ("x", "h", "y", "loss")} == (
        pytest.approx({"x": 2, "h": 6, "y": 5, "loss": 2}, rel=1e-12)
    )


def test_the_transcript_has_chapters_with_their_times(folder: Path) -> None:
    assert (folder / "transcript.en.txt").read_text("utf-8") == (
        "Two times three\n\n"
        "0:00  Forward\n\nHere is 2, times 3. That is 6, & no <more>.\n\n"
        "0:09  The loss: 2\n\nWe got 5. The gap is large.\n"
    )


def test_the_chapters_file_agrees_with_the_film(folder: Path, facts: FilmFacts) -> None:
    for beside, chapter in zip(webvtt.read(folder / "chapters.vtt"), facts.chapters, strict=True):
        assert beside.text == chapter.text
        assert span(beside) == pytest.approx((chapter.start, chapter.end), abs=2e-3)


def test_the_manifest_names_files_that_are_there_and_agrees_with_the_film(
    folder: Path,
    facts: FilmFacts,
    manifest: dict,  # type: ignore[type-arg]
) -> None:
    def names(files: object) -> Iterator[str]:
        if isinstance(files, dict):
            for file in files.values():
                yield from names(file)
        else:
            yield str(files)

    parts = [manifest, *manifest["chapters"]]
    files = [name for part in parts for name in names(part["files"])]
    assert len(files) == len(set(files)) == 14
    assert all((folder / name).is_file() for name in files)
    assert manifest["video"] == {"width": 320, "height": 180, "fps": 15, "frames": facts.frames}
    assert manifest["seconds"] == pytest.approx(facts.video_seconds)
    assert [[c["title"], c["start"], c["end"]] for c in manifest["chapters"]] == [
        [chapter.text, pytest.approx(chapter.start, abs=1e-3), pytest.approx(chapter.end, abs=1e-3)]
        for chapter in facts.chapters
    ]
    assert [caption["text"] for caption in manifest["captions"]] == [c.text for c in facts.captions]
    path = manifest["inputs"].pop("storyboard_path")
    assert (folder / path).resolve() == HERE / "small_lesson.yaml"
    assert not re.search(r"/(tmp|work|home|root)/|\d{4}-\d\d-\d\d", json.dumps(manifest))


def test_posters_are_the_last_pictures(
    folder: Path, production: Production, pictures: list[np.ndarray]
) -> None:
    from PIL import Image

    assert (folder / "poster.jpg").read_bytes() == (folder / "chapters" / "forward.jpg").read_bytes()
    for chapter in production.timeline.chapters:
        poster = np.asarray(Image.open(folder / "chapters" / f"{chapter.id}.jpg"), dtype=int)
        beat, is_last = chapter.beats[-1], chapter is production.timeline.chapters[-1]
        # Before its picture turns into that of the next one.
        after = chapter.end if is_last else beat.start + handover_range(beat, 15)[0]
        assert np.abs(poster - pictures[after - 1]).mean() < 3


def test_a_single_beat_is_a_film_too(production: Production, folder: Path, tmp_path: Path) -> None:
    clip = make_clip(production, tmp_path, "loss", 2).path
    beat = production.beat("loss", 2)
    assert clip == tmp_path / "small_lesson" / "beats" / "loss-2.mp4"
    facts = probe(clip)
    assert facts.frames == beat.end - beat.start
    assert [caption.text for caption in facts.captions] == ["The gap is large."]
    for number in (0, facts.frames - 1):  # what came before it in the chapter is on stage
        same = decode_frame(folder / "lesson.mp4", beat.start + number).astype(int)
        assert np.abs(decode_frame(clip, number) - same).mean() < 1


def test_the_same_storyboard_gives_the_same_bytes(tmp_path: Path) -> None:
    """In other processes, with other hashes, from and to other folders."""
    program = (
        "import sys; from pathlib import Path; from dataclasses import replace\n"
        "from storyreel.production.output import make_clip\n"
        "from storyreel.production.production import plan\n"
        "from storyreel.core.quality import Quality; from storyreel.reader import load\n"
        f"small = {SMALL!r}\n"
        "print(make_clip(plan(load('small_lesson.yaml'), quality=small), Path(sys.argv[1]), 'forward'))"
    )
    made = []
    for seed in ("1", "2"):
        here = tmp_path / seed
        here.mkdir()
        (here / "small_lesson.yaml").write_text(LESSON.read_text("utf-8"))
        environment = {**os.environ, "PYTHONHASHSEED": seed, "XDG_CACHE_HOME": str(here / "cache")}
        process = subprocess.Popen([sys.executable, "-c", program, f"out{seed}"], cwd=here, env=environment)
        made.append((process, here / f"out{seed}" / "small_lesson" / "chapters"))
    for process, _ in made:
        assert process.wait(timeout=60) == 0
    one, other = ({path.name: path.read_bytes() for path in clips.iterdir()} for _, clips in made)
    assert sorted(one) == ["forward.en.srt", "forward.en.vtt", "forward.jpg", "forward.mp4"]
    assert one == other


def states(folder: Path) -> dict[Path, tuple[int, int]]:
    """For each file, two numbers that change when it is written again."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


HARMS = ("other film", "damaged film", "no captions", "no manifest", "damaged manifest")


@pytest.mark.parametrize("harm", HARMS)
def test_what_is_missing_or_other_is_made_again(
    production: Production, folder: Path, tmp_path: Path, harm: str
) -> None:
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    if harm == "other film":
        shutil.copy(copy / "chapters" / "loss.mp4", copy / "chapters" / "forward.mp4")
    elif harm == "no captions":
        (copy / "chapters" / "loss.en.srt").unlink()
    elif harm == "no manifest":
        (copy / "lesson.json").unlink()
    elif harm == "damaged manifest":
        (copy / "lesson.json").write_text('{"format": 1}')
    else:
        (copy / "lesson.mp4").write_bytes((copy / "lesson.mp4").read_bytes()[:1000])
    make_film(production, tmp_path)
    for path in states(folder):
        assert (copy / path).read_bytes() == (folder / path).read_bytes(), path


def test_a_changed_sentence_leaves_the_films_of_other_chapters_as_they_are(
    production: Production, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though they come later in the lesson."""
    copy = tmp_path / "small_lesson"
    shutil.copytree(folder, copy)
    before = states(copy)
    text = LESSON.read_text("utf-8").replace("{x}, times", "{x}, and now, times")
    monkeypatch.setitem(VOICES, "beep", BeepVoice)
    edited = plan(load(LESSON, text=text), quality=SMALL, voice="beep")
    assert edited.timeline.chapters[1].start > production.timeline.chapters[1].start
    make_film(edited, tmp_path)
    after = states(copy)
    films = {path for path in after if path.suffix == ".mp4" and after[path] != before[path]}
    assert films == {Path("lesson.mp4"), Path("chapters/forward.mp4")}


BROKEN = with_failing_cue(LESSON.read_text("utf-8"), "loss")


def test_a_cue_that_fails_is_named_and_the_old_lesson_stays_whole(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "lesson.yaml"
    path.write_text(BROKEN)
    (line,) = (n for n, text in enumerate(BROKEN.splitlines(), 1) if FAILING in text)
    old = tmp_path / "out" / "lesson" / "chapters" / "forward.mp4"
    old.parent.mkdir(parents=True)
    old.write_text("old")
    with pytest.raises(StoryboardError) as error:
        make_film(plan(load(path), quality=SMALL, voice="silent"), tmp_path / "out")
    (problem,) = error.value.problems
    assert (problem.place.file, problem.place.line, problem.place.column) == (str(path), line, 13)
    assert problem.message == f"{FAULT} (chapter loss, beat 1)"
    assert [file for file in (tmp_path / "out").rglob("*") if file.is_file()] == [old]
    assert old.read_text() == "old"


def render(lesson: Path, out: Path, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """`storyreel render` of the chapter on the loss, on a disk that takes files up to `limit` bytes."""

    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit or resource.RLIM_INFINITY,) * 2)

    options = ["-q", "draft", "--voice", "silent", "--chapter", "loss", "--out", str(out)]
    return subprocess.run(
        [sys.executable, "-m", "storyreel", "render", str(lesson), *options],
        capture_output=True,
        text=True,
        preexec_fn=small_disk,
        # Python does not notice when a disk takes only a part of what it has compiled.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )


def errors(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Standard error without the lines of progress."""
    of_progress = re.compile(r".*: \d+ of \d+(, .* left)?")
    return [line for line in done.stderr.splitlines() if not of_progress.fullmatch(line)]


def test_on_the_command_line_a_cue_that_fails_is_a_problem_of_the_storyboard(tmp_path: Path) -> None:
    lesson = tmp_path / "lesson.yaml"
    lesson.write_text(BROKEN)
    done = render(lesson, tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"{re.escape(str(lesson))}:\d+:13: the cue `nudge`: .*", errors(done)[0])
    assert [file for file in (tmp_path / "out").rglob("*") if file.is_file()] == []


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    plan(load(LESSON), quality=SMALL, voice="silent")  # so that the speech is in the cache
    done = render(LESSON, tmp_path / "out", limit=4000)
    assert (done.returncode, done.stdout) == (3, "")
    (line,) = errors(done)
    assert re.fullmatch(r"storyreel: cannot write .*: File too large", line)
    assert [file for file in (tmp_path / "out").rglob("*") if file.is_file()] == []


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = render(LESSON, tmp_path / "file" / "out")
    assert (done.returncode, done.stdout) == (3, "")
    (line,) = errors(done)
    assert re.fullmatch(rf"storyreel: .*{re.escape(str(tmp_path / 'file'))}.*: Not a directory", line)
