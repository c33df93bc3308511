"""Tasks that are given to an executor: each is answered once, whatever the executor does."""

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from threading import Event, Timer
from typing import Any

import pytest
from helpers.executors import AtOnce

from storyreel.core.errors import OutsideError
from storyreel.production.tasks import executor as module
from storyreel.production.tasks.executor import Answers, Content, MissingFiles, Task


def upper(data: bytes, files: Mapping[str, bytes]) -> bytes:
    return data.upper()


def test_each_task_has_its_answer() -> None:
    tasks = [Task(bytes([ord("a") + n])) for n in range(20)]
    with ThreadPoolExecutor(3) as threads:
        found = list(Answers(threads, upper).to(tasks))
    assert {task.data for task, _ in found} == {task.data for task in tasks}
    assert all(answer == task.data.upper() for task, answer in found)


def test_tasks_are_made_as_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 3)
    made: list[int] = []

    def tasks() -> Iterator[Task]:
        for n in range(10):
            made.append(n)
            yield Task(b"%d" % n)

    answers = Answers(AtOnce(), upper).to(tasks())
    next(answers)
    assert made == [0, 1, 2, 3]
    assert len(list(answers)) == 9


def test_a_file_is_sent_to_a_worker_that_asks_for_it_and_to_no_other(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"a picture")
    digest = hashlib.sha256(b"a picture").hexdigest()
    kept: dict[str, bytes] = {}

    def read(data: bytes, files: Mapping[str, bytes]) -> Any:
        kept.update(files)
        return kept[digest] if digest in kept else MissingFiles((digest,))

    worker = AtOnce()
    task = Task(b"", {digest: tmp_path / "picture", "of no use": tmp_path / "nowhere"})
    assert [answer for _, answer in Answers(worker, read).to([task])] == [b"a picture"]
    assert [answer for _, answer in Answers(worker, read).to([task])] == [b"a picture"]
    assert [list(files) for _, files in worker.given] == [[], [digest], []]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OutsideError("the worker w1 has numpy 1 and not 2"), "^the worker w1 has numpy 1 and not 2$"),
        (MemoryError("no room"), "^the executor failed; what is drawn so far is kept: MemoryError: no room$"),
    ],
)
def test_what_fails_on_a_worker_is_one_line(error: Exception, line: str) -> None:
    def fail(data: bytes, files: Mapping[str, bytes]) -> None:
        raise error

    with pytest.raises(OutsideError, match=line):
        list(Answers(AtOnce(), fail).to([Task(b"")]))


def test_an_executor_that_has_been_shut_down_is_one_line() -> None:
    threads = ThreadPoolExecutor(1)
    threads.shutdown()
    with pytest.raises(OutsideError, match=r"the executor failed; .*: cannot schedule new futures"):
        list(Answers(threads, upper).to([Task(b"")]))


def test_when_it_is_stopped_what_has_not_begun_is_cancelled() -> None:
    begun: list[bytes] = []
    go_on = Event()

    def wait(data: bytes, files: Mapping[str, bytes]) -> None:
        begun.append(data)
        go_on.wait(30)

    with ThreadPoolExecutor(1) as threads:
        answers = Answers(threads, wait)
        Timer(0.2, answers.stop).start()
        with pytest.raises(CancelledError):
            list(answers.to([Task(b"1"), Task(b"2"), Task(b"3")]))
        go_on.set()
    assert begun == [b"1"]


def test_content_that_was_damaged_on_its_way_is_refused() -> None:
    sent = Content.of(b"a film")
    assert sent.checked() == b"a film"
    with pytest.raises(OutsideError, match="damaged on its way; render again"):
        Content(b"a fiIm", sent.digest).checked()
