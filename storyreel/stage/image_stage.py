"""The stage of chapters in which a network says what is in an image."""

import math
from typing import Literal

import numpy as np
from manim import (
    DOWN,
    LEFT,
    Animation,
    AnimationGroup,
    FadeIn,
    GrowFromEdge,
    Mobject,
    Succession,
    UpdateFromAlphaFunc,
    VGroup,
)
from manim.utils.rate_functions import linear, smooth, smoothstep

from storyreel.core.arrays import Array
from storyreel.core.errors import StoryreelError
from storyreel.graphics.motion.training_steps import SLOW_START
from storyreel.graphics.motion.verbs import (
    appear,
    change,
    draw,
    ease_out,
    in_place_of,
    one_after_another,
    vanish,
    write,
)
from storyreel.graphics.networks.images.edge_bundle import bundle_fades, bundle_grows, pulses
from storyreel.graphics.networks.images.gradient_key import KeyEntry
from storyreel.graphics.networks.images.image_classifier import DIMMED, ImageClassifier
from storyreel.graphics.networks.images.pixel_grid import PixelGrid
from storyreel.stage.images.text_stage import OVERLAP, ImageTextStage
from storyreel.stage.view import Box
from storyreel.storyboard.cue import NetworkName, Steps, Text, cue

LARGEST, LARGEST_SHARE, SIZE_EM = 5.1, 0.72, 1.5
"""The side of an image that is alone on stage, in Manim units and at most as a share of the width; the em of
the words below it, relative to that beside its network."""
SWOLLEN = 2.0
"""How many times as wide the gradients of one sign are while these are named."""
FADING = 0.2
"""The share of the time in which gradients of one sign are singled out that these swell, and shrink again."""
LOOKS = 60
"""How often in a training the connections take the look of their weights: as they have few strengths, they do
not move smoothly anyway, and to draw hundreds of them takes long."""
ARRIVING = 0.08
"""The share of a training in which the count of its steps fades in, and what was there before fades out."""


