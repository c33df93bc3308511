"""A manifest from a stranger cannot make an export read or write outside the lesson's folder."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from helpers.quiz_lesson import lesson
from pydantic import TypeAdapter

from storyreel.core.errors import UsageError
from storyreel.core.paths import STORYBOARDS
from storyreel.lesson.manifest import Manifest, content_checksum, read_manifest
from storyreel.production.lesson_writer import graph_entry, network_entry
from storyreel.reader import load


def outside(path: str) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        manifest["files"]["film"] = path

    return change


def rename(part: str, name: str) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        manifest[part] = name

    return change


def with_chapter(id: str) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        files = {name: manifest["files"][name] for name in ("film", "poster", "captions")}
        chapter = {"id": id, "title": "", "network": None, "start": 0, "end": 1, "files": files, "beats": []}
        manifest["chapters"] = [chapter]

    return change


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], None] | None], Path]:
    def write(change: Callable[[dict[str, Any]], None] | None) -> Path:
        manifest = asdict(lesson())
        if change:
            change(manifest)
        path = tmp_path / "lesson" / "lesson.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            json.dumps({**manifest, "checksum": content_checksum(json.loads(json.dumps(manifest)))})
        )
        return path

    return write


def test_a_manifest_as_it_is_written_can_be_read(written) -> None:
    assert read_manifest(written(None)).name == lesson().name
    assert read_manifest(written(with_chapter("forward"))).chapters[0].id == "forward"


def test_networks_and_graphs_are_read_as_they_were_written() -> None:
    storyboards = [load(STORYBOARDS / name) for name in ("graph.yaml", "gallery.yaml")]
    networks = {name: network_entry(each) for one in storyboards for name, each in one.networks.items()}
    graphs = {name: graph_entry(each) for one in storyboards for name, each in one.graphs.items()}
    whole = replace(lesson(), networks=networks, graphs=graphs)
    text = json.dumps(asdict(whole))
    assert json.dumps(asdict(TypeAdapter(Manifest).validate_json(text))) == text


@pytest.mark.parametrize(
    "change",
    [
        outside("/etc/passwd"),
        outside("../other/lesson.mp4"),
        outside("chapters/../../secret"),
        outside(""),
        outside("."),
        outside(".hidden"),
        outside("a//b"),
        outside("a\\b"),
        outside("a\0b"),
        outside("x" * 300),
        rename("name", "../up"),
        rename("name", "a/b"),
        with_chapter("../../up"),
        rename("language", "en/../.."),
    ],
)
def test_paths_and_names_that_could_lead_outside_are_refused(written, change) -> None:
    with pytest.raises(UsageError, match=r"is no lesson\.json of this storyreel"):
        read_manifest(written(change))


def test_a_link_that_leads_outside_is_refused(written, tmp_path: Path) -> None:
    path = written(None)
    (tmp_path / "secret").write_text("s")
    (path.parent / "lesson.mp4").symlink_to(tmp_path / "secret")
    with pytest.raises(UsageError, match="leads out of the lesson's folder"):
        read_manifest(path)


def test_a_link_within_the_folder_is_followed(written) -> None:
    path = written(None)
    (path.parent / "film.mp4").write_bytes(b"")
    (path.parent / "lesson.mp4").symlink_to("film.mp4")
    assert read_manifest(path).files.film == "lesson.mp4"


def test_a_damaged_manifest_is_named(written) -> None:
    path = written(None)
    path.write_text(path.read_text().replace('"title": "', '"title": "x', 1))
    with pytest.raises(UsageError, match=r"lesson\.json is damaged: render the lesson again"):
        read_manifest(path)
