"""The spectrum of a sound, and a network whose inputs are the strengths of its tones."""

from dataclasses import replace

import numpy as np
from manim import (
    LEFT,
    Animation,
    AnimationGroup,
    Dot,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)
from manim.utils.rate_functions import linear

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.core.number_format import shown
from storyreel.graphics import theme
from storyreel.graphics.charts.bar_chart import BarChart
from storyreel.graphics.charts.moving_plots import move_plots
from storyreel.graphics.charts.wave_plot import WavePlot
from storyreel.graphics.layout import Area, at
from storyreel.graphics.motion.verbs import appear, draw, ease_run, ease_travel, in_place_of, vanish
from storyreel.graphics.networks.highlight import highlight
from storyreel.graphics.networks.output_bars import OutputBars
from storyreel.graphics.text.paragraph import Paragraph, fitted
from storyreel.graphics.text.typeset import words
from storyreel.stage.dense.tested_stage import TestedStage
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import Count, Example, ParameterName, Steps, Text, cue

LEFT_SHARE, TOP_SHARE, GAP, IN_SQUARE = 0.44, 0.47, 0.7, 0.36
"""In a wide frame, the share of the width that the wave and the answers have, and that of the height of the
wave and the spectrum; the units between pictures; and in a square one the share of the height of the wave."""
OF_SPECTRUM = 0.52
"""In a square frame, the share of the height below the wave that the spectrum has."""
SHARES_IN_TALL = 0.24, 0.27, 0.24, 0.25
"""The shares of the height of the wave, the spectrum, the weights and the answers, one above the other."""
ROOM_FOR_NAMES, ROOM_FOR_WORDS = 1.0, 0.9
"""Units to the left of the bars of the answers for their names, and below them for words."""
MOST_TONES, MOST_ANSWERS, HEARD = 40, 4, (20.0, 20000.0)
"""The most inputs that are drawn as bars, the most outputs, and the lowest and the highest frequency that
people hear, in hertz."""
LONGEST_ABOVE_WAVE, LONGEST_ABOVE, LONGEST_ANSWER = 3.3, 6.8, 0.9
"""The largest widths of the words above the wave and above bars, and of the name of an answer."""
WORDS = Area("words", 0.0, 0.0, 2.9, 0.75)
"""The room for words below the answers in the narrowest frame."""
WAVE = 0.52
"""The share of the width that the wave has beside the answers, in a square frame."""
GROWS, AXIS = 0.15, 0.15
"""The parts of their times in which the axis of the spectrum appears, while the wave sinks, and in which that
of the wave does."""
MOVES = 0.4
"""The part of its time in which what is on stage makes room for what appears."""

PLAYED, FADES = 0.13, 0.1
"""The radius of the dot that runs along a wave that is heard, and the shares of its way on which it fades."""


