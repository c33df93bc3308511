"""Outputs that are classes of images: their errors, what makes these smaller, and many answers at once."""

from storyreel.stage.images.recap_stage import RecapStage


class ImageClasses(RecapStage):
    """Outputs that are classes of images: their errors, what would make these smaller, and many answers at
    once."""
