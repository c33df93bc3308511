"""The stage of chapters that compare what gradients cost: a nudged run for each weight, or one pass back."""

from collections.abc import Sequence
from dataclasses import replace

from manim import UP, Animation, AnimationGroup, Succession, UpdateFromAlphaFunc, VGroup, linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.charts.run_counts import RunCounts, grouped
from storyreel.graphics.layout import Area, at
from storyreel.graphics.maths.gradient_race import GradientRace
from storyreel.graphics.motion.verbs import appear, ease_travel, pop, vanish
from storyreel.graphics.networks.diagram_move import written_on
from storyreel.graphics.networks.images.image_network import ImageNetwork
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.typeset import Typeset, maths
from storyreel.stage.equation_stage import LEAVING
from storyreel.stage.nudge_stage import NudgeStage
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import Count, NetworkName, QuantityName, Text, cue

NO_RACE = "there is no race on stage; begin one with `race`"
MOST_RACING = 150
"""Weights of a network that is drawn twice, with a run for each."""
ROOM_FOR_SUM = 0.9
"""Manim units above the networks for how many weights they have."""
ROOM_FOR_COUNTS, ROOM_IN_OTHERS = 2.2, 4.0
"""Manim units below the picture of a larger network for its counts, in a wide frame and in others."""
LONGEST_BELOW = 4.5
"""The largest width, in Manim units, of the words below one of the networks."""


