"""Packages with activation functions and losses, sent by content, as a folder that Python imports from.

A process that draws with the folder in its path finds them as any that is installed.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from storyreel.core.code_digest import file_digest
from storyreel.core.plugins import offered
from storyreel.production.picture_digest import ENGINE_GROUPS, package_code, plugin_file
from storyreel.production.tasks.sent_files import SentFiles


def packages() -> list[dict[str, Any]]:
    """What is installed here, as plain data: the code of each entry point, by paths and digests."""
    return [
        {
            "name": point.dist.name if point.dist else point.module,
            "entry": [group, point.name, point.value],
            "code": {name: file_digest(root / name) for root, name in _code(plugin_file(point))},
        }
        for group in ENGINE_GROUPS
        for point in offered(group)
    ]


def package_files() -> dict[str, Path]:
    """The files of `packages`, by digest."""
    files = (plugin_file(point) for group in ENGINE_GROUPS for point in offered(group))
    return {file_digest(root / name): root / name for file in files for root, name in _code(file)}


def digests_of(sent: Sequence[Mapping[str, Any]]) -> list[str]:
    """The digests of the files of what another process has called its `packages`."""
    return [digest for package in sent for digest in package["code"].values()]


def site(sent: Sequence[Mapping[str, Any]], files: SentFiles) -> Path | None:
    """The folder with another process's `packages`, whose files are there; None if it has none."""
    if not sent:
        return None
    name = hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()[:16]
    folder = files.folder / f"packages-{name}"
    if not folder.is_dir():
        made = Path(mkdtemp(dir=files.folder, prefix="packages_"))
        for package in sent:
            _write(package, files, made)
        try:
            made.rename(folder)
        except OSError:  # another process was first
            shutil.rmtree(made)
    return folder


def _write(package: Mapping[str, Any], files: SentFiles, folder: Path) -> None:
    for name, digest in package["code"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(files.path(digest), path)
    group, name, value = package["entry"]
    info = folder / f"{package['name']}-0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package['name']}\nVersion: 0\n", "utf-8")
    with (info / "entry_points.txt").open("a", encoding="utf-8") as points:
        points.write(f"[{group}]\n{name} = {value}\n")


def _code(file: Path | None) -> Iterator[tuple[Path, str]]:
    """The files that a module may be made of: the folder that it is imported from, and their paths in it."""
    if file is None:  # compiled, or in an archive: that is not sent
        return
    root, found = package_code(file)
    yield from ((root, os.path.relpath(path, root)) for path in found)
