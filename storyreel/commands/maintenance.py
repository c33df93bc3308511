"""Commands about the cache, this machine and new storyboards."""

from pathlib import Path

import click

from storyreel.commands.group import commands
from storyreel.core.errors import StoryreelError, UsageError
from storyreel.core.paths import STORYBOARDS


@commands.command()
@click.option("--clear", is_flag=True, help="Remove all segments.")
def cache(clear: bool) -> None:
    """Show the size of the cache of drawn beats, or clear it.

    It has the video segments of all lessons, so that no beat is drawn twice. When it is full, the segments
    that have not been used for longest are removed.
    """
    from storyreel.core.cache_folder import segment_cache
    from storyreel.video.segment_cache import SegmentCache, in_units

    segments = SegmentCache(segment_cache())
    if clear:
        print(f"removed {segments.clear()}")
    print(f"{segments.folder}: {segments.usage()}, of at most {in_units(segments.limit)}")


@commands.command()
def doctor() -> None:
    """Try everything that storyreel needs from this machine.

    Says what to do about what is missing.
    """
    from storyreel.checks.doctor import examine

    is_well = True
    for finding in examine():
        print(f"{'ok' if finding.is_well else 'FAULT':<6} {finding.name}: {finding.detail}")
        is_well &= finding.is_well
    if not is_well:
        raise click.exceptions.Exit(StoryreelError.exit_status)


@commands.command()
@click.argument("name")
def new(name: str) -> None:
    """Write NAME.yaml, a small storyboard to start from."""
    path = Path(name if name.endswith(".yaml") else f"{name}.yaml")
    text = (STORYBOARDS / "new.yaml").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already, and is left as it is") from None
    print(path)
