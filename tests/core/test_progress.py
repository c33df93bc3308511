import io

from storyreel.core.progress import progress_on


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
