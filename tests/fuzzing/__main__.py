"""Mutate storyboards, try each, and keep what goes wrong."""

import argparse
import hashlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from storyreel.core.threads import ONE_THREAD

os.environ |= ONE_THREAD  # before NumPy is imported

from fuzzing.grammar import storyboard, varied
from fuzzing.mutations import dumped, mutated
from fuzzing.seeds import ROOT, Seed, pictures, seeds
from fuzzing.shrink import shrunk
from fuzzing.trial import Trial, Verdict, prepare, run, start

KEPT = ROOT / "tests" / "fuzzed"
MEASURED, DRAWN = 0.12, 0.04
"""The parts of the small storyboards that are measured and drawn, not only checked."""


@dataclass
class Figures:
    """What the trials took and gave."""

    trials: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)

    def add(self, verdict: Verdict) -> None:
        """Count a trial."""
        command = verdict.command
        self.trials[command] += 1
        self.statuses[os.waitstatus_to_exitcode(verdict.status)] += 1
        self.seconds[command] = max(self.seconds.get(command, 0.0), verdict.seconds)
        self.bytes[command] = max(self.bytes.get(command, 0), verdict.bytes)
        if verdict.fault:
            self.faults[verdict.fault] += 1

    def __str__(self) -> str:
        lines = [
            f"{count} × {command}: at most {self.seconds[command]:.1f} s of processor time,"
            f" {self.bytes[command] / 1e6:.0f} MB"
            for command, count in sorted(self.trials.items())
        ]
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        lines.append(f"exit statuses {statuses}")
        lines.append(f"{sum(self.faults.values())} faults of {len(self.faults)} kinds")
        return "\n".join(lines + [f"{count:6} {fault}" for fault, count in self.faults.most_common()])


def case(seed: int, number: int, base: list[Seed], trees: list[object]) -> tuple[str, bytes]:
    """Case `number` of a seed: the command, and the storyboard that it is given."""
    random = Random(f"{seed}/{number}")
    if random.random() < 0.45:
        small = [each.data for each in base if each.is_small]
        made = storyboard(random) if random.random() < 0.4 else varied(random, random.choice(small))
        is_small = True
        text = dumped(random, made)
        if random.random() < 0.25:
            text = mutated(random, text, made, trees)
    else:
        begun = random.choice(base)
        is_small, text = begun.is_small, mutated(random, begun.text, begun.data, trees)
    chance = random.random() if is_small else 1.0
    command = "still" if chance < DRAWN else "frames" if chance < DRAWN + MEASURED else "check"
    return command, text


def trials(
    base: list[Seed], seed: int, first: int, jobs: int, until: float
) -> Iterator[tuple[int, bytes, Verdict]]:
    """Cases from number `first` on, so many at once, each with its verdict when it has one."""
    trees: list[object] = [each.data for each in base if isinstance(each.data, dict)]
    files = pictures()
    running: dict[int, tuple[int, bytes, Trial]] = {}
    number = first
    while running or time.monotonic() < until:
        while len(running) < jobs and time.monotonic() < until:
            command, text = case(seed, number, base, trees)
            trial = start(command, text, files)
            running[trial.pid] = number, text, trial
            number += 1
        pid, status, usage = os.wait4(-1, 0)
        n, text, trial = running.pop(pid)
        yield n, text, trial.verdict(status, usage)


def keep(folder: Path, text: bytes, verdict: Verdict) -> Path:
    """Minimise a storyboard that went wrong, and write it down."""
    files = pictures()

    def is_bad(smaller: bytes) -> bool:
        return run(verdict.command, smaller, files).fault == verdict.fault

    trials = 40 if verdict.seconds > 2 else 400
    smallest = shrunk(text, is_bad, trials) if is_bad(text) else text
    name = hashlib.sha256(verdict.fault.encode()).hexdigest()[:8]
    path = folder / f"{verdict.command}-{name}.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(smallest)
    return path


def again(folder: Path) -> Figures:
    """Try again what was kept: files whose names begin with the command that they were given to."""
    figures = Figures()
    for path in sorted(folder.glob("*.yaml")):
        verdict = run(path.name.partition("-")[0], path.read_bytes(), pictures())
        figures.add(verdict)
        if verdict.fault:
            print(f"{path.name}: {verdict.fault}")
    return figures


def main() -> int:
    """Run for a while and print the figures; returns 1 if anything went wrong."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long (60)")
    parser.add_argument("--seed", type=int, default=1, help="which cases (1); each seed has its own")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="how many at once")
    parser.add_argument("--from", type=int, dest="first", help="the first case; else where this seed stopped")
    parser.add_argument(
        "--keep", type=Path, default=KEPT, help="where to keep what goes wrong (tests/fuzzed)"
    )
    parser.add_argument("--state", type=Path, default=ROOT / ".fuzz.json", help="where each seed stopped")
    parser.add_argument("--kept", action="store_true", help="only try again what was kept")
    options = parser.parse_args()
    if options.kept:
        prepare([])
        figures = again(options.keep)
        print(figures)
        return int(bool(figures.faults))
    stopped = json.loads(options.state.read_text()) if options.state.exists() else {}
    first = stopped.get(str(options.seed), 0) if options.first is None else options.first
    base = seeds()
    prepare([each.text for each in base])
    figures, last, begun = Figures(), first - 1, time.monotonic()
    until = begun + options.seconds
    known: set[str] = set()
    try:
        for number, text, verdict in trials(base, options.seed, first, options.jobs, until):
            figures.add(verdict)
            last = max(last, number)
            if verdict.fault and verdict.fault not in known:
                known.add(verdict.fault)
                print(f"case {number}, {verdict.command}: {verdict.fault}", flush=True)
                print(f"    {keep(options.keep, text, verdict)}", flush=True)
    finally:
        options.state.write_text(json.dumps({**stopped, str(options.seed): last + 1}))
        print(f"seed {options.seed}, cases {first} to {last}, {time.monotonic() - begun:.0f} s\n{figures}")
    return int(bool(figures.faults))


if __name__ == "__main__":
    sys.exit(main())
