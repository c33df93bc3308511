"""The constructor of shapes."""

from typing import Any

import numpy as np
from manim import BLACK, DEFAULT_STROKE_WIDTH, UL, CapStyleType, LineJointType, ManimColor, VMobject

from storyreel.rendering.manim_patches.patch import Patch

_THIRDS = np.linspace(0, 1, 4)


def init(
    self: VMobject,
    fill_color: Any = None,
    fill_opacity: float = 0.0,
    stroke_color: Any = None,
    stroke_opacity: float = 1.0,
    stroke_width: float = DEFAULT_STROKE_WIDTH,
    background_stroke_color: Any = BLACK,
    background_stroke_opacity: float = 1.0,
    background_stroke_width: float = 0,
    sheen_factor: float = 0.0,
    joint_type: LineJointType | None = None,
    sheen_direction: Any = UL,
    close_new_points: bool = False,
    pre_function_handle_to_anchor_scale_factor: float = 0.01,
    make_smooth_after_applying_functions: bool = False,
    background_image: Any = None,
    shade_in_3d: bool = False,
    tolerance_for_point_equality: float = 1e-6,
    n_points_per_cubic_curve: int = 4,
    cap_style: CapStyleType = CapStyleType.AUTO,
    **kwargs: Any,
) -> None:
    """As Manim's, without computing the same `linspace` for each shape."""
    self.fill_opacity = fill_opacity
    self.stroke_opacity = stroke_opacity
    self.stroke_width = stroke_width
    if background_stroke_color is not None:
        self.background_stroke_color = ManimColor.parse(background_stroke_color)
    self.background_stroke_opacity = background_stroke_opacity
    self.background_stroke_width = background_stroke_width
    self.sheen_factor = sheen_factor
    self.joint_type = LineJointType.AUTO if joint_type is None else joint_type
    self.sheen_direction = sheen_direction
    self.close_new_points = close_new_points
    self.pre_function_handle_to_anchor_scale_factor = pre_function_handle_to_anchor_scale_factor
    self.make_smooth_after_applying_functions = make_smooth_after_applying_functions
    self.background_image = background_image
    self.shade_in_3d = shade_in_3d
    self.tolerance_for_point_equality = tolerance_for_point_equality
    self.n_points_per_cubic_curve = n_points_per_cubic_curve
    is_cubic = n_points_per_cubic_curve == 4
    self._bezier_t_values = _THIRDS.copy() if is_cubic else np.linspace(0, 1, n_points_per_cubic_curve)
    self.cap_style = cap_style
    super(VMobject, self).__init__(**kwargs)
    if fill_color is not None:
        self.fill_color = ManimColor.parse(fill_color)
    if stroke_color is not None:
        self.stroke_color = ManimColor.parse(stroke_color)


PATCHES = (Patch(VMobject, "__init__", init),)
