"""The small lesson of each language, made and measured: what its film, captions and page came to."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from storyreel.lesson.manifest import Manifest, read_manifest
from storyreel.storyboard.unspaced import columns
from storyreel.timing.captions import reading_rules

LESSONS = Path(__file__).parents[1] / "tests" / "storyboards" / "languages"
MOST_LINES = 2


def storyreel(*arguments: str | Path) -> str:
    """What a command prints of problems; "" if all is well."""
    done = subprocess.run(
        [sys.executable, "-m", "storyreel", *map(str, arguments)], capture_output=True, text=True
    )
    said = "".join(done.stdout.splitlines(keepends=True)[-3:]) + done.stderr
    return said.strip() or f"exit status {done.returncode}" if done.returncode else ""


def made(file: Path, out: Path, voice: list[str]) -> Iterator[str]:
    """Make the lesson with its sheet and page; the problems of each step."""
    yield storyreel("check", "--frames", file)
    yield storyreel("render", file, "--quality", "draft", "--out", out, *voice)
    yield storyreel("sheet", file, "--out", out, *voice)
    yield storyreel("export", file, "--to", "page", "--out", out)


def faults(lesson: Manifest) -> Iterator[str]:
    """What is wrong with the captions and the times of the words."""
    rules = reading_rules(lesson.language)
    for caption in lesson.captions:
        lines = caption.text.split("\n")
        if len(lines) > MOST_LINES or max(map(columns, lines)) > rules.line:
            yield f"a caption is too long: {caption.text!r}"
    words = [word for chapter in lesson.chapters for beat in chapter.beats for word in beat.words]
    shown = "".join(caption.text for caption in lesson.captions)
    if "".join(shown.split()) != "".join("".join(word.text for word in words).split()):
        yield "the captions are not what is said"
    if any(one.end > other.start for one, other in pairwise(words)):
        yield "words overlap"
    # A single vowel may have no sound of its own.
    yield from (
        f"no time for {word.text!r}" for word in words if len(word.text) > 1 and word.end <= word.start
    )


def row(lesson: Manifest) -> str:
    """What a lesson came to."""
    words = [word for chapter in lesson.chapters for beat in chapter.beats for word in beat.words]
    spoken = sum(word.end - word.start for word in words)
    widest = max(columns(line) for caption in lesson.captions for line in caption.text.split("\n"))
    pace = max(columns(caption.text) / (caption.end - caption.start) for caption in lesson.captions)
    return (
        f"{lesson.language:8}  {lesson.voice:10}  {lesson.seconds:7.1f}  {len(words):5}  {spoken:6.1f}"
        f"  {len(lesson.captions):8}  {widest:4}  {pace:10.1f}"
    )


def main() -> int:
    """Print a row for each language, and its faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", nargs="?", type=Path, default=Path("out/languages"))
    parser.add_argument("--voice", help="another voice for the languages that it speaks")
    options = parser.parse_args()
    print("language  voice       seconds  words  spoken  captions  line  columns a s")
    is_well = True
    for file in sorted(LESSONS.glob("*.yaml")):
        has_voice = options.voice and not (options.voice == "kokoro" and file.stem == "de")
        voice = ["--voice", options.voice] if has_voice else []
        problems = [problem for problem in made(file, options.out, voice) if problem]
        if not problems:
            lesson = read_manifest(options.out / file.stem / "lesson.json")
            problems = list(faults(lesson))
            print(row(lesson), flush=True)
        for problem in problems:
            print(f"{file.stem}: {problem}", flush=True)
        is_well &= not problems
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
