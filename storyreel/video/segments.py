"""Gives segments to the threads that join them as films, which wait for those still being made."""

from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Executor
from fractions import Fraction
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING

from storyreel.video.segment import VideoSegment
from storyreel.video.segment_cache import SegmentCache

if TYPE_CHECKING:
    from storyreel.video.sound_segments import SoundSegment


class Segments:
    """The segments of `video`, and sound segments, that are in `cache` or being made.

    After `cancel`, all methods that wait or make something raise its error: CancelledError, or OutsideError
    if a sound segment could not be written.
    """

    def __init__(self, cache: SegmentCache, video: Iterable[VideoSegment]) -> None:
        self._cache = cache
        by_name = {segment.name: segment for segment in video}  # segments with equal frames have one name
        self._pending = cache.missing(by_name)
        self._changed = Condition()
        self._error: BaseException | None = None
        self.to_draw = [segment for name, segment in by_name.items() if name in self._pending]
        """The video segments that are not in the cache, one for each name."""

    def add_drawn(self, segment: VideoSegment) -> None:
        """Tell that a video segment is now in the cache."""
        self._finish(segment.name)

    def encode(self, sounds: "Iterable[SoundSegment]", pool: Executor) -> None:
        """Let `pool` encode those of `sounds` that are neither in the cache nor being made."""
        for sound in sounds:
            self._raise_if_cancelled()
            name = sound.name
            with self._changed:
                if name in self._pending or self._cache.has_sound(name):
                    continue
                self._pending.add(name)
            pool.submit(self._encode, sound, name)

    def video(self, segments: Iterable[VideoSegment]) -> Iterator[tuple[Path, Fraction]]:
        """The file of each video segment with the seconds for which it is shown, once it is in the cache."""
        for segment in segments:
            self._wait(segment.name)
            yield self._cache.video(segment.name), segment.shown

    def sound(self, sounds: "Iterable[SoundSegment]") -> Iterator[Path]:
        """The file of each sound segment, once it is in the cache."""
        for sound in sounds:
            name = sound.name
            self._wait(name)
            yield self._cache.sound(name)

    def poster(self, segment: VideoSegment) -> Path:
        """The file with the poster of a video segment, which must be in the cache."""
        return self._cache.poster(segment.name)

    def cancel(self, error: BaseException | None = None) -> None:
        """Raise `error` (None: CancelledError) in all threads that wait; that of the first call counts."""
        with self._changed:
            self._error = self._error or error or CancelledError()
            self._changed.notify_all()

    def _encode(self, sound: "SoundSegment", name: str) -> None:
        try:
            self._raise_if_cancelled()
            sound.write(self._cache.sound(name))
            self._cache.add_sound(name)
            self._finish(name)
        except BaseException as error:
            self.cancel(error)

    def _finish(self, name: str) -> None:
        with self._changed:
            self._pending.discard(name)
            self._changed.notify_all()

    def _wait(self, name: str) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._error or name not in self._pending)
            self._raise_if_cancelled()

    def _raise_if_cancelled(self) -> None:
        if self._error:
            raise self._error
