"""The bars of the classes that an image can have, with frames and marks that tell which is right."""

from collections.abc import Sequence

import numpy as np
from manim import Line, Rectangle, RoundedRectangle, VGroup, VMobject

from storyreel.core.number_format import shown
from storyreel.engine.trace import Trace
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, Frame, at
from storyreel.graphics.networks.images.image_network import ImageNetwork
from storyreel.graphics.networks.label_places import box_of
from storyreel.graphics.networks.output_bars import GAP as BESIDE_NUMBER
from storyreel.graphics.networks.output_bars import OutputBars
from storyreel.graphics.polylines import polyline
from storyreel.graphics.text.typeset import words

ROOM_FOR_MARK, MARK = 0.5, 0.17
"""The room to the right of the bars for the mark of an answer, and half the size of that."""
FROM_CLASS, HIGHEST_FRAME, AROUND = 0.13, 0.96, 0.04
"""Units from a class to the frame around its row; the height of the frame, in distances of rows; units from
the frame to what is in it."""
NUMBER = 0.9
"""The em of the numbers of bars in a wide frame, in distances of rows."""
UP_TO_ONE = ("sigmoid", "softmax")
"""The activation functions with which an output is at most 1, where the track of a bar ends."""
TRACK, LAST_END = 0.8, 1.1
"""The height of the track of a bar, and of the line where it ended before, in thicknesses of bars."""


