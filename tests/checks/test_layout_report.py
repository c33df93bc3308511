"""The layout report finds the faults planted in `helpers/layout_faults.py`, and no others."""

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storyreel.commands import cli
from storyreel.reader import load
from storyreel.storyboard.vocabulary import _scene_types

STORYBOARD = """\
title: Faults
chapters:
  - id: planted
    title: Planted
    scene: faults
    beats:
      - say: Oh.
      - say: So [that] look at that, and keep looking.
        do:
          - {cue}: {{at: that}}
      - say: It stays.
"""

FAULTS = {
    "two_labels_on_each_other": "`left` overlaps `right`",
    "a_label_behind_a_plate": "`behind` is hidden by a rounded rectangle",
    "a_label_half_on_a_node": "`beside` crosses the edge of a circle",
    "a_label_moves_across_another": "`still` overlaps `moving`",
    "a_number_lands_on_a_label": "`occupied` overlaps `7`",
    "a_line_leaves_the_margin": "a line leaves the frame's margin",
    "a_label_is_in_the_captions_for_a_moment": "`deep` is in the band of the captions",
    "small_text": "`small` is set at 0.21 units, under 0.22",
    "text_made_small": "`shrunk` is set at 0.17 units, under 0.22",
    "three_pairs_of_labels": "`one` overlaps `two`, and 2 more like it",
    "two_numbers_cross": "`4` crosses `5` in flight",
    "a_number_flies_into_one_that_moves": "`4` crosses `5` which moves, in flight",
    "a_dot_runs_over_a_label": "`still` is run over by a dot",
    "a_line_sweeps_through_a_label": "a line in motion passes through `still`",
    "a_number_bursts_out_of_its_plate": "`number` crosses the edge of a rounded rectangle in motion",
    "a_label_goes_into_a_node": "`in` crosses the edge of a circle in motion",
}
"""The report's message for each fault, by its cue."""


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Path]]:
    """Offers the scene of faults as a plug-in; writes storyboards with one of its cues."""
    shutil.copy(Path(__file__).parents[1] / "helpers/layout_faults.py", tmp_path / "faults_of_layout.py")
    info = tmp_path / "faults-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: faults\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[storyreel.scenes]\nfaults = faults_of_layout:Faults\n")
    monkeypatch.syspath_prepend(tmp_path)
    _scene_types.cache_clear()

    def write(cue: str) -> Path:
        path = tmp_path / "lesson.yaml"
        path.write_text(STORYBOARD.format(cue=cue))
        load(path)
        return path

    yield write
    _scene_types.cache_clear()


def check(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[object, str]:
    """The exit status and the standard output of `storyreel check --frames` on a storyboard."""
    monkeypatch.setattr(sys, "argv", ["storyreel", "check", "--frames", str(path), *options])
    with pytest.raises(SystemExit) as exit:
        cli.main()
    return exit.value.code, capsys.readouterr().out


@pytest.mark.parametrize(("cue", "text"), FAULTS.items(), ids=list(FAULTS))
def test_a_planted_fault_is_found_once_where_it_arises(planted, monkeypatch, capsys, cue, text):
    path = planted(cue)
    status, out = check(path, monkeypatch, capsys)
    assert status == 1
    (line,) = out.splitlines()
    assert line.startswith(f"{path}:10:13: chapter planted, beat 2, ")
    assert line.endswith(f" s into it: {text}")


@pytest.mark.parametrize(
    "cue",
    [
        "labels_on_what_is_theirs",
        "a_number_flies_over_a_label",
        "a_spark_runs_over_a_label",
        "what_cannot_be_seen",
        "a_minus_sign",
        "one_label_after_another",
        "close_by",
        "numbers_fly_from_one_place",
        "numbers_fly_side_by_side",
        "letters_cross",
        "what_moves_with_what_is_below",
        "a_label_moves_over_a_line",
        "a_line_is_drawn_through_a_label",
        "a_number_is_struck_out",
        "a_dot_runs_over_what_is_dimmed",
        "a_shape_among_the_captions",
    ],
)
def test_what_only_looks_like_a_fault_is_none(planted, monkeypatch, capsys, cue):
    assert check(planted(cue), monkeypatch, capsys) == (0, "")


def test_a_stage_that_stays_empty_is_found_where_that_begins(planted, monkeypatch, capsys):
    path = planted("nothing")
    status, out = check(path, monkeypatch, capsys)
    (line,) = out.splitlines()
    assert status == 1
    assert line.startswith(f"{path}:7:9: chapter planted, beat 1, 0.0 s into it: there is nothing")
    assert re.search(r" on stage for \d\.\d s$", line)


def test_a_cue_that_cannot_be_drawn_is_reported_too(planted, monkeypatch, capsys):
    path = planted("what_cannot_be_drawn")
    line = f"{path}:10:13: the cue `what_cannot_be_drawn`: this is too large (chapter planted, beat 2)\n"
    assert check(path, monkeypatch, capsys) == (1, line)


def test_findings_as_json_have_their_place(planted, monkeypatch, capsys):
    status, out = check(planted("small_text"), monkeypatch, capsys, "--json")
    (problem,) = json.loads(out)
    assert (status, problem["line"], problem["column"], problem["warning"]) == (1, 10, 13, False)


def test_without_frames_the_layout_is_not_measured(planted, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["storyreel", "check", str(planted("small_text"))])
    with pytest.raises(SystemExit) as exit:
        cli.main()
    assert (exit.value.code, capsys.readouterr().out) == (0, "")