class RaceStage(NudgeStage):
    """A stage on which two copies of a network find its gradients in two ways."""

    gradient_race: GradientRace | None = None
    larger_race: VGroup | None = None
    """The counts of a larger network, and its picture."""
    race_words: tuple[str, str, str] = "", "", ""
    """The words for several nudged runs, for several passes, and for the weights."""
    weights_in_race: int = 0

    @cue(
        seconds=5.2,
        requires=("short race {network}", "{nudged, back} fits 4.5 at 0.54", "{weights} fits 4.5 at 0.54"),
        hides=("network", "graph", "chain", "ways", "computation graph", "grad.*", "table", "race"),
        shows=("race", "two pictures on race"),
    )
    def race(
        self, network: NetworkName, nudged: list[Text], back: list[Text], weights: Text | None = None
    ) -> Animation:
        """Two pictures of a network take the place of what was on stage. In the first, each weight in turn is
        nudged and the network runs, which gives its gradient; in the second, `pass_back` finds all gradients.
        With a word for `weights`, their count stands above: 2 × 6 + 6 × 5 = 42 weights. `end_race`
        brings the chapter's network back.

        Below each is how many runs or passes there were: `nudged` and `back` are the words for one
        and for several: `[pass, passes]`.
        """
        trace = self.performance.experiments[network].trace
        if (total := sum(layer.weights.size for layer in trace.network.layers)) > MOST_RACING:
            raise StoryreelError(
                f"a race for {total} gradients takes too long; at most {MOST_RACING} weights have time"
            )
        self.race_words, self.weights_in_race = (nudged[-1], back[-1], weights or ""), total
        for text in (*nudged, *back, *([weights] if weights else [])):
            few_words(text, LONGEST_BELOW, em=theme.SIZES.label)
        below, gone = self._equation_vanishes(), self.clear_stage()
        leaving = [*([below] if below is not None else []), *([vanish(gone)] if len(gone) else [])]
        whole = self.frame.whole
        count = weight_count(trace.network, weights, whole) if weights else None
        room = replace(whole, top=whole.top - (0.0 if count is None else ROOM_FOR_SUM))
        texts = (nudged[0], nudged[-1]), (back[0], back[-1])
        areas = self.frame.halves(room, gap=1.0)
        self.gradient_race = race = GradientRace(trace, areas, texts)
        if count is not None:
            race.add(count)
        arrival = AnimationGroup(*map(appear, race), run_time=0.8)
        run = UpdateFromAlphaFunc(
            race.nudging, lambda _, alpha: race.run(alpha), introducer=True, rate_func=linear
        )
        run.run_time = 4.2
        return Succession(*_at_once(leaving), arrival, run)

    @cue(seconds=6.5, requires=("race", "two pictures"))
    def pass_back(self) -> Animation:
        """The second picture of `race` runs forward, and then one backward pass runs through it: the gradient
        of each neuron, worked out once, goes to all weights before it."""
        race = needed(self.gradient_race, NO_RACE)
        return UpdateFromAlphaFunc(race.back, lambda _, alpha: race.pass_back(alpha), rate_func=linear)

    @cue(
        seconds=3.0,
        requires=("race", "`network` or `weights`", "square inputs of {network} if `network`"),
        hides="two pictures",
    )
    def race_on(self, network: NetworkName | None = None, weights: Count | None = None) -> Animation:
        """The race goes on to a larger network: the count of nudged runs rises to that of its weights, while
        that of passes stays. A `network`, whose inputs are the pixels of an image, appears above them; of one
        with so many `weights` there is no picture."""
        if (network is None) == (weights is None):
            raise StoryreelError("give either a larger network or a number of weights")
        leaving, whole, picture = self._drop_race(), self.frame.whole, VGroup()
        if network is not None:
            trace = self.performance.experiments[network].trace
            weights = sum(layer.weights.size for layer in trace.network.layers)
            below = ROOM_FOR_COUNTS if self.frame.is_wide else ROOM_IN_OTHERS
            room = replace(whole, bottom=whole.bottom + below, top=whole.top - ROOM_FOR_SUM)
            diagram = ImageNetwork(trace, room)
            picture.add(*diagram.connections, diagram.image.pixels, *diagram.nodes.values())
            picture.add(*diagram.names.values(), *diagram.marks.values())
            if self.race_words[2]:
                picture.add(weight_count(trace.network, self.race_words[2], whole))
            whole = replace(whole, top=room.bottom)
        assert weights is not None
        if network is None and self.race_words[2]:
            picture.add(_heading(grouped(weights), str(weights), self.race_words[2], whole))
        areas, *texts = self.frame.halves(whole, gap=1.0), *self.race_words[:2]
        counts = RunCounts(areas, (texts[0], texts[1]), weights, self.weights_in_race)
        self.larger_race, self.weights_in_race = VGroup(picture, counts), weights
        growth = UpdateFromAlphaFunc(
            counts.runs,
            lambda _, alpha: counts.show_runs(ease_travel(alpha)),
            rate_func=linear,
            introducer=True,
        )
        arrival = AnimationGroup(*map(appear, [*picture, counts]))
        return Succession(*_at_once([vanish(leaving)]), arrival.set_run_time(0.7), growth.set_run_time(2.0))

    @cue(
        seconds=1.8,
        requires=("a network", "race", "network place {gradients}"),
        hides="race",
        shows=("network", "loss node on network", "grad.{gradients}"),
    )
    def end_race(self, gradients: list[QuantityName] | None = None) -> Animation:
        """The chapter's network takes the place of the race, with a node for the loss and `gradients`."""
        race = self._drop_race()
        self.diagram = NetworkDiagram(self.trace, self.frame.stage, with_loss=True, has_values=True)
        for name, node in self.diagram.nodes.items():
            node.shine(self.diagram.brightness(name)).value = self.diagram.value(name)
        parts = (*self.diagram.connections, *self.diagram.nodes.values(), *written_on(self.diagram))
        steps = [*_at_once([vanish(race)]), AnimationGroup(*map(appear, parts))]
        for name in gradients or ():
            if badge := self.gradient_badge(name):
                self.gradients[name] = badge
        if self.gradients:
            steps.append(AnimationGroup(*map(pop, self.gradients.values())))
        return Succession(*steps)

    def clear_stage(self) -> VGroup:
        """Forget a race on stage, or the diagram with what stands beside it, and return them to be faded
        out."""
        race, self.gradient_race, self.larger_race = self._race, None, None
        return VGroup(*super().clear_stage(), *([race] if race is not None else []))

    @property
    def _race(self) -> VGroup | None:
        """The race on stage."""
        return self.gradient_race or self.larger_race

    def _drop_race(self) -> VGroup:
        """Forget the race on stage, and return it to be faded out."""
        race = needed(self._race, NO_RACE)
        self.gradient_race = self.larger_race = None
        return race


def weight_count(network: Network, word: str, area: Area) -> Typeset:
    """How many weights a network has, layer by layer, at the top of an area: `2 × 6 + 6 × 5 = 42 weights`."""
    shapes = [layer.weights.shape for layer in network.layers]
    total = sum(rows * columns for rows, columns in shapes)
    source = " + ".join(f"{columns} times {rows}" for rows, columns in shapes)
    plain = source.replace("times", "×")
    return _heading(f"{source} = {total}", f"{plain} = {total}", word, area)


def _heading(source: str, plain: str, word: str, area: Area) -> Typeset:
    """A number of weights, and the word for them, at the top of an area."""
    text = maths(f'{source} "{word}"', plain=f"{plain} {word}", em=theme.SIZES.label)
    return area.place(text, least=0.5).align_to(at(0, area.top), UP)


def _at_once(leaving: Sequence[Animation]) -> list[Animation]:
    """What was on stage fades out, and is gone before anything takes its place."""
    return [AnimationGroup(*leaving, run_time=LEAVING)] if leaving else []
