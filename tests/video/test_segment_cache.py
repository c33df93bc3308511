"""The cache is kept within its limit; the segments unused for longest are removed first."""

import os
import time
from pathlib import Path

import pytest

from storyreel.core.disk_cache import IN_USE, Usage
from storyreel.video.segment_cache import SegmentCache


def keep(cache: SegmentCache, name: str, size: int, unused: float) -> None:
    """Add a segment of `size` bytes that was last used `unused` seconds ago."""
    used = time.time() - unused
    for path, its in ((cache.video(name), size - 1), (cache.poster(name), 1)):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(its))
    cache.add_video(name)
    for path in cache.folder.glob(f"{name}.*"):
        os.utime(path, (used, used))


@pytest.fixture
def cache(tmp_path: Path) -> SegmentCache:
    cache = SegmentCache(tmp_path / "segments")
    for name, hours in (("oldest", 4), ("old", 3), ("new", 2)):
        keep(cache, name, 100, 3600 * hours)
    return cache


def test_above_the_limit_what_was_unused_for_longest_goes(cache: SegmentCache) -> None:
    assert cache.usage() == Usage(3, 300)
    cache.tidy(250)
    assert cache.usage() == Usage(2, 200)
    assert cache.missing(["oldest", "old", "new"]) == {"oldest"}


def test_asking_for_a_segment_keeps_it(cache: SegmentCache) -> None:
    assert cache.missing(["oldest"]) == set()
    cache.tidy(250)
    assert cache.missing(["oldest", "old", "new"]) == {"old"}


def test_what_a_render_may_be_about_to_use_stays_above_the_limit(cache: SegmentCache) -> None:
    for name in ("oldest", "old", "new"):
        keep(cache, name, 100, IN_USE - 60)
    cache.tidy(250)
    assert cache.usage() == Usage(3, 300)


def test_a_segment_without_its_poster_or_its_video_has_to_be_made(cache: SegmentCache) -> None:
    cache.poster("old").unlink()
    cache.video("new").unlink()
    assert cache.missing(["oldest", "old", "new", "unheard of"]) == {"old", "new", "unheard of"}


@pytest.mark.parametrize("kind", ["video", "poster", "sum"])
@pytest.mark.parametrize("damage", ["a bit", "the end", "all"])
def test_a_damaged_segment_has_to_be_made_again(cache: SegmentCache, kind: str, damage: str) -> None:
    path = cache.folder / "old.sum" if kind == "sum" else getattr(cache, kind)("old")
    content = path.read_bytes()
    changed = bytes([content[0] ^ 1]) + content[1:]
    path.write_bytes({"a bit": changed, "the end": content[:-1], "all": b""}[damage])
    assert cache.missing(["oldest", "old", "new"]) == {"old"}


def test_sounds_are_kept_in_the_same_way(cache: SegmentCache) -> None:
    cache.sound("heard").write_bytes(bytes(100))
    assert not cache.has_sound("heard")  # it may be half of it
    cache.add_sound("heard")
    for path in cache.folder.glob("heard.*"):
        os.utime(path, (0, 0))
    assert cache.usage() == Usage(4, 400)
    assert cache.has_sound("heard") and not cache.has_sound("unheard")
    cache.tidy(250)
    assert cache.has_sound("heard") and cache.usage() == Usage(2, 200)


def test_clearing_removes_all(cache: SegmentCache) -> None:
    assert cache.clear() == Usage(3, 300)
    assert cache.usage() == Usage(0, 0)
    assert SegmentCache(cache.folder / "not there").usage() == Usage(0, 0)
