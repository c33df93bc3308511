"""Reading a raster image file: upright, in sRGB, with opacity."""

from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from storyreel.core.errors import StoryreelError
from storyreel.storyboard.image_file import check_image, image_format

LARGEST = 2400
"""The longer side in pixels to which larger images are reduced."""

_MODES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
"""Pillow's mode for each colour space of an ICC profile."""


def read_pixels(path: Path) -> NDArray[np.uint8]:
    """The image at `path` as an array (height, width, 4) of red, green, blue and opacity, 0 to 255.

    An orientation in the file's EXIF data is applied, an embedded colour profile converted to sRGB. Raises
    StoryreelError where Pillow cannot read the file.
    """
    check_image(path)
    try:
        # The formats are given: Pillow would start external programs for others.
        with Image.open(path, formats=[image_format(path)]) as file:
            file.draft(None, (LARGEST, LARGEST))  # a large JPEG is decoded at a fraction of its size
            image = _rgba(ImageOps.exif_transpose(file))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as fault:
        raise StoryreelError(f"{path.name} is not an image that can be shown: {fault}") from fault
    image.thumbnail((LARGEST, LARGEST))
    return np.array(image)


def _rgba(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        image = _eight_bits(image)
    rgba = image.convert("RGBA")
    colours = _srgb(image)
    if colours is not None:
        colours.putalpha(rgba.getchannel("A"))
        return colours
    return rgba


def _eight_bits(image: Image.Image) -> Image.Image:
    """A grey image of 16 bits in 8 bits; Pillow's own conversion makes all but the darkest greys white."""
    levels = np.asarray(image).astype(np.uint32)
    transparent = image.info.get("transparency")
    opacity = np.full(levels.shape, 255) if transparent is None else 255 * (levels != transparent)
    grey = (levels * 255 + 32767) // 65535
    reduced = Image.fromarray(np.stack([grey, opacity], axis=-1).astype(np.uint8))
    reduced.info = {key: value for key, value in image.info.items() if key != "transparency"}
    return reduced


def _srgb(image: Image.Image) -> Image.Image | None:
    """The image's colours in sRGB by its embedded profile; None without a profile that can be used."""
    profile = image.info.get("icc_profile")
    if not profile:
        return None
    try:
        embedded = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode = _MODES[embedded.profile.xcolor_space]
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image.convert(mode), embedded, srgb, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, KeyError):
        return None
