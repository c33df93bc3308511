"""The pieces that films are joined of, while they are being made: whoever needs one waits for it."""

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
    """The pieces of `video`, and of sounds, in `cache` or on their way there.

    When they are given up, all that is asked for raises the fault: CancelledError, or OutsideError if a sound
    could not be written.
    """

    def __init__(self, cache: SegmentCache, video: Iterable[VideoSegment]) -> None:
        self._cache = cache
        by_name = {
            segment.name: segment for segment in video
        }  # what is equal in all that can be seen has one name
        self._coming = cache.missing(by_name)
        self._changed = Condition()
        self._fault: BaseException | None = None
        self.to_draw = [segment for name, segment in by_name.items() if name in self._coming]
        """Those of the video that have to be drawn."""

    def drawn(self, segment: VideoSegment) -> None:
        """Tell that a piece is finished."""
        self._finish(segment.name)

    def encode(self, sounds: "Iterable[SoundSegment]", pool: Executor) -> None:
        """Let `pool` encode those of the sounds that are not there and not on their way."""
        for sound in sounds:
            self._go_on()
            name = sound.name
            with self._changed:
                if name in self._coming or self._cache.has_sound(name):
                    continue
                self._coming.add(name)
            pool.submit(self._encode, sound, name)

    def video(self, segments: Iterable[VideoSegment]) -> Iterator[tuple[Path, Fraction]]:
        """The files of the pieces, with the seconds that are shown, each as soon as it is finished."""
        for segment in segments:
            self._wait(segment.name)
            yield self._cache.video(segment.name), segment.shown

    def sound(self, sounds: "Iterable[SoundSegment]") -> Iterator[Path]:
        """The files of the sounds, each as soon as it is finished."""
        for sound in sounds:
            name = sound.name
            self._wait(name)
            yield self._cache.sound(name)

    def poster(self, segment: VideoSegment) -> Path:
        """The last picture of a piece, which is finished."""
        return self._cache.poster(segment.name)

    def give_up(self, fault: BaseException | None = None) -> None:
        """Let nobody go on who waits for pieces; they are told the first `fault`, CancelledError if None."""
        with self._changed:
            self._fault = self._fault or fault or CancelledError()
            self._changed.notify_all()

    def _encode(self, sound: "SoundSegment", name: str) -> None:
        try:
            self._go_on()
            sound.write(self._cache.sound(name))
            self._finish(name)
        except BaseException as fault:
            self.give_up(fault)

    def _finish(self, name: str) -> None:
        with self._changed:
            self._coming.discard(name)
            self._changed.notify_all()

    def _wait(self, name: str) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._fault or name not in self._coming)
            self._go_on()

    def _go_on(self) -> None:
        if self._fault:
            raise self._fault
