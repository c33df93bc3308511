"""Every scene file also renders with Manim's own command, which knows nothing of storyboards."""

import subprocess
import sys

import pytest
from PIL import Image

from storyreel.storyboard.vocabulary import scene_types


@pytest.mark.parametrize("name", sorted(scene_types()))
def test_the_manim_command_renders_each_scene_alone(name, tmp_path):
    scene = scene_types()[name]
    # The last picture only; the moves before it are run through, which takes a tenth of the time.
    command = [
        sys.executable,
        "-m",
        "manim",
        "-ql",
        "-s",
        "--media_dir",
        "media",
        str(scene.path),
        scene.class_name,
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (picture,) = tmp_path.glob("media/images/**/*.png")
    assert len(Image.open(picture).convert("RGB").getcolors(1 << 20)) > 20  # a picture, and not a blank one
