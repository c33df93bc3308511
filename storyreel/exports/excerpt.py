"""Excerpts: the parts of a lesson that are films of their own, and the names of their files among the clips.

A chapter's files are called after it, a beat's `<chapter>.beat-<number>`: no chapter's name has a dot.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storyreel.exports.base import Order
from storyreel.exports.plain_text import one_line
from storyreel.lesson.manifest import ClipFiles


@dataclass(frozen=True)
class Excerpt:
    """A chapter or a beat; `files` are its film, captions and poster in the lesson's folder.

    If it `is_transparent`, there is also a film without a background.

    `name` is what the names of all its files among the clips begin with. Width and height are in pixels.
    """

    name: str
    title: str
    language: str
    seconds: float
    width: int
    height: int
    files: ClipFiles
    is_transparent: bool

    @property
    def film(self) -> str:
        """The name of the film among the clips."""
        return self.named(self.files.film)

    @property
    def poster(self) -> str:
        """The name of the poster among the clips."""
        return self.named(self.files.poster)

    @property
    def player(self) -> str:
        """The name of the page that plays the film."""
        return f"{self.name}.player.html"

    @property
    def captions(self) -> dict[str, str]:
        """The names of the captions as WebVTT among the clips, by language."""
        return {language: self.named(files.vtt) for language, files in self.files.captions.items()}

    @property
    def subtitles(self) -> dict[str, str]:
        """The names of the captions as SRT among the clips, by language."""
        return {language: self.named(files.srt) for language, files in self.files.captions.items()}

    @property
    def still(self) -> str:
        """The name of the film's last picture."""
        return f"{self.name}.png"

    @property
    def gif(self) -> str:
        """The name of the film as a GIF."""
        return f"{self.name}.gif"

    @property
    def webp(self) -> str:
        """The name of the film as an animated WebP."""
        return f"{self.name}.webp"

    def made(self) -> tuple[str, ...]:
        """The names of all its files among the clips but the player's."""
        return (*self.copies().values(), self.still, self.gif, self.webp)

    def copies(self) -> dict[str, str]:
        """Of each of its files: the path in the lesson's folder, and the name among the clips."""
        films = [self.files.transparent] if self.is_transparent else []
        return {path: self.named(path) for path in (*self.files.paths(), *films)}

    def named(self, path: str) -> str:
        """What the file at `path` in the lesson's folder is called among the clips."""
        return self.name + Path(path).name.removeprefix(Path(self.files.film).stem)


def excerpts(order: Order) -> Iterator[Excerpt]:
    """Each chapter of the lesson and, if asked for, its beats after it."""
    lesson = order.lesson

    def excerpt(name: str, title: str, seconds: float, files: ClipFiles) -> Excerpt:
        width, height = lesson.video.width, lesson.video.height
        return Excerpt(name, title, lesson.language, seconds, width, height, files, order.transparent)

    for chapter in lesson.chapters:
        title = one_line(chapter.title)
        yield excerpt(chapter.id, title, chapter.end - chapter.start, chapter.files)
        for beat in chapter.beats if order.with_beats else ():
            name = f"{chapter.id}.beat-{beat.number}"
            yield excerpt(name, f"{title} ({beat.number})", beat.end - beat.start, beat.files)
