"""The pieces that films are joined of, while they are being made: whoever needs one waits for it."""

from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from storyreel.piece_cache import PieceCache
from storyreel.video_piece import VideoPiece

if TYPE_CHECKING:
    from storyreel.sound_pieces import SoundPiece


class Pieces:
    """The pieces of `video`, and of sounds, in `cache` or on their way there."""

    def __init__(self, cache: PieceCache, video: Iterable[VideoPiece]) -> None:
        self._cache = cache
        by_name = {piece.name: piece for piece in video}  # what is equal in all that can be seen has one name
        missing = cache.missing(by_name)
        self._drawn = {name: Future[None]() for name in missing}
        self._encoded: dict[str, Future[None]] = {}
        self._is_given_up = False
        self.to_draw = [piece for name, piece in by_name.items() if name in missing]
        """Those of the video that have to be drawn."""

    def drawn(self, piece: VideoPiece) -> None:
        """Tell that a piece is finished."""
        self._drawn[piece.name].set_result(None)

    def encode(self, sounds: "Iterable[SoundPiece]", pool: Executor) -> None:
        """Let `pool` encode those of the sounds that are not there and not on their way.

        Raises CancelledError when they are given up.
        """
        for sound in sounds:
            self._go_on()
            name = sound.name
            if name not in self._encoded and not self._cache.has_sound(name):
                self._encoded[name] = pool.submit(sound.write, self._cache.sound(name))

    def video(self, pieces: Iterable[VideoPiece]) -> Iterator[tuple[Path, Fraction]]:
        """The files of the pieces, with the seconds that are shown, each as soon as it is finished.

        Raises CancelledError when they are given up.
        """
        for piece in pieces:
            self._wait(self._drawn.get(piece.name))
            yield self._cache.video(piece.name), piece.shown

    def sound(self, sounds: "Iterable[SoundPiece]") -> Iterator[Path]:
        """The files of the sounds, each as soon as it is finished.

        Raises OutsideError if one could not be written, CancelledError when they are given up.
        """
        for sound in sounds:
            self._wait(self._encoded.get(sound.name))
            yield self._cache.sound(sound.name)

    def poster(self, piece: VideoPiece) -> Path:
        """The last picture of a piece, which is finished."""
        return self._cache.poster(piece.name)

    def give_up(self) -> None:
        """Let nobody go on who waits for pieces."""
        self._is_given_up = True
        for piece in (*self._drawn.values(), *self._encoded.values()):
            piece.cancel()

    def _wait(self, piece: Future[None] | None) -> None:
        self._go_on()
        if piece:
            piece.result()

    def _go_on(self) -> None:
        if self._is_given_up:
            raise CancelledError
