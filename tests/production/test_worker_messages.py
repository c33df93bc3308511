"""Messages of any length from processes that share a pipe arrive whole."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from storyreel.core.errors import Place, Problem, StoryboardError
from storyreel.production.output import make_film
from storyreel.production.production import plan
from storyreel.production.worker_messages import WorkerMessages, received
from storyreel.storyboard.conditions.table import CONDITIONS

LONG = "∂" * 5000  # more than a pipe takes at once, the more so as JSON escapes it


def test_long_messages_of_several_processes_do_not_mix() -> None:
    heard, told = os.pipe()
    senders = []
    for name in "abcd":
        child = os.fork()
        if not child:
            os.close(heard)
            job = SimpleNamespace(name=name)
            messages = WorkerMessages(told)
            for number in range(20):
                fault = Problem(Place(f"{name}.yaml", number, 1), name * 3000 + LONG)
                messages.send_fault(job, StoryboardError([fault]))  # type: ignore[arg-type]
                messages.send(job, frames=number)  # type: ignore[arg-type]
            os._exit(0)
        senders.append(child)
    os.close(told)
    with os.fdopen(heard, "rb") as lines:
        found = list(received(lines))
    for child in senders:
        os.waitpid(child, 0)
    for name in "abcd":
        its = [message for message in found if message["job"] == name]
        assert [message.get("frames") for message in its] == [n for k in range(20) for n in (None, k)]
        assert {message["fault"] for message in its if "fault" in message} == {name * 3000 + LONG}
        assert [message["place"][1] for message in its if "place" in message] == list(range(20))


def test_a_scene_that_quotes_a_long_text_gives_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CONDITIONS, "phrase", lambda *_: None)  # else the fault is found before the scene
    path = tmp_path / "lesson.yaml"
    words = " ".join(["ᾳᾳᾳ"] * 499)
    path.write_text(
        "title: T\nchapters: [{id: a, title: A, scene: quote, beats: [{say: Hello.,"
        f" do: [show_quote: Hi you, stress_words: {words}]}}]}}]\n",
        encoding="utf-8",
    )
    with pytest.raises(StoryboardError) as error:
        make_film(plan(path, voice="silent"), tmp_path / "out")
    (problem,) = error.value.problems
    assert problem.message.startswith("the cue `stress_words`: “ᾳᾳᾳ ᾳᾳᾳ")
    assert problem.message.endswith("(chapter a, beat 1)") and len(problem.message) < 410
    assert (problem.place.line, problem.place.column) == (2, 91)
