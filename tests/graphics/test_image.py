"""Image files as they are drawn: every kind of pixels in its right colours, upright, faded and reduced."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from manim import PI, Camera, ImageMobject, tempconfig
from manim.renderer.cairo_renderer import CairoRenderer
from numpy.typing import NDArray
from PIL import Image, ImageCms

from storyreel.core.errors import Place
from storyreel.core.frame import Frame
from storyreel.core.quality import Quality
from storyreel.graphics import theme
from storyreel.graphics.parts.raster import Raster, draw_image
from storyreel.graphics.parts.raster_file import LARGEST, read_pixels
from storyreel.rendering.play import last_frames, play
from storyreel.timing.beats import TimedBeat, TimedChapter, TimedCue
from storyreel.timing.performance import Performance

SMALL = Quality(320, 180, 5, "", 0)
WIDTH, HEIGHT = 48, 32
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
QUARTERS = {"upper left": RED, "upper right": GREEN, "lower left": BLUE, "lower right": WHITE}
PLACES = {
    "upper left": (0.25, 0.25),
    "upper right": (0.75, 0.25),
    "lower left": (0.25, 0.75),
    "lower right": (0.75, 0.75),
}
"""The quarters' middles, in parts of the image's width and height from its upper left corner."""
EXIF_ORIENTATION = 0x0112
BACKGROUND = tuple(int(theme.colour("background")[place : place + 2], 16) for place in (1, 3, 5))

Colour = tuple[int, ...]


def quarters(*colours: Colour) -> NDArray[np.uint8]:
    """An image whose quarters have these colours: the upper two, the lower two."""
    upper_left, upper_right, lower_left, lower_right = colours
    corners = np.array([[upper_left, upper_right], [lower_left, lower_right]], np.uint8)
    return corners.repeat(HEIGHT // 2, axis=0).repeat(WIDTH // 2, axis=1)


def performance(file: Path) -> Performance:
    """A chapter in which an image appears in a second and then holds for another."""
    place = Place("lesson.yaml", 1, 1)
    cue = TimedCue("show_image", {"file": file.name}, 0, SMALL.fps, place)
    beat = TimedBeat("chapter", 1, 0, 2 * SMALL.fps, (cue,), (), place)
    chapter = TimedChapter("chapter", "A chapter", "picture", None, (beat,))
    return Performance(chapter, SMALL.fps, None, folder=file.parent)


def drawn(file: Path, quality: Quality = SMALL) -> dict[str, Colour]:
    """The colours in the middles of the quarters of the image file, as the last frame shows it."""
    (frame,) = last_frames(performance(file), quality)
    return colours(frame)


def colours(frame: Frame) -> dict[str, Colour]:
    ground = frame[frame.shape[0] // 2, 5]
    rows, columns = np.nonzero((frame != ground).any(axis=2))
    top, left = rows.min(), columns.min()
    height, width = rows.max() + 1 - top, columns.max() + 1 - left
    assert width / height == pytest.approx(WIDTH / HEIGHT, abs=0.03)
    return {
        name: tuple(map(int, frame[int(top + y * height), int(left + x * width)]))
        for name, (x, y) in PLACES.items()
    }


def assert_colours(found: dict[str, Colour], expected: dict[str, Colour], within: int = 1) -> None:
    for name, colour in expected.items():
        assert found[name][:3] == pytest.approx(colour[:3], abs=within), name


def over_background(colour: Colour, opacity: float) -> Colour:
    return tuple(
        round(opacity * part + (1 - opacity) * ground)
        for part, ground in zip(colour, BACKGROUND, strict=True)
    )


def with_alpha(colour: Colour, opacity: int) -> Colour:
    return (*colour, opacity)


def _palette(file: Path) -> None:
    Image.fromarray(quarters(*QUARTERS.values())).quantize(8).save(file)


def _cmyk(file: Path) -> None:
    inks = quarters((0, 255, 255, 0), (255, 0, 255, 0), (255, 255, 0, 0), (0, 0, 0, 0))
    Image.frombytes("CMYK", (WIDTH, HEIGHT), inks.tobytes()).save(file, quality=95)


COLOURED: dict[str, tuple[str, Callable[[Path], None]]] = {
    "rgb": ("a.png", lambda file: Image.fromarray(quarters(*QUARTERS.values())).save(file)),
    "jpeg": ("a.jpg", lambda file: Image.fromarray(quarters(*QUARTERS.values())).save(file, quality=95)),
    "webp": ("a.webp", lambda file: Image.fromarray(quarters(*QUARTERS.values())).save(file, lossless=True)),
    "gif": ("a.gif", lambda file: Image.fromarray(quarters(*QUARTERS.values())).save(file)),
    "palette": ("a.png", _palette),
    "cmyk": ("a.jpg", _cmyk),
}


@pytest.mark.parametrize("kind", COLOURED)
def test_each_kind_of_colours_is_drawn_as_it_is(kind: str, tmp_path: Path) -> None:
    name, save = COLOURED[kind]
    save(tmp_path / name)
    assert_colours(drawn(tmp_path / name), QUARTERS, within=3 if name.endswith("jpg") else 1)


@pytest.mark.parametrize("bits", [1, 8, 16])
def test_greys_of_any_depth_are_drawn_as_light_as_they_are(bits: int, tmp_path: Path) -> None:
    """A half of 16 bits is a half of 8 bits; an image of 1 bit is black and white."""
    shares = (1.0, 0.0, 0.0, 1.0) if bits == 1 else (1.0, 0.5, 0.25, 0.75)
    whole = {1: 1, 8: 255, 16: 65535}[bits]
    levels = np.array(shares).reshape(2, 2).repeat(HEIGHT // 2, axis=0).repeat(WIDTH // 2, axis=1) * whole
    image = Image.fromarray(levels.astype({1: np.bool_, 8: np.uint8, 16: np.uint16}[bits]))
    if bits == 16:
        image = image.convert("I;16")
    image.save(tmp_path / "a.png")
    assert Image.open(tmp_path / "a.png").mode == {1: "1", 8: "L", 16: "I;16"}[bits]
    expected = {name: (round(255 * share),) * 3 for name, share in zip(PLACES, shares, strict=True)}
    assert_colours(drawn(tmp_path / "a.png"), expected)


def test_half_opaque_pixels_let_the_background_through(tmp_path: Path) -> None:
    half = [with_alpha(colour, 128) for colour in QUARTERS.values()]
    Image.fromarray(quarters(*half)).save(tmp_path / "a.png")
    expected = {name: over_background(colour, 128 / 255) for name, colour in QUARTERS.items()}
    assert_colours(drawn(tmp_path / "a.png"), expected)


def test_grey_with_alpha_lets_the_background_through(tmp_path: Path) -> None:
    Image.fromarray(quarters((200, 255), (200, 128), (100, 64), (0, 255))).save(tmp_path / "a.png")
    assert Image.open(tmp_path / "a.png").mode == "LA"
    expected = {
        "upper left": (200, 200, 200),
        "upper right": over_background((200, 200, 200), 128 / 255),
        "lower left": over_background((100, 100, 100), 64 / 255),
        "lower right": (0, 0, 0),
    }
    assert_colours(drawn(tmp_path / "a.png"), expected)


def test_a_palette_s_transparent_colour_is_not_drawn(tmp_path: Path) -> None:
    image = Image.fromarray(quarters(RED, GREEN, BLUE, RED)).quantize(8)
    green = image.getpixel((WIDTH - 1, 0))
    image.save(tmp_path / "a.png", transparency=green)
    expected = {"upper left": RED, "upper right": BACKGROUND, "lower left": BLUE, "lower right": RED}
    assert_colours(drawn(tmp_path / "a.png"), expected)


def test_a_transparent_grey_of_16_bits_is_not_drawn(tmp_path: Path) -> None:
    levels = np.array([[65535, 30000], [20000, 65535]], np.uint16)
    levels = levels.repeat(HEIGHT // 2, axis=0).repeat(WIDTH // 2, axis=1)
    Image.fromarray(levels).convert("I;16").save(tmp_path / "a.png", transparency=30000)
    grey = round(20000 / 257)
    expected = {"upper left": WHITE, "upper right": BACKGROUND, "lower left": (grey,) * 3}
    assert_colours(drawn(tmp_path / "a.png"), expected)


VISUAL_EDGES = {
    1: "top left",
    2: "top right",
    3: "bottom right",
    4: "bottom left",
    5: "left top",
    6: "right top",
    7: "right bottom",
    8: "left bottom",
}
"""For each orientation of EXIF 2.3: where row 0 and column 0 of the stored pixels belong."""


@pytest.mark.parametrize("orientation", VISUAL_EDGES)
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "16.png"])
def test_an_image_turned_by_its_exif_data_is_drawn_upright(
    name: str, orientation: int, tmp_path: Path
) -> None:
    upright = quarters(*QUARTERS.values())
    row, column = VISUAL_EDGES[orientation].split()
    if column in {"right", "bottom"}:
        upright = upright[:, ::-1] if column == "right" else upright[::-1]
    if row in {"right", "bottom"}:
        upright = upright[:, ::-1] if row == "right" else upright[::-1]
    stored = upright.swapaxes(0, 1) if row in {"left", "right"} else upright
    image, expected = Image.fromarray(np.ascontiguousarray(stored)), dict(QUARTERS)
    if name == "16.png":
        image = Image.fromarray(stored[..., 0].astype(np.uint16) * 200).convert("I;16")
        expected = {key: (round(red * 200 / 257),) * 3 for key, (red, _, _) in QUARTERS.items()}
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    image.save(tmp_path / name, exif=exif, quality=95)
    assert_colours(drawn(tmp_path / name), expected, within=3)


@pytest.mark.parametrize("has_alpha", [False, True])
def test_colours_are_converted_from_the_embedded_profile(has_alpha: bool, tmp_path: Path) -> None:
    """In a profile with the primaries of red and green exchanged, what is stored as red is seen as green."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = srgb.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)
    alpha = 128 if has_alpha else 255
    stored = [with_alpha(colour, alpha) for colour in QUARTERS.values()]
    Image.fromarray(quarters(*stored)).save(tmp_path / "a.png", icc_profile=exchanged)
    seen = {"upper left": GREEN, "upper right": RED, "lower left": BLUE, "lower right": WHITE}
    expected = {name: over_background(colour, alpha / 255) for name, colour in seen.items()}
    assert_colours(drawn(tmp_path / "a.png"), expected, within=2)


