"""Excerpts: chapters and beats that have a film of their own, and the names of their files in `clips`.

A name begins with the id of the chapter; for a beat, with `<chapter>.beat-<number>`, as no id has a dot.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storyreel.exports.base import ExportRequest
from storyreel.exports.plain_text import one_line
from storyreel.lesson.manifest import ClipFiles


@dataclass(frozen=True)
class Excerpt:
    """A chapter or a beat; `files` are its film, captions and poster in the lesson's folder.

    With `is_transparent` there is also a film without a background. The names of all its files in the folder
    `clips` begin with `name`. Width and height are in pixels.
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
        """The name of the film in the folder `clips`, where all files named here are."""
        return self.named(self.files.film)

    @property
    def poster(self) -> str:
        """The name of the poster."""
        return self.named(self.files.poster)

    @property
    def player(self) -> str:
        """The name of the page that plays the film."""
        return f"{self.name}.player.html"

    @property
    def captions(self) -> dict[str, str]:
        """The names of the WebVTT captions, by language."""
        return {language: self.named(files.vtt) for language, files in self.files.captions.items()}

    @property
    def subtitles(self) -> dict[str, str]:
        """The names of the SRT captions, by language."""
        return {language: self.named(files.srt) for language, files in self.files.captions.items()}

    @property
    def still(self) -> str:
        """The name of the picture of the last frame."""
        return f"{self.name}.png"

    @property
    def gif(self) -> str:
        """The name of the GIF."""
        return f"{self.name}.gif"

    @property
    def webp(self) -> str:
        """The name of the animated WebP."""
        return f"{self.name}.webp"

    def made(self) -> tuple[str, ...]:
        """The names of all its files except the player page."""
        return (*self.copies().values(), self.still, self.gif, self.webp)

    def copies(self) -> dict[str, str]:
        """The files to copy: for each path in the lesson's folder the name in the folder `clips`."""
        films = [self.files.transparent] if self.is_transparent else []
        return {path: self.named(path) for path in (*self.files.paths(), *films)}

    def named(self, path: str) -> str:
        """The name in the folder `clips` of the file at `path` in the lesson's folder."""
        return self.name + Path(path).name.removeprefix(Path(self.files.film).stem)


def excerpts(request: ExportRequest) -> Iterator[Excerpt]:
    """Each chapter of the lesson, followed by its beats if the request is for these too."""
    lesson = request.lesson

    def excerpt(name: str, title: str, seconds: float, files: ClipFiles) -> Excerpt:
        width, height = lesson.video.width, lesson.video.height
        return Excerpt(name, title, lesson.language, seconds, width, height, files, request.transparent)

    for chapter in lesson.chapters:
        title = one_line(chapter.title)
        yield excerpt(chapter.id, title, chapter.end - chapter.start, chapter.files)
        for beat in chapter.beats if request.with_beats else ():
            name = f"{chapter.id}.beat-{beat.number}"
            yield excerpt(name, f"{title} ({beat.number})", beat.end - beat.start, beat.files)
