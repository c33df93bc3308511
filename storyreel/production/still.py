"""Stills of a production: the last frame of one beat, or of all beats on a contact sheet."""

import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from storyreel.core.atomic_file import atomic_file
from storyreel.core.frame import Frame
from storyreel.core.paths import FONTS
from storyreel.core.progress import Progress, no_progress
from storyreel.core.time_format import clock
from storyreel.graphics import theme
from storyreel.production.production import Production
from storyreel.rendering.play import last_frames
from storyreel.timing.beats import TimedBeat, TimedChapter

COLUMNS = 4
PICTURE_WIDTH = 480  # pixels, on a contact sheet
CAPTION_HEIGHT = 28
GAP = 8


def make_still(production: Production, chapter_id: str, beat: int, path: Path) -> None:
    """Write the last frame of a beat to `path` as a PNG; raises UsageError if there is no such beat."""
    production.beat(chapter_id, beat)  # raises where there is none
    _, frame = _last_frames_of(production, production.chapter(chapter_id))[beat - 1]
    _write_png(path, Image.fromarray(frame))


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
    sheet = Image.new("RGB", size, theme.COLOURS["line"])
    pen, font = ImageDraw.Draw(sheet), ImageFont.truetype(FONTS / "Inter-SemiBold.otf", 18)
    for number, (beat, picture) in enumerate(pictures):
        row, column = divmod(number, columns)
        left, top = GAP + column * (PICTURE_WIDTH + GAP), GAP + row * height
        seconds = production.timeline.seconds(beat.start)
        title = f"{beat.chapter} {beat.number}  ·  {clock(seconds, decimals=1)}"
        pen.text((left, top + 2), title, fill=theme.COLOURS["text"], font=font)
        sheet.paste(picture, (left, top + CAPTION_HEIGHT))
    _write_png(path, sheet)


def _last_frames_of(production: Production, chapter: TimedChapter) -> list[tuple[TimedBeat, Frame]]:
    """Each beat of a chapter with its last frame; no other frame is drawn."""
    frames = last_frames(production.performance(chapter, draw=()), production.quality)
    return list(zip(chapter.beats, frames, strict=True))


def _write_png(path: Path, picture: Image.Image) -> None:
    with atomic_file(path) as temporary:
        picture.convert("RGB").save(temporary, "PNG")
