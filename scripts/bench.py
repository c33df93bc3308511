"""How fast storyreel renders, measured in one run: against Manim's own command, and the encoder alone."""

import argparse
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import asdict, astuple, dataclass, replace
from datetime import date
from pathlib import Path
from statistics import fmean

import numpy as np

from storyreel.checks.frames_equal import compare
from storyreel.core.frame import Box, Frame
from storyreel.core.quality import QUALITIES
from storyreel.production.production import Production, plan
from storyreel.reader import load
from storyreel.rendering.play import play
from storyreel.video.encoder import VideoEncoder

LESSON = Path("assets/storyboards/backpropagation.yaml")
VOICE = "silent"  # takes as long as a voice, and every machine has it
SAMPLE_EVERY = 0.1  # seconds between two looks at the memory
TURN = 8  # seconds for which the longest of several lessons is measured until it is the others' turn


@dataclass(frozen=True)
class Cost:
    """What a process and its children took: seconds on the clock and of the processors, and memory in MB."""

    wall: float
    cpu: float
    memory: float


def many_small_moves() -> str:
    """Forty beats of text that is written letter by letter."""
    words = "Every letter of this sentence appears on its own, softly, one shortly after the other."
    beat = f"      - say: {words}\n        do:\n          - show_quote: {{text: {words!r}}}\n"
    return f"title: Many\nchapters:\n  - id: many\n    title: Many\n    scene: quote\n    beats:\n{beat * 4}"


def dense() -> str:
    """A network of 64, 64 and 10 neurons, its values and its gradients."""
    inputs = ", ".join(f"{i * 37 % 64 / 32 - 1:.2f}" for i in range(64))
    return f"""title: Dense
networks:
  dense:
    input: {{x: [{inputs}]}}
    layers:
      - {{name: h, size: 64, init: xavier, activation: tanh}}
      - {{name: y, size: 10, init: xavier, activation: softmax}}
    target: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    loss: categorical_cross_entropy
    learning_rate: 0.1
chapters:
  - id: dense
    title: Dense
    scene: layers
    beats:
      - say: A wide network takes shape.
        do: [draw_network]
      - say: Its values flow.
        do: [light_up]
      - say: And its gradients go back.
        do: [show_gradients]
"""


def long_holds() -> str:
    """Titles that stand for a long time."""
    say = " ".join(["Look at this for as long as it takes to say so."] * 6)
    beat = "      - say: {}\n        do: [{}]\n"
    beats = beat.format(say, "show_title: Part") + beat.format(say, "show_subtitle: Still")
    head = "title: Long\nchapters:\n  - id: long\n    title: Long\n    scene: title_card\n    beats:\n"
    return head + 2 * beats


POINT = (
    "      - say: This is one point of many.\n        do: [add_point: 'Point {{={number}}}', clear_points]\n"
)