class AnswerBars(OutputBars):
    """The bars of the outputs of a `diagram` that are drawn, at the right of `area` in the frame of the film;
    the largest is the answer.

    `tracks` are the places of the bars, as long as the longest can be. `add_…`, `frame_answer` and `mark`
    make the other parts, which scenes put on stage.
    """

    def __init__(self, trace: Trace, diagram: ImageNetwork, area: Area, film: Frame) -> None:
        layer = len(diagram.columns) - 1
        drawn, spacing = diagram.drawn(layer), diagram.pitch_of(layer)
        spec = ".0%" if trace.network.layers[-1].activation.name == "softmax" else ".2f"
        self.film, self.classes = film, [diagram.names[name] for name in diagram.columns[-1]]
        self.marked: tuple[int, VMobject] | None = None
        """The bar that has a tick or a cross, and this."""
        self.marks = VGroup()
        """What says which answer is right."""
        self.wanted: tuple[int, VMobject] | None = None
        """The bar of the class that was wanted, and the word for that at the end of its row."""
        self.frame = VGroup()
        """The frame around the answer, if there is one on stage."""
        self.last_ends: VGroup | None = None
        """Where the bars ended before a knob was turned."""
        super().__init__(
            [float(diagram.nodes[name].circle.get_y()) for name in diagram.columns[-1]],
            trace.forward.prediction[0, drawn].tolist(),
            trace.targets[0, drawn].tolist(),
            area,
            lambda _, value: shown(value, spec),
            em=min(theme.SIZES.label, NUMBER * spacing) if film.is_wide else theme.SIZES.small,
            headroom=1.0,
            most=1.0 if trace.network.layers[-1].activation.name in UP_TO_ONE else 0.0,
        )
        self.tracks = self._tracks()

    def add_errors(self) -> VGroup:
        """Make a line from the end of each bar to its target, the error of the output; they are gone with the
        marks of the answer."""
        start = float(self.zero.get_x())
        unit = (float(self.tracks.get_right()[0]) - start) / self.high
        ends = zip(self.bars, self.targets, self.heights, strict=True)
        errors = VGroup(
            *(
                Line(at(box_of(bar)[2], y), at(start + unit * target, y)).set_z_index(1)
                for bar, target, y in ends
            )
        )
        self.marks.add(*errors.set_stroke(theme.colour("loss"), theme.SPACING.bold_stroke))
        return errors

    def set_values(self, values: Sequence[float], spec: str = "") -> None:
        """Show these values, as `OutputBars` does; the mark of an answer stays at the end of its bar."""
        super().set_values(values, spec)
        self.answer = int(np.argmax(values))
        """The place of the largest bar."""
        self._place_mark()
        self._fade_wanted()

    @property
    def is_right(self) -> bool:
        """True if the largest bar is that of the largest target."""
        return self.answer == int(np.argmax(self.targets))

    def _tracks(self) -> VGroup:
        right = self.area.right
        left = self.area.left + self.room + BESIDE_NUMBER
        tracks = VGroup(*(Rectangle(height=TRACK * self.thickness, width=right - left) for _ in self.heights))
        for track, height in zip(tracks, self.heights, strict=True):
            track.move_to(at((left + right) / 2, height))
        return tracks.set_stroke(width=0).set_fill(theme.colour("surface"), opacity=1)

    def add_last_ends(self) -> VGroup:
        """Make a line across each bar where it ends now, which stays there as the bar changes."""
        half = LAST_END * self.thickness / 2
        ends = [
            Line(at(right, y - half), at(right, y + half))
            for right, y in zip((box_of(bar)[2] for bar in self.bars), self.heights, strict=True)
        ]
        self.last_ends = VGroup(*ends).set_stroke(theme.colour("weight"), theme.SPACING.stroke)
        return self.last_ends

    def clear_last_ends(self) -> VGroup | None:
        """Forget where bars ended before, and return these lines, if there are any, to be faded out."""
        ends, self.last_ends = self.last_ends, None
        return ends

    def frame_answer(self) -> VGroup:
        """A frame around the row of the answer: its class, its number and its bar."""
        self.frame = VGroup(self._row_frame(self.answer, "text"))
        return self.frame

    def clear_frame(self) -> VGroup:
        """Forget the frame around the answer, and return it to be faded out."""
        frame, self.frame = self.frame, VGroup()
        return frame

    def _row_frame(self, place: int, kind: str) -> RoundedRectangle:
        """A frame in the colour of `kind` around the class, the number and the bar of an output."""
        left, right = float(self.classes[place].get_left()[0]) - FROM_CLASS, self.film.whole.right - AROUND
        pitch = self.heights[0] - self.heights[1] if len(self.heights) > 1 else 1.0
        frame = RoundedRectangle(
            corner_radius=FROM_CLASS,
            width=right - left,
            height=min(HIGHEST_FRAME * pitch, HIGHEST_FRAME),
            stroke_color=theme.colour(kind),
            stroke_width=theme.SPACING.stroke,
        )
        return frame.move_to(at((left + right) / 2, self.heights[place]))

    def add_wanted(self, text: str) -> VGroup:
        """Make the frame around the row of the class that was wanted, with `text` at its end."""
        wanted = int(np.argmax(self.targets))
        frame = self._row_frame(wanted, "target")
        row = VGroup(frame)
        if text:
            word = words(text, em=theme.SIZES.body, colour=theme.colour("target"), weight="semibold")
            _, bottom, right, top = box_of(frame)
            left = float(self.bars[wanted].get_right()[0]) + FROM_CLASS
            room = Area("wanted", left, bottom, right - 2 * FROM_CLASS, top)
            row.add(room.place(word, align="right"))
            self.wanted = (wanted, word)
        self.marks.add(*row)
        return row

    def clear_wanted_word(self) -> list[VMobject]:
        """Forget the word for the class that was wanted, and return it to be faded out; the frame around its
        row stays."""
        if self.wanted is None:
            return []
        (_, word), self.wanted = self.wanted, None
        self.marks.remove(word)
        return [word]

    def _fade_wanted(self) -> None:
        """Hide the word for the class that was wanted where its bar comes too close. In a narrow frame there
        is no other place for it; the frame around its row stays."""
        if self.wanted is not None:
            wanted, word = self.wanted
            free = float(word.get_left()[0]) - float(self.bars[wanted].get_right()[0])
            word.set_fill(opacity=min(1.0, max(0.0, free / FROM_CLASS)))

    def mark(self) -> VGroup:
        """A frame around the row of the answer, and a tick at the end of its bar where that is right, else a
        cross, which follows the bar."""
        shape = VMobject(stroke_width=theme.SPACING.bold_stroke)
        if self.is_right:
            strokes = [np.array([at(-1.0, 0.0), at(-0.3, -0.8), at(1.0, 0.9)])]
        else:
            strokes = [np.array([at(-0.8, side), at(0.8, -side)]) for side in (0.8, -0.8)]
        shape.points = np.concatenate([polyline(stroke) for stroke in strokes])
        kind = "target" if self.is_right else "loss"
        shape.set_stroke(theme.colour(kind)).scale(MARK)
        self.marked = (self.answer, shape)
        mark = VGroup(self._row_frame(self.answer, kind), shape)
        self.marks.add(*mark)
        self._place_mark()
        return mark

    def _place_mark(self) -> None:
        """Move the mark of an answer to the end of its bar."""
        if self.marked is not None:
            answer, mark = self.marked
            end = float(self.bars[answer].get_right()[0])
            mark.move_to(at(end + ROOM_FOR_MARK / 2, self.heights[answer]))

    def clear_marks(self) -> VGroup:
        """Forget the marks of the answer, and the frame around it, and return them to be faded out."""
        marks = VGroup(*self.marks, *self.clear_frame())
        self.marks, self.marked, self.wanted = VGroup(), None, None
        return marks
