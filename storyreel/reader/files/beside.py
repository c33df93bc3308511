"""Paths of files in a document's own folder."""

from pathlib import Path

from storyreel.core.did_you_mean import did_you_mean
from storyreel.core.errors import StoryreelError
from storyreel.reader.document import Document, Location
from storyreel.storyboard.cue import File
from storyreel.storyboard.image_file import check_image


def read_file(
    document: Document, location: Location, path: str, beside: str = "the storyboard"
) -> File | None:
    """The path as written, if the file exists in the document's folder or below it; else reported.

    `beside` is what messages call the document.
    """
    folder, place = Path(document.source.file).parent, document.place(location)
    if Path(path).is_absolute() or ".." in Path(path).parts:
        document.report(place, f"`{path}` leads out of {beside}'s folder; put the file beside it")
    elif not _is_file(folder / path):
        near = (str(file.relative_to(folder)) for file in (folder / path).parent.glob("*") if file.is_file())
        document.report(place, f"there is no file `{path}` beside {beside}{did_you_mean(path, near)}")
    elif not (folder / path).resolve().is_relative_to(folder.resolve()):
        document.report(place, f"`{path}` is a link that leads out of {beside}'s folder")
    else:
        return File(path)
    return None


def read_image(document: Document, location: Location, file: File) -> File | None:
    """The file, if it is an image that can be shown; else reported."""
    try:
        check_image(Path(document.source.file).parent / file)
    except StoryreelError as fault:
        document.report(document.place(location), str(fault))
        return None
    return file


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long
        return False
