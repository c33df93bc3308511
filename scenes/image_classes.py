"""Outputs that are classes of images: their errors, what makes these smaller, and many answers at once."""

from storyreel.stage.images.weight_stage import WeightStage


class ImageClasses(WeightStage):
    """Outputs that are classes of images: their errors, what would make these smaller, and many answers at
    once."""