class ImageStage(ImageTextStage):
    """A stage on which the inputs of a network are an image, and its outputs say what is in it."""

    image_in_network: PixelGrid
    pixel_numbers: VGroup
    has_image = has_network = False
    learned = 0
    """The steps of training that the network on stage has had."""

    @property
    def room(self) -> Box | None:
        """The rooms of words above and below a network that is on stage: these come and go often, and the
        eye loses hundreds of lines that move."""
        if self.classifier is None or not self.has_network:
            return None
        is_there = self.classifier.diagram.bundles[0] in self.get_mobject_family_members()
        return self.classifier.room if is_there else None

    def clear_stage(self) -> VGroup:
        """Forget what is on stage, and return it to be faded out before an image is shown."""
        before, self.classifier = self.classifier, None
        if before is None:
            return VGroup()
        on_stage = {id(part) for shape in self.mobjects for part in shape.get_family()}
        parts = (part for part in (*before.parts, *self.pixel_numbers) if id(part) in on_stage)
        return VGroup(*parts, *self._texts())

    def _weights_fade(self, opacity: float) -> list[Animation]:
        """The lines of all weights take this opacity, relative to their own, if they do not have it."""
        bundles = self._shown().diagram.bundles
        return [bundle_fades(bundle, opacity) for bundle in bundles if bundle.light != opacity]

    def _begin(self, network: str | None, is_wide: bool = False) -> VGroup:
        """Lay out a network, by default the chapter's, and return what has to fade out first. One that
        `is_wide` has no bars."""
        gone = self.clear_stage()
        experiment = self.experiment if network is None else self.performance.experiments[network]
        self.classifier, self.pixel_numbers = ImageClassifier(experiment, self.frame, is_wide), VGroup()
        self._without_texts()
        self.has_image = self.has_network = False
        self.learned = 0
        return gone

    @cue(
        seconds=1.6,
        requires=("a network if no `network`", "square inputs if no `network`", "square inputs of {network}"),
        hides=("loop", "image", "outputs", "neuron", "examples", "answers", "weights"),
        shows="image",
        opens=True,
    )
    def show_image(self, network: NetworkName | None = None) -> Animation:
        """The inputs of a network, by default the chapter's, appear as an image in the middle."""
        gone = self._begin(network)
        image, self.has_image = self._shown().diagram.image, True
        self.image_in_network, whole = image.copy(), self.frame.whole
        side = min(LARGEST, LARGEST_SHARE * whole.width)
        image.scale(side / image.pixels.width).put_at(whole.centre)
        image.size.scale(SIZE_EM * self.image_in_network.size.height / image.size.height)
        image.size.next_to(image.pixels, DOWN)
        pixels = one_after_another([appear(shape) for shape in image.pixels], overlap=0.8)
        return in_place_of(gone, AnimationGroup(pixels, appear(image.size)))

    @cue(seconds=1.2, requires="image")
    def number_pixels(self) -> Animation:
        """The value of every pixel appears in it, until the network takes shape or light runs from the
        pixels."""
        classifier = self._shown()
        numbers = classifier.diagram.image.numbers(classifier.experiment.inputs[0])
        self.pixel_numbers = VGroup(*numbers)
        rows = classifier.diagram.image.rows
        lines = [VGroup(*numbers[k : k + rows]) for k in range(0, len(numbers), rows)]
        return one_after_another([appear(line) for line in lines], overlap=0.8)

    @cue(
        seconds=3.0,
        requires=("a network if no `network`", "square inputs if no `network`", "square inputs of {network}"),
        hides=("loop", "outputs", "neuron", "examples", "answers", "weights"),
        shows=("image", "network on image"),
        opens=True,
    )
    def draw_image_network(self, network: NetworkName | None = None) -> Animation:
        """The image moves to the left, and the network takes shape from its pixels to its outputs and the
        empty tracks of their bars.

        `network` is the network, by default the chapter's, if there is no image on stage yet.
        """
        gone = VGroup() if self.has_image and not self.has_network else self._begin(network)
        diagram, tracks = self._shown().diagram, self._shown().bars.tracks
        image = diagram.image
        if self.has_image:
            start: Animation = in_place_of(
                self.pixel_numbers, change(image).become(self.image_in_network).build()
            )
        else:
            start = appear(image)
        self.has_image = self.has_network = True
        self.pixel_numbers = VGroup()
        steps = [start]
        for layer, bundle in enumerate(diagram.bundles, start=1):
            nodes = [
                FadeIn(diagram.nodes[name], scale=0.4, rate_func=ease_out) for name in diagram.columns[layer]
            ]
            marks = [appear(diagram.marks[layer])] if layer in diagram.marks else []
            names = [appear(diagram.names[name]) for name in diagram.columns[layer] if name in diagram.names]
            steps += [bundle_grows(bundle), AnimationGroup(*nodes, *marks, *names)]
        steps[-1] = AnimationGroup(steps[-1], appear(tracks))
        return in_place_of(gone, one_after_another(steps, overlap=0.3))

    @cue(
        seconds=1.6,
        requires=("a network if no `network`", "square inputs if no `network`", "square inputs of {network}"),
        hides=("loop", "image", "outputs", "neuron", "examples", "answers", "weights"),
        shows=("image", "network on image", "bars on image if no `wide`"),
        opens=True,
    )
    def show_image_network(self, network: NetworkName | None = None, wide: bool = False) -> Animation:
        """The image, a network, by default the chapter's, and its bars appear as they are after `recognise`.
        If it is `wide`, the network takes the room of the bars."""
        gone = self._begin(network, wide)
        self.has_image = self.has_network = True
        arrival = one_after_another(map(appear, self._shown().recognise()), overlap=0.9)
        return in_place_of(gone, arrival, OVERLAP)

    @cue(seconds=3.4, requires="network", hides="bars", shows="bars on image")
    def recognise(self) -> Animation:
        """Light runs from the pixels through the network, neurons light up, and a bar grows for each
        class."""
        classifier = self._shown()
        diagram, trace = classifier.diagram, classifier.experiment.trace
        numbers, self.pixel_numbers = self.pixel_numbers, VGroup()
        steps: list[Animation] = [vanish(numbers)] if len(numbers) else []
        for layer, bundle in enumerate(diagram.bundles, start=1):
            values = trace.forward.activations[layer - 1][0]
            own = values[diagram.drawn(layer - 1)] if layer > 1 else values
            steps.append(pulses(bundle, own / (float(np.abs(own).max()) or 1.0), "activation"))
            nodes = (diagram.nodes[name] for name in diagram.columns[layer])
            lit = zip(diagram.columns[layer], nodes, strict=True)
            steps.append(
                AnimationGroup(*(change(node).shine(diagram.brightness(name)).build() for name, node in lit))
            )
        bars = classifier.bars
        grown = (GrowFromEdge(bar, LEFT, rate_func=ease_out) for bar in bars.bars)
        return Succession(*steps, AnimationGroup(draw(bars.zero), *grown, appear(bars.numbers)))

    @cue(seconds=0.8, requires="bars")
    def point_out_answer(self) -> Animation:
        """A frame appears around the class with the largest bar, and its number; it fades out as the
        answer is marked."""
        classifier = self._shown()
        gone = map(vanish, classifier.bars.clear_frame())
        return AnimationGroup(*gone, draw(classifier.bars.frame_answer()))

    @cue(seconds=0.8, requires="bars")
    def mark_answer(self) -> Animation:
        """The largest bar gets a tick if it is that of the target, else a cross."""
        classifier = self._shown()
        return AnimationGroup(*map(vanish, classifier.bars.clear_frame()), draw(classifier.bars.mark()))

    @cue(seconds=3.6, requires="network", hides="knob")
    def count_connections(self) -> Animation:
        """All connections light up, layer by layer, and their number appears below the network, as the sum
        of the products of the layers' sizes. A knob fades out."""
        classifier = self._shown()
        gone = [*map(vanish, classifier.clear_knob()), *self._weights_fade(DIMMED)]
        count = classifier.add_connection_count()
        lines = one_after_another(map(bundle_grows, count.lines))
        light = AnimationGroup(lines.set_run_time(1.0), write(count.written))
        return Succession(AnimationGroup(*gone, run_time=0.3), light) if gone else light

    @cue(seconds=0.8, requires="network", hides=("knob", "question"))
    def clear_words(self) -> Animation:
        """What is around the network and its bars fades out: a title, questions, what is below the network,
        and the marks of the answer."""
        classifier = self._shown()
        marks = classifier.bars.clear_marks()
        gone = [*self._texts(), *([marks] if len(marks) else []), *classifier.clear_knob()]
        return AnimationGroup(*map(vanish, gone), *self._weights_fade(1.0))

    @cue(seconds=4.2, requires="bars", hides=("gradients", "knob"), shows="gradients on image")
    def show_gradients(self) -> Animation:
        """Light runs back from the outputs, layer by layer, as bright as the gradient of each weight, and
        leaves these gradients on the connections: the larger, the wider and brighter, in one colour where a
        step makes the weight larger and in another where it makes it smaller. What is below the network
        fades out."""
        classifier = self._shown()
        leaving = [*classifier.clear_gradients(), *classifier.clear_row(), *self._words_below()]
        gone = map(vanish, leaving)
        bundles = classifier.add_gradients()
        steps: list[Animation] = [AnimationGroup(*gone, *self._weights_fade(DIMMED))]
        for bundle in reversed(bundles):
            light = pulses(bundle, bundle.shares, "gradient", backwards=True)
            steps.append(AnimationGroup(light, bundle_grows(bundle, backwards=True)))
        return Succession(*steps)

    @cue(seconds=1.8, requires="gradients")
    def name_gradients(self, sign: Literal["positive", "negative"], text: Text) -> Animation:
        """A short text for the gradients of one sign appears below the network, beside a line of that sign:
        of positive ones on the left, of negative ones on the right. Lines of that sign swell
        meanwhile."""
        entry = KeyEntry(sign, text, self.frame, self._shown().below)
        self.key.append(entry)
        bundles = self._shown().gradients

        def single_out(_: Mobject, share: float) -> None:
            wide = 1 + (SWOLLEN - 1) * smooth(min(1.0, share / FADING, (1 - share) / FADING))
            for bundle in bundles:
                bundle.set_widths(*((wide, 1.0) if sign == "positive" else (1.0, wide)))

        light = UpdateFromAlphaFunc(VGroup(*bundles), single_out, rate_func=linear)
        arrival = AnimationGroup(bundle_grows(entry.line), appear(entry.label), run_time=0.4)
        return AnimationGroup(light, arrival)

    @cue(seconds=4.0, requires=("bars", "{text} fits 12.02 at 0.3"), hides=("knob", "gradients", "question"))
    def learn(self, steps: Steps, text: Text) -> Animation:
        """The network on stage is trained on its data for the next `steps` steps: connections, neurons and
        bars follow.

        The number of the step is below the network, after `text`, such as `training step`; the first are the
        slowest, as they change the most. All else that is around the network and on its connections fades
        out, but for examples.
        """
        classifier, start = self._shown(), self.learned
        run = classifier.experiment.run(start + steps)
        if not np.isfinite(run.networks[-1].parameters).all():
            raise StoryreelError(
                f"this network diverges within {start + steps} steps; lower its learning rate"
            )
        self.learned += steps
        turned = classifier.parameters - run.networks[start].parameters
        leaving = [*classifier.bars.clear_marks(), *classifier.clear_knob(), *classifier.clear_gradients()]
        texts = (*self._words_above(), *self._words_below())
        gone = [*map(vanish, (*leaving, *texts)), *self._weights_fade(1.0)]
        is_counted = classifier.count is not None
        count = classifier.count or classifier.add_count(text)
        leaves_at = ARRIVING if gone else 0.0  # when what was in the row of the count is gone
        begin = leaves_at if is_counted else leaves_at + ARRIVING

        def at(share: float) -> float:
            """The steps of training behind, in which it rests at each that is counted."""
            way = steps * max(0.0, (share - begin) / (1 - begin)) ** SLOW_START
            whole = math.floor(way + 1e-9)
            return float(start + whole + smoothstep(2 * (way - whole) - 1))

        def learned(share: float) -> Array:
            # A weight that was turned returns.
            return run.network_at(at(share)).parameters + turned * (1 - smooth(share))

        def follow(_: Mobject, share: float) -> None:
            moved, seen = at(share), math.floor(share * LOOKS + 1e-9) / LOOKS
            for bundle in classifier.diagram.bundles:
                bundle.picture.is_changing = share < 1
            classifier.show(learned(share), of_lines=learned(seen))
            count.set_step(math.floor(moved + 0.5))
            opacity = 1.0 if is_counted else min(1.0, max(0.0, share - leaves_at) / ARRIVING)
            for part in (count.number, count.title):
                part.set_fill(opacity=opacity)

        training = UpdateFromAlphaFunc(classifier.shapes, follow, rate_func=linear)
        leaves = [AnimationGroup(*gone, run_time=ARRIVING * training.run_time)] if gone else []
        return AnimationGroup(*leaves, training)

    @cue(seconds=0.8, requires="bars")
    def show_wanted(self, text: Text) -> Animation:
        """A frame appears around the class that was wanted, its number and its bar, with a word for it
        (`text`) at its end."""
        return AnimationGroup(*map(draw, self._shown().bars.add_wanted(text)))
