"""Commands about the cache, this machine and new storyboards."""

from pathlib import Path

import click

from storyreel.commands.group import commands
from storyreel.core.errors import StoryreelError, UsageError
from storyreel.core.paths import STORYBOARDS


@commands.command()
@click.option("--clear", is_flag=True, help="Remove what is in them.")
def cache(clear: bool) -> None:
    """Show the size of the caches of drawn beats and of spoken sentences, or clear them.

    They have those of all lessons, so that nothing is drawn or spoken twice. When one is full, what has not
    been used for longest is removed. A worker of a cluster has a third one, of files that were sent to it.
    """
    from storyreel.core.cache_folder import segment_cache, sent_file_cache, speech_cache
    from storyreel.core.disk_cache import DiskCache, in_units
    from storyreel.core.limits import limits

    for folder, limit in (
        (segment_cache(), limits().segment_cache_bytes),
        (speech_cache(), limits().speech_cache_bytes),
        *([(sent_file_cache(), limits().segment_cache_bytes)] if sent_file_cache().is_dir() else []),
    ):
        kept = DiskCache(folder)
        if clear:
            print(f"removed {kept.clear()}")
        print(f"{folder}: {kept.usage()}, of at most {in_units(limit)}")


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
