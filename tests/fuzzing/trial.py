"""One storyboard given to one command, in a forked child that may use so much time and memory."""

import faulthandler
import gc
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

SECONDS = 20  # of processor time: twice what the longest case takes where other programs use the same cores
WAIT = 60  # seconds of any time: a child that waits for something uses none
BYTES = 2 * 10**9
COMMANDS = ("check", "frames", "still")
"""`check`, `check --frames`, and a draft still of the first beat that there is."""

_FAULT = re.compile(r"a fault in (?:storyreel|the scene)")
_FRAME = re.compile(r'File "[^"]*?((?:storyreel|scenes)/[\w/]+\.py)", line \d+,? in (\S+)')
_PLACE = re.compile(r"(?P<file>.*?):(?P<line>\d+):(?P<column>\d+): ")
_WARNING = re.compile(r"\S+\.py:\d+: \w+Warning: ")
LONGEST_LINE = 1000  # characters of a message


@dataclass(frozen=True)
class Verdict:
    """What came of a trial: `fault` is "" if all is well, else one line that is equal for equal faults."""

    command: str
    status: int
    fault: str
    output: str
    seconds: float
    bytes: int


@dataclass(frozen=True)
class Trial:
    """A child at work: `folder` holds its storyboard and what it writes."""

    command: str
    folder: Path
    pid: int

    def verdict(self, status: int, usage: "resource.struct_rusage") -> Verdict:
        """What came of it, when it has ended with `status`; its folder is removed."""
        output = (self.folder / "output").read_bytes().decode(errors="replace")
        source = (self.folder / "lesson.yaml").read_bytes()
        shutil.rmtree(self.folder, ignore_errors=True)
        fault = _fault(status, output, source)
        seconds = usage.ru_utime + usage.ru_stime
        return Verdict(self.command, status, fault, output, seconds, usage.ru_maxrss * 1024)


def prepare(warm: Sequence[bytes]) -> None:
    """Import all that the commands need, and read `warm`, so that a child has what is made once at once."""
    import storyreel.checks.layout_report
    import storyreel.production.still
    from storyreel.commands import commands
    from storyreel.reader import load
    from storyreel.storyboard.vocabulary import scene_types

    assert commands and storyreel.checks.layout_report and storyreel.production.still
    scene_types()
    for storyboard in warm:
        with suppress(Exception):
            load("lesson.yaml", text=storyboard.decode())
    gc.collect()
    gc.freeze()  # or looking for garbage would copy every page that is shared


def start(command: str, storyboard: bytes, files: Sequence[Path] = ()) -> Trial:
    """Begin a trial of `storyboard`, which has copies of `files` beside it."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
    (folder / "lesson.yaml").write_bytes(storyboard)
    for file in files:
        shutil.copy(file, folder)
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        _child(command, folder)
    return Trial(command, folder, pid)


def run(command: str, storyboard: bytes, files: Sequence[Path] = ()) -> Verdict:
    """Begin a trial and wait for its end."""
    trial = start(command, storyboard, files)
    _, status, usage = os.wait4(trial.pid, 0)
    return trial.verdict(status, usage)


def _child(command: str, folder: Path) -> NoReturn:
    status = 99
    try:
        output = os.open(folder / "output", os.O_WRONLY | os.O_CREAT)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
        os.chdir(folder)
        os.environ |= {"XDG_CACHE_HOME": str(folder / "cache"), "HOME": str(folder)}
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(WAIT)
        faulthandler.register(signal.SIGXCPU, chain=True)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 2))
        resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (BYTES, BYTES))
        status = _command(command)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status)


def _command(command: str) -> int:
    """Run the command as the program does; returns its exit status."""
    from storyreel.commands import cli

    fail = cli._fail

    def told(message: str, status: int) -> NoReturn:
        if _FAULT.search(message):
            traceback.print_exc()
        fail(message, status)

    cli._fail = told
    sys.argv = ["storyreel", *_arguments(command)]
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 98


def _arguments(command: str) -> list[str]:
    if command == "still":
        from storyreel.core.errors import StoryreelError
        from storyreel.reader import load

        try:
            chapter = load("lesson.yaml").chapters[0]
        except StoryreelError:
            return ["check", "lesson.yaml"]
        beat = str(min(2, len(chapter.beats)))
        return [
            "still",
            "lesson.yaml",
            "--chapter",
            chapter.id,
            "--beat",
            beat,
            "-q",
            "draft",
            "--out",
            "out",
        ]
    return ["check", "lesson.yaml", *(["--frames"] if command == "frames" else [])]


def _fault(status: int, output: str, source: bytes) -> str:
    if os.WIFSIGNALED(status):
        name = signal.Signals(os.WTERMSIG(status)).name
        return f"ended by {name}{_frame(output, last=False)}"
    if found := _FAULT.search(output):
        line = output[found.start() :].splitlines()[0]
        return f"{_plain(line)}{_frame(output)}"
    if os.WEXITSTATUS(status) not in (0, 1):
        return f"exit status {os.WEXITSTATUS(status)}: {_plain((output.splitlines() or [''])[-1])}"
    return _bad_message(output, source)


def _frame(output: str, last: bool = True) -> str:
    """Where in our code it happened, as the traceback or the dump in `output` says."""
    frames = _FRAME.findall(output)
    return f" in {':'.join(frames[-1 if last else 0])}" if frames else ""


def _plain(line: str) -> str:
    """The line without what differs from case to case."""
    line = re.sub(r"shown in full by python -X dev -m storyreel: ", "", line)
    line = re.sub(r"'[^']*'|`[^`]*`|\"[^\"]*\"", "…", line)
    return re.sub(r"\d+", "0", re.sub(r"\(chapter .*?\)", "", line))[:150].strip()


def _bad_message(output: str, source: bytes) -> str:
    """What is wrong with the messages: each has a place that there is, and is one line of bearable length."""
    lines = source.decode(errors="replace").splitlines() or [""]
    for line in output.splitlines():
        if _WARNING.match(line):
            return f"a warning of Python's: {_plain(line)}"
        if not line.startswith("lesson.yaml"):
            continue
        place = _PLACE.match(line)
        if place is None:
            return "a message without a place"
        number, column = int(place["line"]), int(place["column"])
        if not (1 <= number <= len(lines) + 1 and column >= 1):
            return "a message at a place that there is not"
        if number <= len(lines) and column > len(lines[number - 1]) + 1:
            return "a message after the end of its line"
        if len(line) > LONGEST_LINE:
            return f"a message of more than {LONGEST_LINE} characters"
        if not all(character.isprintable() for character in line):
            return "a message with a control character"
    return ""