class Spectrum(TestedStage):
    """The wave of a sound and its spectrum, which are the inputs of a network of one layer or more; its
    outputs are answers with names, and the weights of a neuron are bars below the tones that they weigh."""

    def setup(self) -> None:
        """Called by Manim before the chapter is played."""
        areas = self._areas
        self.rows_area, self.chart_area = areas["weights"], areas["spectrum"]
        self.tests_area = replace(self.frame.whole, name="tests")
        self.tiles = None
        self.wave: WavePlot | None = None
        self.chart: BarChart | None = None
        self.weights: BarChart | None = None
        self._without_rows()
        self.answers: OutputBars | None = None
        self.names = VGroup()
        self.note: Paragraph | None = None
        self.pitch, self.step = 1.0, 0
        self.neuron = 0
        """The place in the first layer of the neuron whose weights are on stage."""

    @property
    def _areas(self) -> dict[str, Area]:
        """The areas of the wave, the spectrum, the weights and the answers."""
        whole = self.frame.whole
        if self.frame.is_tall:
            names, top, areas = ("wave", "spectrum", "weights", "answers"), whole.top, {}
            for name, share in zip(names, SHARES_IN_TALL, strict=True):
                bottom = top - share * (whole.height - 3 * GAP / 2)
                areas[name] = replace(whole, name=name, top=top, bottom=bottom)
                top = bottom - GAP / 2
            return areas
        if self.frame.is_wide:
            sides = self.frame.halves(whole, LEFT_SHARE, GAP, stacked=False)
            rows = [self.frame.halves(side, TOP_SHARE, GAP / 2, stacked=True) for side in sides]
            (wave, answers), (spectrum, weights) = rows
        else:
            above, below = self.frame.halves(whole, IN_SQUARE, GAP / 2, stacked=True)
            wave, answers = self.frame.halves(above, WAVE, GAP, stacked=False)
            spectrum, weights = self.frame.halves(below, OF_SPECTRUM, GAP / 4, stacked=True)
        return {"wave": wave, "answers": answers, "spectrum": spectrum, "weights": weights}

    @property
    def _wave_alone(self) -> Area:
        """The room of the wave while it is alone: in a wide frame all of it."""
        return self.frame.whole if self.frame.is_wide else self._areas["wave"]

    @property
    def _above_each_other(self) -> tuple[Area, Area]:
        """The rooms of the wave and the spectrum before anything else is there: in a wide frame as wide as
        that, one above the other."""
        if not self.frame.is_wide:
            return self._areas["wave"], self._areas["spectrum"]
        upper, lower = self.frame.halves(self.frame.whole, 0.5, GAP / 2, stacked=True)
        return upper, lower

    def after_room(self, animation: Animation) -> Animation:
        """An animation before which the wave and the spectrum go beside each other in a wide frame; the wave
        keeps the height of the frame until the answers need it."""
        wave, chart, areas = self.wave, self.chart, self._areas
        if not self.frame.is_wide or wave is None or chart is None:
            return animation
        final = areas["wave"] if self.answers else replace(areas["wave"], bottom=areas["answers"].bottom)
        steps = list[Animation]()
        if chart.area != self.chart_area:
            # First narrower, each in its half, and then up and down, so that they do not cross.
            left = replace(wave.area, right=final.right)
            right = replace(chart.area, left=self.chart_area.left)
            steps += [move_plots([(wave, left), (chart, right)])]
            steps += [move_plots([(wave, final), (chart, self.chart_area)], starts=[left, right])]
        elif wave.area != final:
            steps += [move_plots([(wave, final)])]
        if not steps:
            return animation
        return Succession(Succession(*steps).set_run_time(MOVES), animation.set_run_time(1 - MOVES))

    @property
    def _strengths(self) -> Array:
        """The inputs of the example in focus."""
        return self.experiment.inputs[0]

    @cue(
        seconds=5.0,
        requires=("a network", "tones {pitch}", "{text} fits 3.3 at 0.42"),
        hides="wave",
        shows="wave",
    )
    def show_wave(self, pitch: float, text: Text) -> Animation:
        """The wave of the sound in focus is drawn, over two periods, in place of another chapter's picture.
        Its tones have the frequencies 1, 2, 3, … times `pitch`, in hertz, and the network's inputs are their
        strengths. The scale is in milliseconds; `text` is written above it."""
        if not 2 <= len(self._strengths) <= MOST_TONES:
            raise StoryreelError(f"a spectrum is of 2 to {MOST_TONES} tones, not of {len(self._strengths)}")
        if not HEARD[0] <= pitch <= HEARD[1]:
            raise StoryreelError(f"a tone of {shown(pitch)} Hz cannot be heard")
        few_words(text, LONGEST_ABOVE_WAVE, em=theme.SIZES.body)
        gone = VGroup(*self.everything())
        self.setup()
        self.pitch = pitch
        narrowest = self._areas["wave"].width
        self.wave = wave = WavePlot(self._wave_alone, self._strengths, pitch, text, narrowest)
        axis = VGroup(wave.axis, wave.heading, wave.scale_marks)
        drawn = Succession(appear(axis).set_run_time(AXIS), draw(wave.curve).set_run_time(1 - AXIS))
        return in_place_of(gone, drawn)

    def everything(self) -> list[Mobject]:
        """Everything on stage."""
        found = (
            *(self.wave, self.chart, self.weights, self.rows, self.answers, self.names),
            *(self.note, self.tiles),
        )
        return [part for part in (*found, *self.gradients) if part is not None and len(part)]

    @property
    def _wave(self) -> WavePlot:
        return needed(self.wave, "there is no wave on stage; begin with `show_wave`")

    @cue(seconds=1.1, requires="wave")
    def hear(self) -> Animation:
        """A dot runs along the wave, for as long as its tones last that `sound: tones 200` lets one hear."""
        curve = self._wave.curve
        dot = Dot(radius=PLAYED, color=theme.colour("text"))

        def run(_: Mobject, alpha: float) -> None:
            dot.move_to(curve.point_from_proportion(alpha))
            dot.set_fill(opacity=min(1.0, alpha / FADES, (1 - alpha) / FADES))

        return UpdateFromAlphaFunc(dot, run, introducer=True, remover=True, rate_func=linear)

    @cue(
        seconds=4.0,
        requires=("wave", "no spectrum", "{text} fits 6.8 at 0.42"),
        shows="spectrum on wave",
    )
    def show_spectrum(self, text: Text) -> Animation:
        """The spectrum appears tone by tone, with a bar as high as each is strong, and the wave is made anew
        of so many tones. The scale is of frequencies, in hertz; `text` is written above the bars."""
        few_words(text, LONGEST_ABOVE, em=theme.SIZES.body)
        wave, strengths = self._wave, self._strengths
        places = [self.pitch * number for number in range(1, len(strengths) + 1)]
        high = max(1.0, float(self.experiment.examples[0].max()), float(strengths.max()))
        low = min(0.0, float(strengths.min()))
        upper, lower = self._above_each_other
        kinds, narrowest = ("activation", "negative"), self.chart_area.width
        chart = BarChart(lower, places, strengths, low, high, text, kinds, narrowest=narrowest)
        self.chart = chart
        count = len(strengths)

        def leave(_: Mobject, alpha: float) -> None:
            wave.show_part(((1 - ease_travel(alpha)) * strengths).tolist())

        def show(_: Mobject, alpha: float) -> None:
            reached = ease_travel(alpha) * count
            part = strengths * np.clip(reached - np.arange(count), 0.0, 1.0)
            chart.set_values(part.tolist())
            wave.show_part(part.tolist())

        chart.set_values([0.0] * count)
        axis = VGroup(chart.zero, chart.heading, chart.scale_marks, wave.whole)
        sinks = UpdateFromAlphaFunc(wave.curve, leave, rate_func=linear)
        moving = VGroup(chart.bars, wave.curve)
        added = UpdateFromAlphaFunc(moving, show, rate_func=linear, introducer=True)
        begins = AnimationGroup(appear(axis), sinks)
        shows = Succession(begins.set_run_time(GROWS), added.set_run_time(1 - GROWS))
        if wave.area == upper:
            return shows
        narrows = move_plots([(wave, upper)])
        return Succession(narrows.set_run_time(MOVES), shows.set_run_time(1 - MOVES))

    @cue(
        seconds=1.8,
        requires=("spectrum", "name for each output {names}", "{names} fits 0.9 at 0.42"),
        hides="answers",
        shows="answers on wave",
    )
    def name_answers(self, names: list[Text]) -> Animation:
        """The outputs appear as bars with names, and outlines where their targets are."""
        area = self._areas["answers"]
        count = self.experiment.network.layers[-1].size
        if len(names) != count or count > MOST_ANSWERS:
            message = f"there is a name for each of the {count} outputs, at most {MOST_ANSWERS}"
            raise StoryreelError(message)
        for name in names:
            few_words(name, LONGEST_ANSWER, em=theme.SIZES.body)
        gone = VGroup(*([self.answers] if self.answers else []), *self.names)
        bars = replace(area, left=area.left + ROOM_FOR_NAMES, bottom=area.bottom + ROOM_FOR_WORDS)
        pitch = bars.height / count
        heights = [bars.top - pitch * (place + 0.5) for place in range(count)]
        em = min(theme.SIZES.label, 0.8 * pitch)
        spec = ".0%" if self.experiment.network.layers[-1].activation.name == "softmax" else ".2f"
        self.answers = OutputBars(
            heights,
            self._outputs(self.step).tolist(),
            self.experiment.targets[0].tolist(),
            bars,
            lambda _, value: shown(value, spec),
            em,
            headroom=1.0,
        )
        written = (words(name, em=em, colour=theme.colour("activation")) for name in names)
        self.names = VGroup(
            *(
                text.scale(min(1.0, LONGEST_ANSWER / text.width)).move_to(at(area.left, y), aligned_edge=LEFT)
                for text, y in zip(written, heights, strict=True)
            )
        )
        return in_place_of(gone, self.after_room(AnimationGroup(appear(self.names), appear(self.answers))))

    def _outputs(self, step: float) -> Array:
        """The outputs of the example in focus after so many steps of training."""
        outputs: Array = self.network_at(step).forward(self.experiment.inputs).prediction[0]
        return outputs

    @cue(
        seconds=2.0,
        requires=("spectrum", "weight of an input {of}", "{text} fits 6.8 at 0.42"),
        hides=("weights", "rows", "row gradients"),
        shows="weights on wave",
    )
    def show_weights(self, of: ParameterName, text: Text) -> Animation:
        """The weights of all inputs into a neuron appear as bars below the tones that they weigh: up where
        they are above 0, and down where they are below. `of` is one of these weights; the largest is as high
        as there is room, also after `train`. `text` is written above."""
        few_words(text, LONGEST_ABOVE, em=theme.SIZES.body)
        address = self.experiment.network.names[of]
        if address.kind != "weight" or address.layer != 1:
            raise StoryreelError(f"`{of}` is no weight of an input")
        self.neuron = address.index[0]
        gone = VGroup(*self.clear_below())
        values = self._weights_at(self.step)
        self.weights = self._chart_of_weights(values, float(np.abs(values).max()) or 1.0, text)
        return in_place_of(gone, self.after_room(appear(self.weights)))

    def clear_below(self) -> list[VMobject]:
        """Forget what is below the spectrum, and return it to be faded out."""
        gone = [*super().clear_below(), *filter(None, [self.weights])]
        self.weights = None
        return gone

    def _chart_of_weights(self, values: Array, largest: float, text: str) -> BarChart:
        places = [self.pitch * number for number in range(1, len(values) + 1)]
        kinds = ("positive", "negative")
        return BarChart(
            self._areas["weights"], places, values, -largest, largest, text, kinds, has_scale=False
        )

    def _weights_at(self, step: float) -> Array:
        weights: Array = self.network_at(step).layers[0].weights[self.neuron]
        return weights

    @cue(
        seconds=7.0,
        requires=("answers", "finite run {until}", "later step {until}"),
        hides=("step", "row gradients"),
        shows="step {until} on wave",
    )
    def train(self, until: Steps) -> Animation:
        """The network is trained up to this step: the bars of its weights, whose scale follows the largest,
        its rows, without gradients, and the bars of its answers follow."""
        run = self.experiment.run(until)
        if not np.isfinite(run.objective).all():
            raise StoryreelError(f"this network diverges within {until} steps; lower its learning rate")
        answers = needed(self.answers, "there are no answers on stage; put `name_answers` first")
        start, self.step = self.step, until
        weights, rows = self.weights, self.rows
        before = weights.high if weights else 1.0
        after = max(before if start else 0.0, float(np.abs(self._weights_at(until)).max())) or 1.0

        def show(_: Mobject, alpha: float) -> None:
            step = start + ease_run(alpha) * (until - start)
            answers.set_values(self._outputs(step).tolist())
            if weights is not None:
                largest = before + ease_travel(alpha) * (after - before) if start else after
                weights.low, weights.high = -largest, largest
                weights.set_values(self._weights_at(step))
            if rows is not None:
                rows.show_network(self.network_at(step), self.experiment.inputs)

        moving = VGroup(answers, *([weights.bars] if weights else []), *([rows] if rows else []))
        return self.without_gradients(UpdateFromAlphaFunc(moving, show, rate_func=linear))

    @cue(seconds=2.0, requires=("wave", "data for {example}"), hides="row gradients")
    def take_example(self, example: Example) -> Animation:
        """Another sound of the data comes into focus, counted from 0: its wave, its spectrum, the neurons and
        the answers change. Numbers in the narration are of this example from the cue's mark on."""
        wave, chart, answers = self._wave, self.chart, self.answers
        before, outputs = self._strengths, self._outputs(self.step)
        self.bring_into_focus(example)
        after, new_outputs = self._strengths, self._outputs(self.step)
        parts = [wave, *([chart.bars] if chart else []), *([answers] if answers else [])]
        rows, network = self.rows, self.network_at(self.step)

        def between(alpha: float, start: Array, end: Array) -> Array:
            return start + ease_travel(alpha) * (end - start)

        def show(_: Mobject, alpha: float) -> None:
            strengths = between(alpha, before, after)
            wave.set_strengths(strengths)
            if chart is not None:
                chart.set_values(strengths)
            if answers is not None:
                answers.targets = tuple(self.experiment.targets[0].tolist())
                answers.set_values(between(alpha, outputs, new_outputs).tolist())
            if rows is not None:
                rows.show_network(network, strengths[None])

        moving = VGroup(*parts, *([rows] if rows else []))
        return self.without_gradients(UpdateFromAlphaFunc(moving, show, rate_func=linear))

    @cue(seconds=1.8, requires=("spectrum", "tones of spectrum {first, last}"))
    def point_out_tones(self, first: Count, last: Count) -> Animation:
        """A frame is drawn around the bars of some tones, the `first` to the `last`, counted from 1, in the
        spectrum and, if they are on stage, around those of their weights; then it fades out."""
        charts = [chart for chart in (self.chart, self.weights) if chart is not None]
        needed(self.chart, "there is no spectrum on stage; put `show_spectrum` first")
        if not first <= last <= len(self._strengths):
            raise StoryreelError(f"the spectrum has the tones 1 to {len(self._strengths)}")
        frames = VGroup(*(highlight(chart.column(first - 1, last - 1)) for chart in charts))
        return Succession(AnimationGroup(*map(draw, frames)), vanish(frames))

    @cue(seconds=1.0, requires=("answers", "{text} fits 2.9 × 0.75 at 0.3"))
    def write(self, text: Text) -> Animation:
        """A few words appear below the answers, in place of those before."""
        needed(self.answers, "there are no answers on stage; put `name_answers` first")
        fitted(text, WORDS, em=theme.SIZES.body, smallest=theme.SIZES.smallest)
        area = self._areas["answers"]
        room = replace(area, top=area.bottom + ROOM_FOR_WORDS - 0.15)
        gone = VGroup(*([self.note] if self.note else []))
        self.note = fitted(text, room, em=theme.SIZES.body, smallest=theme.SIZES.smallest)
        return in_place_of(gone, appear(self.note))
