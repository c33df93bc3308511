"""Image files from strangers: what cannot be shown, or costs too much, is refused before it is decoded."""

import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from storyreel.core.errors import StoryboardError, StoryreelError
from storyreel.core.limits import Limits
from storyreel.reader import load
from storyreel.storyboard.image_file import check_image, image_format

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
CIRCLE = '<circle cx="5" cy="5" r="4"/>'
REFERRED = "".join(f'<g id="g{n}">' + f'<use xlink:href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 7))
STORYBOARD = """title: A picture
chapters:
  - id: picture
    title: A picture
    scene: picture
    beats:
      - do: [show_image: {name}]
"""


def svg(inside: str, head: str = HEAD) -> str:
    return f"{head}{inside}</svg>"


BAD = {
    "it declares entities": '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg(CIRCLE),
    "it contains text": svg("<text>hello</text>"),
    "it contains text;": svg('<s:text xmlns:s="http://www.w3.org/2000/svg">hello</s:text>'),
    "it contains <image>": svg('<image href="file:///etc/passwd"/>'),
    "it contains <script>": svg("<script>1</script>"),
    "it refers to another file, `/etc/passwd#a`": svg('<use xlink:href="/etc/passwd#a"/>'),
    "its style imports": svg("<style>@import url(/etc/passwd);</style>"),
    f"it draws more than {Limits().svg_shapes:,} shapes": svg(f'<g id="g0">{CIRCLE}</g>{REFERRED}'),
    "or draw themselves": svg('<g id="a"><use xlink:href="#b"/></g><g id="b"><use xlink:href="#a"/></g>'),
    "deep in each other": svg("<g>" * 100 + CIRCLE + "</g>" * 100),
    f"more than {Limits().svg_path_characters:,} characters": svg(f'<path d="M0 0{"h1" * 60_000}"/>'),
    "its `width` has the number 1e30": svg(CIRCLE, HEAD[:-1] + ' width="1e30">'),
    "its `d` has the number nan": svg('<path d="M0 nan"/>'),
    "is not an SVG that can be shown: mismatched tag": svg("<g>"),
    "is no PNG, JPEG, GIF, WebP or SVG": "%!PS-Adobe-3.0 EPSF-3.0\nshowpage\n",
    "is no PNG, JPEG, GIF, WebP or SVG ": "<html></html>",
    "is no PNG": "",
}


@pytest.mark.parametrize(("fault", "content"), BAD.items(), ids=list(BAD))
def test_what_cannot_be_shown_is_said_by_check_with_its_place(
    tmp_path: Path, fault: str, content: str
) -> None:
    (tmp_path / "drawing.svg").write_text(content)
    with pytest.raises(StoryboardError) as error:
        load(tmp_path / "lesson.yaml", text=STORYBOARD.format(name="drawing.svg"))
    (problem,) = error.value.problems
    assert (problem.place.line, problem.place.column) == (7, 26)
    assert fault.strip() in problem.message


def png(width: int, height: int) -> bytes:
    """The beginning of a PNG that claims to be so large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_pixels_are_counted_before_they_are_decoded(tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(png(13_300, 13_300))
    with pytest.raises(StoryreelError, match="has 176,890,000 pixels"):
        check_image(tmp_path / "large.png")


def test_a_file_of_many_bytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.svg"
    path.write_text(HEAD)
    os.truncate(path, 6_000_000_000)
    with pytest.raises(StoryreelError, match=r"sparse\.svg has 6,000,000,000 bytes"):
        check_image(path)


def test_a_format_is_known_by_the_content_and_not_by_the_name(tmp_path: Path) -> None:
    for kind in ("PNG", "JPEG", "GIF", "WEBP"):
        Image.new("RGB", (4, 4)).save(tmp_path / "picture.dat", kind)
        assert image_format(tmp_path / "picture.dat") == kind
        check_image(tmp_path / "picture.dat")
    (tmp_path / "picture.png").write_text(svg(CIRCLE))
    assert image_format(tmp_path / "picture.png") == "SVG"


def test_a_damaged_file_is_no_image(tmp_path: Path) -> None:
    (tmp_path / "half.png").write_bytes(b"\x89PNG\r\n\x1a\nrest")
    with pytest.raises(StoryreelError, match=r"half\.png is not an image that can be shown"):
        check_image(tmp_path / "half.png")


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "secret.svg").write_text(svg(CIRCLE))
    (tmp_path / "course" / "drawing.svg").symlink_to(tmp_path / "secret.svg")
    with pytest.raises(StoryboardError, match="leads out of the storyboard's folder"):
        load(tmp_path / "course" / "lesson.yaml", text=STORYBOARD.format(name="drawing.svg"))
