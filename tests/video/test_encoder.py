"""A video segment has the frames that were written, exactly as long, and is complete or absent."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from storyreel.core.frame import Box, Frame
from storyreel.core.quality import QUALITIES, Quality
from storyreel.video.encoder import VideoEncoder
from storyreel.video.probe import decode_frame, probe
from storyreel.video.yuv import MARGIN, REACH, TILE

SMALL = Quality(width=160, height=90, fps=60, preset="ultrafast", quantizer=10)


def grey(level: int, quality: Quality = SMALL) -> Frame:
    return np.full((quality.height, quality.width, 4), level, np.uint8)


def spans(segment: Path) -> list[tuple[int, int, bool]]:
    """The start and duration of each stored picture, in frames, and whether it is a key frame."""
    with av.open(segment) as container:
        return [
            (packet.pts * packet.time_base * 60, packet.duration * packet.time_base * 60, packet.is_keyframe)
            for packet in container.demux(video=0)
            if packet.size
        ]


def moving(frames: int, quality: Quality = SMALL) -> Iterator[tuple[Frame, list[Box]]]:
    """Frames of noise in which a few boxes change, all in the same memory, each with its boxes."""
    random = np.random.default_rng(3)
    frame = random.integers(0, 256, (quality.height, quality.width, 4), np.uint8)
    for _ in range(frames):
        boxes = []
        for _ in range(random.integers(1, 4)):
            left, top = (int(random.integers(0, size)) for size in (quality.width, quality.height))
            right, bottom = left + int(random.integers(1, 40)), top + int(random.integers(1, 20))
            box = left, top, min(right, quality.width), min(bottom, quality.height)
            frame[box[1] : box[3], box[0] : box[2]] ^= random.integers(0, 256, 4, np.uint8)
            boxes.append(box)
        yield frame, boxes


@pytest.mark.parametrize("frames", [1, 2, 3, 40])
def test_a_segment_has_exactly_the_frames_that_were_written_in_order(tmp_path: Path, frames: int) -> None:
    segment = tmp_path / "segment.mp4"
    with VideoEncoder(segment, SMALL) as video:
        for number in range(frames):
            video.write(grey(6 * number))
    facts = probe(segment)
    assert (facts.frames, facts.fps, facts.video_seconds) == (frames, 60, frames / 60)
    for number in range(0, frames, 7):
        assert abs(decode_frame(segment, number).mean() - 6 * number) < 2


@pytest.mark.parametrize(("is_constant", "pictures"), [(False, 4), (True, 11)])
def test_a_repeated_frame_lasts_that_many_frames(tmp_path: Path, is_constant: bool, pictures: int) -> None:
    segment = tmp_path / "segment.mp4"
    with VideoEncoder(segment, replace(SMALL, constant_rate=is_constant)) as video:
        video.write(grey(20), repeats=3)
        video.write(grey(20), changed=(), repeats=6)
        video.write(grey(200), repeats=2)
    facts = probe(segment)
    assert (facts.frames, video.frames, facts.fps, facts.pictures) == (11, 11, 60, pictures)
    assert facts.video_seconds == 11 / 60
    assert abs(decode_frame(segment, 8).mean() - 20) < 2
    assert abs(decode_frame(segment, 9).mean() - 200) < 2
    assert abs(decode_frame(segment, 10).mean() - 200) < 2


@pytest.mark.parametrize(
    ("lengths", "stored"),
    [
        ([5], [4, 1]),
        ([1, 1, 14], [1, 1, 4, 4, 4, 2]),
        ([9, 1], [4, 4, 1, 1]),
        ([2, 4, 3], [2, 4, 3]),
        ([1, 6, 1, 1, 8, 2], [1, 4, 2, 1, 1, 4, 4, 2]),
    ],
)
def test_pictures_last_as_long_as_they_are_shown_but_a_fifteenth_of_a_second_at_most(
    tmp_path: Path, lengths: list[int], stored: list[int]
) -> None:
    segment = tmp_path / "segment.mp4"
    with VideoEncoder(segment, SMALL) as video:
        for number, length in enumerate(lengths):
            video.write(grey(40 * number), repeats=length)
    starts = [sum(stored[:number]) for number in range(len(stored))]
    assert [span[:2] for span in spans(segment)] == list(zip(starts, stored, strict=True))
    assert (probe(segment).frames, probe(segment).fps) == (sum(lengths), 60)


def test_only_what_changed_is_converted_and_each_picture_is_as_if_converted_whole(tmp_path: Path) -> None:
    """In a lossless film. The encoder gets no pixels far from the boxes, and all are overwritten later."""
    segment, odd = tmp_path / "segment.mp4", replace(SMALL, width=641, height=361, quantizer=0)
    near = TILE + REACH + MARGIN
    with VideoEncoder(segment, odd) as video:
        for frame, boxes in moving(60, odd):
            seen = frame.copy() if not video.frames else np.zeros_like(frame)
            for left, top, right, bottom in boxes:
                around = slice(max(top - near, 0), bottom + near), slice(max(left - near, 0), right + near)
                seen[around] = frame[around]
            video.write(seen, changed=boxes)
            seen[:] = 77
    with av.open(segment) as container:
        for decoded, (frame, _) in zip(container.decode(video=0), moving(60, odd), strict=True):
            even = np.pad(frame, ((0, 1), (0, 1), (0, 0)), mode="edge")
            expected = av.VideoFrame.from_ndarray(even, "rgba").reformat(
                format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG", src_color_range="JPEG"
            )
            np.testing.assert_array_equal(decoded.to_ndarray(), expected.to_ndarray())


def test_the_first_picture_of_a_segment_is_whole_even_if_nothing_changed(tmp_path: Path) -> None:
    segment = tmp_path / "segment.mp4"
    with VideoEncoder(segment, SMALL) as video:
        video.write(grey(120), changed=(), repeats=2)
    assert abs(decode_frame(segment, 1).mean() - 120) < 2


def test_a_segment_is_yuv420p_tagged_as_limited_range_bt709(tmp_path: Path) -> None:
    segment = tmp_path / "segment.mp4"
    with VideoEncoder(segment, SMALL) as video:
        video.write(grey(255))
    with av.open(segment) as container:
        codec = container.streams.video[0].codec_context
        luma = next(container.decode(video=0)).to_ndarray()[: SMALL.height]
    assert (codec.name, codec.pix_fmt) == ("h264", "yuv420p")
    assert (codec.color_range, codec.colorspace, codec.color_primaries, codec.color_trc) == (1, 1, 1, 1)
    assert luma.max() == luma.min() == 235


@pytest.mark.parametrize(
    ("colour", "luma"),
    # Rec. ITU-R BT.709-6, items 3.2 and 3.4: Y = 16 + 219 (0.2126 R + 0.7152 G + 0.0722 B).
    [((255, 0, 0), 62.6), ((0, 255, 0), 172.6), ((0, 0, 255), 31.8), ((90, 180, 255), 158.8)],
)
def test_colours_are_converted_by_bt709_and_come_back(
    tmp_path: Path, colour: tuple[int, int, int], luma: float
) -> None:
    segment = tmp_path / "segment.mp4"
    frame = np.full((SMALL.height, SMALL.width, 4), (*colour, 255), np.uint8)
    with VideoEncoder(segment, SMALL) as video:
        video.write(frame)
    with av.open(segment) as container:
        planes = next(container.decode(video=0)).to_ndarray()
    assert abs(planes[: SMALL.height].mean() - luma) < 1
    assert np.abs(decode_frame(segment, 0).mean(axis=(0, 1)) - colour).max() < 3


@pytest.mark.parametrize("is_constant", [False, True])
def test_every_four_seconds_there_is_a_key_frame(tmp_path: Path, is_constant: bool) -> None:
    """For changing and for repeated frames."""
    segment = tmp_path / "segment.mp4"
    with VideoEncoder(segment, replace(SMALL, constant_rate=is_constant)) as video:
        for frame, boxes in moving(303):
            video.write(frame, boxes)
        video.write(frame, changed=(), repeats=500)
    keys = [start for start, _, is_key in spans(segment) if is_key]
    assert keys == ([0, 240, 480, 720] if is_constant else [0, 240, 482, 722])


def test_odd_sizes_are_made_even(tmp_path: Path) -> None:
    odd = replace(SMALL, width=161, height=91)
    segment = tmp_path / "segment.mp4"
    with VideoEncoder(segment, odd) as video:
        video.write(grey(120, odd))
    facts = probe(segment)
    assert (facts.width, facts.height) == (162, 92)
    assert abs(decode_frame(segment, 0)[-1, -1].mean() - 120) < 2


def test_a_frame_of_another_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shape"), VideoEncoder(tmp_path / "segment.mp4", SMALL) as video:
        video.write(grey(0, replace(SMALL, width=80)))
    assert list(tmp_path.iterdir()) == []


def test_a_segment_without_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no frame"), VideoEncoder(tmp_path / "segment.mp4", SMALL):
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_the_old_segment_and_nothing_else(tmp_path: Path) -> None:
    segment = tmp_path / "segment.mp4"
    segment.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), VideoEncoder(segment, SMALL) as video:
        video.write(grey(10), repeats=60)
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.iterdir()] == ["segment.mp4"]
    assert segment.read_bytes() == b"old"


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    program = f"""
import resource, signal
from pathlib import Path
import numpy as np
from storyreel.video.encoder import VideoEncoder
from storyreel.core.errors import OutsideError
from storyreel.core.quality import QUALITIES
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
noise = np.random.default_rng(0)
try:
    with VideoEncoder(Path({str(tmp_path)!r}) / "segment.mp4", QUALITIES["draft"]) as video:
        for _ in range(3):
            video.write(noise.integers(0, 255, (480, 854, 4), np.uint8))
except OutsideError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == f"cannot write {tmp_path / 'segment.mp4'}: File too large\n"
    assert list(tmp_path.iterdir()) == []


def test_sixteen_by_nine_in_every_quality() -> None:
    for quality in QUALITIES.values():
        assert quality.height == pytest.approx(quality.width * 9 / 16, abs=0.5)
        assert quality.width % 2 == quality.height % 2 == 0
