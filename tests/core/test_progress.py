import io
import sys
from concurrent.futures import CancelledError
from types import SimpleNamespace

import pytest

from storyreel.core.notebook_progress import in_notebook, notebook_progress
from storyreel.core.progress import JointProgress, progress_on, shown_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_anything_but_a_terminal_gets_a_line_for_each_tenth_at_most() -> None:
    stream = io.StringIO()
    with progress_on(stream) as progress:
        for done in range(1000):
            progress("drawing", done + 1, 1000)
    tenths = ["drawing: 1 of 1000", *(f"drawing: {100 * n} of 1000" for n in range(1, 11))]
    assert stream.getvalue().splitlines() == tenths


def test_few_pieces_get_a_line_each_and_each_step_its_own() -> None:
    stream = io.StringIO()
    with progress_on(stream) as progress:
        for step in ("voice", "drawing"):
            progress(step, 0, 2)
            progress(step, 1, 2)
            progress(step, 1, 2)
            progress(step, 2, 2)
    assert stream.getvalue() == "".join(
        f"{step}: {done} of 2\n" for step in ("voice", "drawing") for done in range(3)
    )


def test_a_piece_gets_a_line_with_the_time_left() -> None:
    stream, clock = io.StringIO(), iter([100.0, 110.0, 120.0, 130.0]).__next__
    with progress_on(stream, clock) as progress:
        progress("drawing", 1, 1000)
        progress("drawing", 20, 1000)  # less than a tenth more
        progress("drawing", 100, 1000, "loss 3")
    lines = stream.getvalue().splitlines()
    assert lines == ["drawing: 1 of 1000", "drawing: 100 of 1000, loss 3, 4:30 left"]


def test_a_terminal_gets_a_bar_for_each_step(monkeypatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with progress_on(stream) as progress:
        progress("voice", 3, 3)
        progress("drawing", 1, 4)
    last = stream.getvalue()
    assert "voice" in last and "3/3" in last
    assert "drawing" in last and "1/4" in last


def test_progress_is_shown_on_standard_error_or_not_or_told(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    for choice in (True, False, lambda step, *_: told.append(step)):
        with shown_progress(choice) as progress:
            progress("drawing", 1, 2)
    assert capsys.readouterr() == ("", "drawing: 1 of 2\n")
    assert told == ["drawing"]


def test_a_notebook_has_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    for shell, expected in ((None, False), (SimpleNamespace(), False), (SimpleNamespace(kernel=1), True)):
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda shell=shell: shell))
        assert in_notebook() is expected


def test_a_notebooks_bar_is_updated_five_times_a_second_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    handle = SimpleNamespace()
    handle.display = handle.update = lambda content, raw: shown.append(content["text/html"])
    monkeypatch.setattr("IPython.display.DisplayHandle", lambda: handle)
    now = 0.0
    with notebook_progress(lambda: now) as progress:
        for done in range(1, 101):
            now += 0.02
            progress("drawing", done, 100, "<b> 1" if done == 100 else "")
    assert shown[0] == shown[-1] == ""
    assert 10 <= len(shown) - 2 <= 12
    assert shown[1] == '<progress value="1" max="100"></progress> drawing: 1 of 100'
    assert shown[-2].endswith("drawing: 100 of 100, &lt;b&gt; 1")


def test_the_progress_of_several_lessons_is_their_sum_and_can_be_stopped() -> None:
    told: list[tuple[str, int, int, str]] = []
    joint = JointProgress(lambda step, done, total, piece="": told.append((step, done, total, piece)))
    first, second = joint.of_another("first"), joint.of_another("second")
    first("drawing", 2, 10, "forward 1")
    second("voice", 1, 3)
    second("drawing", 5, 20, "loss 1")
    first("drawing", 10, 10, "forward 2")
    assert told == [
        ("drawing", 2, 10, "first forward 1"),
        ("voice", 1, 3, ""),
        ("drawing", 7, 30, "second loss 1"),
        ("drawing", 15, 30, "first forward 2"),
    ]
    joint.stop()
    with pytest.raises(CancelledError):
        second("drawing", 6, 20)
    assert len(told) == 4


def test_one_lesson_needs_no_name() -> None:
    told: list[str] = []
    JointProgress(lambda step, done, total, piece="": told.append(piece)).of_another()(
        "drawing", 1, 2, "loss 1"
    )
    assert told == ["loss 1"]
