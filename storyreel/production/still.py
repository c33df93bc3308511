"""Stills of a production: the last frame of one beat, or of all beats on a contact sheet."""

import math
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from storyreel.core.atomic_file import atomic_file
from storyreel.core.frame import Frame
from storyreel.core.paths import FONTS
from storyreel.core.progress import Progress, no_progress
from storyreel.core.time_format import clock
from storyreel.production.production import Production
from storyreel.rendering.play import last_frames
from storyreel.timing.beats import TimedBeat, TimedChapter

COLUMNS = 4
PICTURE_WIDTH = 480  # pixels, on a contact sheet
CAPTION_HEIGHT = 28
GAP = 8


@dataclass(frozen=True, eq=False)
class Still:
    """A picture of a lesson, which notebooks show; `frame` has the shape (height, width, 4), RGBA."""

    frame: Frame

    def __repr__(self) -> str:
        height, width, _ = self.frame.shape
        return f"<Still of {width}×{height} pixels>"

    def save(self, path: Path | str) -> Path:
        """Write the picture as a PNG and return its path; raises OutsideError if it cannot be written."""
        with atomic_file(Path(path)) as temporary:
            temporary.write_bytes(self._repr_png_())
        return Path(path)

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        Image.fromarray(self.frame).convert("RGB").save(file, "PNG")
        return file.getvalue()


def last_picture(production: Production, chapter_id: str, beat: int) -> Still:
    """The last frame of a beat, counted from 1; raises UsageError if there is no such beat."""
    production.beat(chapter_id, beat)
    _, frame = _last_frames_of(production, production.chapter(chapter_id))[beat - 1]
    return Still(frame)


def make_sheet(production: Production, path: Path, progress: Progress = no_progress) -> None:
    """Write a contact sheet to `path` as a PNG: the last frame of every beat, with chapter and number."""
    pictures: list[tuple[TimedBeat, Image.Image]] = []
    total = len(production.timeline.beats)
    for chapter in production.timeline.chapters:
        for beat, frame in _last_frames_of(production, chapter):
            picture = Image.fromarray(frame).convert("RGB")
            height = round(PICTURE_WIDTH * picture.height / picture.width)
            pictures.append((beat, picture.resize((PICTURE_WIDTH, height), Image.Resampling.LANCZOS)))
            progress("sheet", len(pictures), total)
    columns = min(COLUMNS, len(pictures))
    height = pictures[0][1].height + CAPTION_HEIGHT + GAP
    rows = math.ceil(len(pictures) / columns)
    size = (columns * (PICTURE_WIDTH + GAP) + GAP, rows * height + GAP)
    look = production.storyboard.theme.colours
    sheet = Image.new("RGB", size, look["line"])
    pen, font = ImageDraw.Draw(sheet), ImageFont.truetype(FONTS / "Inter-SemiBold.otf", 18)
    for number, (beat, picture) in enumerate(pictures):
        row, column = divmod(number, columns)
        left, top = GAP + column * (PICTURE_WIDTH + GAP), GAP + row * height
        seconds = production.timeline.seconds(beat.start)
        title = f"{beat.chapter} {beat.number}  ·  {clock(seconds, decimals=1)}"
        pen.text((left, top + 2), title, fill=look["text"], font=font)
        sheet.paste(picture, (left, top + CAPTION_HEIGHT))
    with atomic_file(path) as temporary:
        sheet.save(temporary, "PNG")


def _last_frames_of(production: Production, chapter: TimedChapter) -> list[tuple[TimedBeat, Frame]]:
    """Each beat of a chapter with its last frame; no other frame is drawn."""
    frames = last_frames(production.performance(chapter, draw=()), production.quality)
    return list(zip(chapter.beats, frames, strict=True))