def of_length(beats: int) -> str:
    """A lesson of so many beats of about three seconds, ten in a chapter, no two with the same pictures."""
    chapters = "".join(
        f"  - id: chapter-{number}\n    title: One of many\n    scene: bullets\n    beats:\n"
        + "".join(POINT.format(number=10 * number + k) for k in range(min(10, beats - 10 * number)))
        for number in range((beats + 9) // 10)
    )
    return f"title: Length\nchapters:\n{chapters}"


LOADS = {"many small moves": many_small_moves, "dense 64-64-10": dense, "long holds": long_holds}

STOCK = """
from dataclasses import replace
from storyreel.production.production import plan
from storyreel.core.quality import QUALITIES
from storyreel.rendering.play import scene_class
from storyreel.reader import load

production = plan(load({path!r}), quality=QUALITIES[{quality!r}], voice={voice!r})


def class_of(chapter):
    performance = production.performance(chapter)
    scene = scene_class(performance)

    def __init__(self, **manim):
        scene.__init__(self, performance, **manim)

    return type(chapter.id.replace("-", "_"), (scene,), {{"__init__": __init__, "__module__": __name__}})


for chapter in production.timeline.chapters:
    globals()[chapter.id.replace("-", "_")] = class_of(chapter)
"""


def measured(command: list[str], environment: dict[str, str], cwd: Path | None = None) -> Cost:
    """What `command` costs, its children included; raises CalledProcessError when it fails."""
    begun = time.monotonic()
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    peak = _Peak(process.pid)
    peak.start()
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - begun
    peak.end()
    if status:
        raise subprocess.CalledProcessError(status, command, stderr=said)
    return Cost(round(wall, 2), round(used.ru_utime + used.ru_stime, 2), round(peak.megabytes))


class _Peak(threading.Thread):
    """Looks now and then at the memory of a process and all below it; pages that they share count once.

    It looks at one process after the other, and counts twice what is forked meanwhile: so what it has not
    found twice running does not count.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.megabytes = 0.0
        self._over = threading.Event()

    def run(self) -> None:
        before = 0.0
        while not self._over.wait(SAMPLE_EVERY):
            now = sum(map(_memory, _family(self.pid))) / 1e6
            self.megabytes, before = max(self.megabytes, min(before, now)), now

    def end(self) -> None:
        self._over.set()
        self.join()


def _family(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):  # those that each thread has started
        with suppress(OSError):
            for child in children.read_text().split():
                yield from _family(int(child))


def _memory(pid: int) -> int:
    """Bytes of a process, each page that it shares with others in equal parts."""
    try:
        found = re.search(r"^Pss: +(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
    except OSError:
        return 0
    return 1024 * int(found[1]) if found else 0


def stock(path: Path, quality: str, folder: Path) -> Cost:
    """Manim's own command on the same scene classes with the same timeline."""
    q = QUALITIES[quality]
    scenes = folder / "stock.py"
    scenes.write_text(STOCK.format(path=str(path.resolve()), quality=quality, voice=VOICE))
    manim = [sys.executable, "-m", "manim", "render", str(scenes), "-a", "--disable_caching"]
    size = ["-r", f"{q.width},{q.height}", "--fps", str(q.fps), "--progress_bar", "none", "-v", "ERROR"]
    return measured([*manim, *size, "--media_dir", str(folder / "media")], {}, cwd=folder)


def ours(path: Path, quality: str, folder: Path, jobs: int) -> Cost:
    """Our own command, with what is in the cache of `folder`."""
    render = [sys.executable, "-m", "storyreel", "render", str(path), "-q", quality, "--voice", VOICE]
    options = ["--out", str(folder / "out"), "--jobs", str(jobs)]
    return measured([*render, *options], {"XDG_CACHE_HOME": str(folder / "cache")})


def encoder_alone(production: Production, folder: Path) -> Cost:
    """The encoder on the frames of the film, beat by beat; drawing them beforehand is not counted."""
    wall = cpu = 0.0
    for chapter in production.timeline.chapters:
        for beat in chapter.beats:
            frames = _Frames()
            play(production.performance(chapter, {beat.number}), production.quality, frames.take)
            canvas = np.zeros((production.quality.height, production.quality.width, 4), np.uint8)
            begun, used = time.monotonic(), time.process_time()
            with VideoEncoder(folder / "alone.mp4", production.quality) as video:
                for parts, changed, repeats in frames.taken:
                    for (left, top, right, bottom), part in parts:
                        canvas[top:bottom, left:right] = part
                    video.write(canvas, changed, repeats)
            wall += time.monotonic() - begun
            cpu += time.process_time() - used
    return Cost(round(wall, 2), round(cpu, 2), 0)


class _Frames:
    """Frames, kept as what changed in each."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[tuple[Box, Frame]], Sequence[Box] | None, int]] = []

    def take(self, frame: Frame, changed: Sequence[Box] | None, repeats: int) -> None:
        height, width, _ = frame.shape
        boxes = [(0, 0, width, height)] if changed is None else changed
        parts = [(box, frame[box[1] : box[3], box[0] : box[2]].copy()) for box in boxes]
        self.taken.append((parts, changed, repeats))


def with_one_change(path: Path) -> str:
    """The storyboard with two words more in the narration of one beat in its middle."""
    lines = path.read_text("utf-8").splitlines()
    said = [number for number, line in enumerate(lines) if re.match(r" +- say: \w", line)]
    middle = said[len(said) // 2]
    lines[middle] = lines[middle].replace("say: ", "say: Well then, ", 1)
    return "\n".join([*lines, ""])


def bench(name: str, path: Path, quality: str, with_stock: bool, rounds: int) -> dict[str, object]:
    """All measurements of one storyboard at one quality, as JSON data: of each, the fastest of some rounds.

    What is compared is measured in turn, as the speed of a machine that others use as well varies.
    Raises FrameDiffersError where ours does not draw what Manim does.
    """
    production = plan(load(path), quality=QUALITIES[quality], voice=VOICE)
    found = [one_round(production, path, quality, with_stock) for _ in range(rounds)]
    costs = {what: min((costs[what] for costs in found), key=lambda cost: cost.wall) for what in found[0]}
    seconds = production.timeline.seconds(production.timeline.frames)
    return {
        "load": name,
        "quality": quality,
        "seconds": round(seconds, 1),
        "frames": production.timeline.frames,
        "equal to Manim's": compare(path, QUALITIES[quality]) if with_stock else None,
        "rounds": [{what: asdict(cost) for what, cost in costs.items()} for costs in found],
        "costs": {what: asdict(cost) for what, cost in costs.items()},
    }


def one_round(production: Production, path: Path, quality: str, with_stock: bool) -> dict[str, Cost]:
    """What each way of rendering a storyboard costs."""
    costs: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folders = {jobs: Path(temporary) / f"jobs-{jobs}" for jobs in (1, 2)}
        for jobs, folder in folders.items():
            shutil.copytree(path.parent, folder)  # a folder of lessons belongs to its storyboard
            costs[f"{jobs} worker{'s' * (jobs > 1)}, cold"] = ours(folder / path.name, quality, folder, jobs)
        copy = folders[2] / path.name
        copy.write_text(with_one_change(path), "utf-8")
        costs["one sentence changed"] = ours(copy, quality, folders[2], 2)
        costs["nothing changed"] = ours(copy, quality, folders[2], 2)
        costs["encoder alone"] = encoder_alone(production, Path(temporary))
        if with_stock:
            costs["manim render"] = stock(path, quality, Path(temporary))
    return costs


def bench_length(quality: str) -> list[dict[str, object]]:
    """What lessons of 10, 100 and 1,000 beats cost on an empty cache; prints each.

    The speed of a machine that others use as well varies, and the longest takes minutes: so it stands still
    now and then, and the short ones are measured in between, of which the averages count. Their memory is
    measured before, as they have pages in common with what stands still.
    """
    alone = {beats: of_so_many_beats(beats, quality) for beats in (10, 100)}
    short: dict[int, list[Cost]] = {beats: [] for beats in alone}
    paused = 0.0
    with ThreadPoolExecutor(1) as pool:
        longest = pool.submit(of_so_many_beats, 1000, quality)
        while not wait([longest], TURN).done:
            begun = time.monotonic()
            with standing_still():
                for beats, its in short.items():
                    its.append(of_so_many_beats(beats, quality))
            paused += time.monotonic() - begun
    costs = {beats: replace(average(its), memory=alone[beats].memory) for beats, its in short.items()}
    costs[1000] = replace(longest.result(), wall=longest.result().wall - paused)
    for beats, cost in costs.items():
        line = (
            f"{beats} beats, {quality}: {cost.wall:.1f} s, {cost.cpu:.1f} processor seconds, "
            f"{cost.memory:.0f} MB"
        )
        if less := costs.get(beats // 10):
            more = beats - beats // 10
            line += (
                f"; each more {(cost.wall - less.wall) / more:.4f} s, {(cost.cpu - less.cpu) / more:.4f} s"
            )
        print(line, flush=True)
    return [
        {"load": f"{beats} beats", "quality": quality, "costs": {"cold": asdict(cost)}}
        for beats, cost in costs.items()
    ]


def of_so_many_beats(beats: int, quality: str) -> Cost:
    """What a lesson of so many beats costs on an empty cache."""
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "lesson.yaml"
        path.write_text(of_length(beats), "utf-8")
        return ours(path, quality, Path(temporary), 2)


@contextmanager
def standing_still() -> Iterator[None]:
    """All processes below this one stand still until the context ends."""
    still: set[int] = set()
    while more := set(_family(os.getpid())) - {os.getpid()} - still:  # again, as they may have forked others
        _signal(more, signal.SIGSTOP)
        still |= more
    try:
        yield
    finally:
        _signal(still, signal.SIGCONT)


def _signal(processes: Iterable[int], number: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def average(costs: Sequence[Cost]) -> Cost:
    """The mean of some costs."""
    wall, cpu, memory = (fmean(each) for each in zip(*map(astuple, costs), strict=True))
    return Cost(wall, cpu, memory)


def shown(result: dict[str, object]) -> str:
    """A result as a table in Markdown, each time also as a ratio to two workers on an empty cache."""
    costs: dict[str, dict[str, float]] = result["costs"]  # type: ignore[assignment]
    base = costs["2 workers, cold"]["wall"]
    lines = [
        f"{result['load']}, {result['quality']}: {result['seconds']} s of film, {result['frames']} frames",
        "",
        "| | seconds | ratio | processor seconds | peak memory |",
        "| --- | --- | --- | --- | --- |",
    ]
    for what, cost in costs.items():
        memory = f"{cost['memory']:.0f} MB" if cost["memory"] else ""
        lines.append(
            f"| {what} | {cost['wall']:.1f} | {cost['wall'] / base:.2f} | {cost['cpu']:.1f} | {memory} |"
        )
    if compared := result["equal to Manim's"]:
        lines += ["", f"{compared} frames, two of each second, are equal to those of Manim's camera."]
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-q", "--quality", action="append", choices=list(QUALITIES), help="may be repeated")
    parser.add_argument("--load", action="append", choices=["lesson", *LOADS], help="may be repeated")
    parser.add_argument("--length", action="store_true", help="lessons of 10, 100 and 1,000 beats instead")
    parser.add_argument("--rounds", type=int, default=1, help="measure so often, and show the fastest")
    parser.add_argument("--without-stock", action="store_true", help="leave Manim's own command out")
    parser.add_argument(
        "--json", type=Path, default=Path("out/bench.json"), help="where to write all figures"
    )
    given = parser.parse_args()
    results: list[dict[str, object]] = []
    machine = f"{os.cpu_count()} cores, {platform.processor() or platform.machine()}, {date.today()}"
    print(machine, flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        for quality in given.quality or ["draft", "full"]:
            if given.length:
                results += bench_length(quality)
                continue
            for name in given.load or ["lesson", *LOADS]:
                path = LESSON if name == "lesson" else Path(temporary) / name / "lesson.yaml"
                if name in LOADS:
                    path.parent.mkdir(exist_ok=True)
                    path.write_text(LOADS[name](), "utf-8")
                results.append(bench(name, path, quality, not given.without_stock, given.rounds))
                print(shown(results[-1]), flush=True)
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps({"machine": machine, "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
