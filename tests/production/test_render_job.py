"""The name of a render job changes with all that its frames depend on, and with nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from storyreel.core.quality import Quality
from storyreel.engine.serialization import experiment_data, experiment_from
from storyreel.production import picture_digest
from storyreel.production.chapter_jobs import render_jobs
from storyreel.production.production import plan
from storyreel.production.render_job import RenderJob, render_job_from
from storyreel.reader import load

HERE = Path(__file__).parents[1]
LESSON = (HERE / "small_lesson.yaml").read_text("utf-8")
SMALL = Quality(160, 90, 10, "ultrafast", 30)
PICTURE = """
title: A picture
chapters:
  - id: picture
    title: A picture
    scene: picture
    beats:
      - do: [show_image: drawing.svg]
      - do: [{label_place: {text: here, x: 0.5, y: 0.5}}]
"""


def names(text: str = LESSON, quality: Quality = SMALL, folder: Path = HERE) -> dict[str, str]:
    """The names of all jobs of a storyboard, by chapter and number."""
    production = plan(load(folder / "small_lesson.yaml", text=text), quality=quality, voice="silent")
    found = [job for chapter in production.timeline.chapters for job in render_jobs(production, chapter)]
    return {f"{job.chapter}-{job.number}": job.name for job in found}


def changed(old: dict[str, str], new: dict[str, str]) -> set[str]:
    assert old.keys() == new.keys()
    return {beat for beat in old if old[beat] != new[beat]}


ALL = {"forward-1", "forward-2", "loss-1", "loss-2"}


@pytest.mark.parametrize("theme", ["light", "print"])
def test_a_lesson_in_another_theme_is_drawn_anew(theme: str) -> None:
    assert changed(names(), names(f"theme: {theme}\n{LESSON}")) == ALL


def test_the_theme_of_a_job_is_that_of_what_is_played_for_it(tmp_path: Path) -> None:
    (tmp_path / "course.yaml").write_text('colours: {weight: "#FFC000"}\ncorner_mark: ML 101')
    (tmp_path / "small_lesson.yaml").write_text(f"theme: course.yaml\n{LESSON}")
    production = plan(load(tmp_path / "small_lesson.yaml"), quality=SMALL, voice="silent")
    chapter = production.timeline.chapters[0]
    job = next(render_jobs(production, chapter))
    sent = render_job_from(json.loads(json.dumps({"content": job.content, "origin": job.origin})))
    assert sent.performance().theme.as_data == production.storyboard.theme.as_data
    assert sent.performance().theme.colours["bias"] == "#FFC000"
    assert production.performance(chapter).theme is production.storyboard.theme


def test_only_what_is_seen_of_a_theme_names_a_job(tmp_path: Path) -> None:
    """Where its file lies, what it is called, and a logo that is only on the page are not seen."""
    logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    for name, text in (
        ("same", "extends: dark"),
        ("logo", "logo: logo.svg"),
        ("marked", "logo: logo.svg\ncorner_mark: logo"),
        ("other", "logo: other.svg\ncorner_mark: logo"),
    ):
        (tmp_path / f"{name}.yaml").write_text(text)
        (tmp_path / "logo.svg").write_text(logo)
        (tmp_path / "other.svg").write_text(logo.replace("rect width", "rect x='1' width"))
    plain, same, with_logo, marked, other = (
        names(f"theme: {theme}\n{LESSON}", folder=tmp_path)
        for theme in ("dark", "same.yaml", "logo.yaml", "marked.yaml", "other.yaml")
    )
    assert changed(plain, same) == changed(plain, with_logo) == set()
    assert changed(plain, marked) == changed(marked, other) == ALL


@pytest.mark.parametrize(
    ("before", "after", "redrawn"),
    [
        ("Here is [input] {x}, times", "Here, at last, is [input] {x}, times", {"forward-2"}),
        ("We got [line] {y}", "So we got [line] {y}", {"forward-2", "loss-1"}),  # forward ends as loss begins
        ("The gap [gap] is large", "The gap [gap] is wide!", set()),  # as long, with the mark at its place
        ("weights: 3}", "weights: 4}", ALL),
        ("target: 3", "target: 4", ALL),
        ("title: Forward", "title: Onward", {"forward-1", "forward-2"}),
        ("title: Two times three", "title: Three times two", set()),
        ("id: loss", "id: error", set()),
        ('"The loss: {loss}"', "An error", {"loss-1", "loss-2"}),
        ("measure_gap: {at: gap}", "slide: {to: target, at: gap}", {"loss-2"}),
        (
            "number_line: {output: y, at: line}\n",
            "number_line: {output: y, at: line}\n          - plot_loss\n",
            {"forward-2", "loss-1", "loss-2"},
        ),
        ("- draw_network\n", "- draw_network: {loss: true}\n", {"forward-1", "forward-2"}),
        ("scene: loss", "scene: forward_pass", {"forward-2", "loss-1", "loss-2"}),
    ],
)
def test_what_an_author_changes_is_drawn_again_and_nothing_else(
    before: str, after: str, redrawn: set[str]
) -> None:
    assert before in LESSON
    new = LESSON.replace(before, after)
    if "forward_pass" in after:
        new = new.replace("number_line: {output: y, at: line}", "draw_network").replace(
            "measure_gap", "clear_labels"
        )
    found = {beat.replace("error-", "loss-"): name for beat, name in names(new).items()}
    assert changed(names(), found) == redrawn


def test_a_segment_depends_on_the_next_chapter_only_if_its_picture_turns_into_that() -> None:
    long = LESSON.replace("draw_network\n      - say:", "draw_network\n      - say: " + 30 * "On and on. ")
    production = plan(load(HERE / "small_lesson.yaml", text=long), quality=SMALL, voice="silent")
    forward, loss = production.timeline.chapters
    jobs = [list(render_jobs(production, chapter)) for chapter in (forward, loss)]
    last = [job for job in jobs[0] if job.number == 2]
    assert len(last) > 2
    assert [("following" in job.content) for job in last] == [*[False] * (len(last) - 1), True]
    assert not any("following" in job.content for job in jobs[1])


def test_a_job_plays_the_first_beat_of_the_next_chapter() -> None:
    production = plan(load(HERE / "small_lesson.yaml", text=LESSON), quality=SMALL, voice="silent")
    forward, loss = production.timeline.chapters
    job = list(render_jobs(production, forward))[-1]
    sent = render_job_from(json.loads(json.dumps({"content": job.content, "origin": job.origin})))
    following = sent.performance().following
    assert following is not None and following.experiment is not None
    assert (following.scene, following.chapter.id) == (production.performance(loss).scene, "loss")
    (beat,) = following.chapter.beats
    assert [(cue.name, cue.parameters, cue.place) for cue in beat.cues] == [
        (cue.name, cue.parameters, cue.place) for cue in loss.beats[0].cues
    ]
    assert production.performance(loss).following is None


def test_the_poster_is_a_picture_of_its_own_chapter() -> None:
    """Half a second before the end of its content, at ten frames a second, the picture begins to turn."""
    production = plan(load(HERE / "small_lesson.yaml", text=LESSON), quality=SMALL, voice="silent")
    forward, loss = production.timeline.chapters
    for chapter, turning in ((forward, 5), (loss, 0)):
        beat, last = chapter.beats[-1], list(render_jobs(production, chapter))[-1]
        content = beat.end - beat.padding - beat.start
        assert last.first + last.poster_frame == (content - turning if turning else last.first + last.frames)
        assert last.segment.has_poster


def test_another_network_changes_only_what_names_it() -> None:
    other = LESSON.replace("chapters:\n", "  other:\n" + LESSON[LESSON.index("    input:") :])
    two = other[: other.rindex("chapters:\n")] + LESSON[LESSON.index("chapters:\n") :]
    two = two.replace("scene: forward_pass", "network: other\n    scene: forward_pass")
    two = two.replace("scene: loss", "network: chain\n    scene: loss")
    head, tail = two.split("  other:\n")
    changed_other = f"{head}  other:\n{tail.replace('weights: 3}', 'weights: 4}')}"
    assert changed(names(two), names(changed_other)) == {"forward-1", "forward-2"}


@pytest.mark.parametrize(
    "quality",
    [
        replace(SMALL, width=320, height=180),
        replace(SMALL, fps=20),
        replace(SMALL, preset="veryfast"),
        replace(SMALL, quantizer=20),
    ],
)
def test_every_part_of_a_quality_counts(quality: Quality) -> None:
    assert changed(names(), names(quality=quality)) == ALL


def test_every_library_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, old = "loss", picture_digest.picture_digest("loss")
    libraries = picture_digest.libraries()
    assert libraries["manim"].startswith("0.")
    for library in libraries:
        picture_digest.picture_digest.cache_clear()
        other = {**libraries, library: "another version"}
        monkeypatch.setattr(picture_digest, "libraries", lambda other=other: other)
        assert picture_digest.picture_digest(scene) != old
    picture_digest.picture_digest.cache_clear()
    monkeypatch.setattr(picture_digest, "libraries", lambda: libraries)
    monkeypatch.setattr("platform.python_version", lambda: "4.0.0")
    assert picture_digest.picture_digest(scene) != old
    picture_digest.picture_digest.cache_clear()


def test_every_file_of_code_and_every_font_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    digest, old = picture_digest.file_digest, picture_digest.picture_digest("loss")
    for path in picture_digest.dependencies("loss"):
        picture_digest.picture_digest.cache_clear()
        monkeypatch.setattr(
            picture_digest, "file_digest", lambda file, path=path: "" if file == path else digest(file)
        )
        assert picture_digest.picture_digest("loss") != old
    picture_digest.picture_digest.cache_clear()


def test_a_picture_counts_by_what_is_in_its_file(tmp_path: Path) -> None:
    drawing = tmp_path / "drawing.svg"
    found = []
    for radius in (1, 1, 2):
        drawing.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><circle r="{radius}"/></svg>')
        found.append(names(PICTURE, folder=tmp_path))
    assert changed(found[0], found[1]) == set()
    assert changed(found[1], found[2]) == {"picture-1", "picture-2"}


USED = """
import json, sys
opened = set()
sys.addaudithook(lambda event, given: opened.add(str(given[0])) if event == "open" else None)
from storyreel.production.segment_writer import draw_job
from storyreel.video.segment_cache import SegmentCache
from storyreel.production.render_job import render_job_from
from pathlib import Path
for line in sys.stdin:
    draw_job(render_job_from(json.loads(line)), SegmentCache(Path(sys.argv[1])))
modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
data = (file for file in opened if not file.endswith((".py", ".pyc")))  # code may be opened only to be read
print(json.dumps(sorted({*data, *filter(None, modules)})))
"""


def test_no_file_is_used_that_does_not_count(tmp_path: Path) -> None:
    """What a process that draws opens and imports, of this project, is all among the dependencies."""
    production = plan(load(HERE / "small_lesson.yaml"), quality=SMALL, voice="silent")
    chapter = production.timeline.chapters[-1]
    work = [{"content": job.content, "origin": job.origin} for job in render_jobs(production, chapter)]
    done = subprocess.run(
        [sys.executable, "-c", USED, str(tmp_path)],
        input="\n".join(json.dumps(data) for data in work),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    root = HERE.parent
    used = {Path(file) for file in json.loads(done.stdout)}
    ours = {file for file in used if file.is_relative_to(root) and not file.is_relative_to(root / ".venv")}
    assert root / "storyreel" / "stage" / "stage.py" in ours
    assert ours <= set(picture_digest.dependencies("loss"))


def test_a_job_is_the_same_after_a_round_trip_through_json() -> None:
    production = plan(load(HERE / "small_lesson.yaml"), quality=SMALL, voice="silent")
    *_, job = render_jobs(production, production.timeline.chapters[1])
    copy: RenderJob = render_job_from(json.loads(json.dumps({"content": job.content, "origin": job.origin})))
    assert (copy.name, copy.number, copy.frames, copy.quality) == (job.name, 2, job.frames, SMALL)
    assert copy.beat == job.beat
    assert [cue.name for cue in copy.beat.cues] == ["measure_gap"]


def test_an_experiment_is_the_same_after_a_round_trip_through_json(chain: object, dense: object) -> None:
    for experiment in (chain, dense):
        data = json.loads(json.dumps(experiment_data(experiment)))  # type: ignore[arg-type]
        copy = experiment_from(data)
        assert experiment_data(copy) == data
        run: Callable[[int], object] = copy.run
        assert run(3).loss.tolist() == experiment.run(3).loss.tolist()  # type: ignore[attr-defined]