def test_a_broken_profile_is_ignored(tmp_path: Path) -> None:
    Image.fromarray(quarters(*QUARTERS.values())).save(tmp_path / "a.png", icc_profile=b"none")
    assert_colours(drawn(tmp_path / "a.png"), QUARTERS)


def test_without_a_background_the_frame_keeps_premultiplied_colours_and_opacity(tmp_path: Path) -> None:
    half = [with_alpha(colour, 128) for colour in QUARTERS.values()]
    Image.fromarray(quarters(*half)).save(tmp_path / "a.png")
    found = drawn(tmp_path / "a.png", SMALL.without_background)
    assert found["upper left"] == pytest.approx((128, 0, 0, 128), abs=1)
    assert found["lower right"] == pytest.approx((128, 128, 128, 128), abs=1)


def test_manim_s_own_renderer_draws_the_same_frames(tmp_path: Path) -> None:
    Image.fromarray(quarters(*QUARTERS.values())).save(tmp_path / "a.png")

    def frames(**renderer: type[CairoRenderer]) -> list[Frame]:
        taken: list[Frame] = []
        play(
            performance(tmp_path / "a.png"),
            SMALL,
            lambda frame, _, repeats: taken.extend([frame.copy()] * repeats),
            **renderer,
        )
        return taken

    ours, manims = frames(), frames(renderer=CairoRenderer)
    assert len(ours) == len(manims) == 2 * SMALL.fps
    assert all(np.array_equal(one, other) for one, other in zip(ours, manims, strict=True))
    middle = [frame[SMALL.height // 2 - 30, SMALL.width // 2 - 30].astype(int)[0] for frame in ours]
    assert BACKGROUND[0] < middle[0] < middle[1] <= middle[4] == 255  # it fades in
    assert middle == sorted(middle)


def on_frame(image: ImageMobject) -> Frame:
    """A black frame of 160 × 90 pixels, 20 to Manim's 128/9 × 8 units, with an image drawn onto it."""
    with tempconfig({"pixel_width": 160, "pixel_height": 90, "frame_width": 128 / 9, "frame_height": 8}):
        camera = Camera()
        frame = np.zeros((90, 160, 4), np.uint8)
        frame[..., 3] = 255
        draw_image(camera, image, frame)
        return frame


def test_an_image_can_be_turned_and_reach_beyond_the_frame() -> None:
    image = ImageMobject(quarters(*QUARTERS.values()))
    image.height = 4
    turned = on_frame(image.rotate(PI / 2))  # to the left: what was at the upper left is at the lower left
    assert turned[45 + 10, 80 - 8, :3].tolist() == list(RED)
    assert turned[45 - 10, 80 - 8, :3].tolist() == list(GREEN)
    assert turned[45 + 10, 80 + 8, :3].tolist() == list(BLUE)
    beyond = on_frame(image.rotate(-PI / 2).move_to((64 / 9, 4, 0)))
    assert beyond[5, 155, :3].tolist() == list(BLUE)  # its lower left quarter is all that is seen
    assert not beyond[:, :120, :3].any()
    assert not on_frame(image.move_to((20, 0, 0)))[..., :3].any()
    assert not on_frame(image.move_to((0, 0, 0)).stretch(1e-6, 0))[..., :3].any()


def test_an_image_turned_half_way_is_drawn_to_all_its_corners() -> None:
    image = ImageMobject(quarters(*QUARTERS.values()))
    image.height = 3
    frame = on_frame(image.rotate(-PI / 4))
    x, y = 11.25 * (image.points[3] * 0.9)[:2]
    assert frame[round(45 - y), round(80 + x), :3].tolist() == list(WHITE)
    assert not frame[round(45 - y * 1.3), round(80 + x * 1.3), :3].any()


def test_a_fine_pattern_is_averaged_where_it_is_reduced() -> None:
    stripes = np.zeros((400, 400, 3), np.uint8)
    stripes[:, ::2] = 255
    image = ImageMobject(stripes)
    image.height = 4
    seen = on_frame(image)[30:60, 65:95, 0]
    assert seen.min() > 117 and seen.max() < 138


def test_a_raster_fades_by_its_opacity_alone() -> None:
    full = Raster(np.full((8, 8, 4), 255, np.uint8)).scale(20)
    faded = full.copy().set_opacity(0)
    between = full.copy().interpolate_color(faded, full, 0.25)
    assert on_frame(between)[45, 80].tolist() == [64, 64, 64, 255]


def test_a_large_image_is_reduced(tmp_path: Path) -> None:
    Image.new("RGB", (LARGEST + 1200, 1200), RED).save(tmp_path / "a.png")
    assert read_pixels(tmp_path / "a.png").shape == (800, LARGEST, 4)
