"""The stage of chapters that compare what gradients cost: a nudged run for each weight, or one pass back."""

from collections.abc import Sequence
from dataclasses import replace

from manim import UP, Animation, AnimationGroup, Succession, UpdateFromAlphaFunc, VGroup, linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.network import Network
from storyreel.graphics import theme
from storyreel.graphics.layout import Area, at
from storyreel.graphics.maths.gradient_race import GradientRace
from storyreel.graphics.motion.verbs import appear, pop, vanish
from storyreel.graphics.networks.diagram_move import written_on
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.typeset import Typeset, maths
from storyreel.stage.equation_stage import LEAVING
from storyreel.stage.nudge_stage import NudgeStage
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import NetworkName, QuantityName, Text, cue

NO_RACE = "there is no race on stage; begin one with `race`"
MOST_RACING = 150
"""Weights of a network that is drawn twice, with a run for each."""
ROOM_FOR_SUM = 0.9
"""Manim units above the networks for how many weights they have."""
LONGEST_BELOW = 4.5
"""The largest width, in Manim units, of the words below one of the networks."""


class RaceStage(NudgeStage):
    """A stage on which two copies of a network find its gradients in two ways."""

    gradient_race: GradientRace | None = None

    @cue(
        seconds=5.2,
        requires=("short race {network}", "{nudged, back} fits 4.5 at 0.54", "{weights} fits 4.5 at 0.54"),
        hides=("network", "graph", "chain", "ways", "computation graph", "grad.*", "table", "race"),
        shows="race",
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

    @cue(seconds=6.5, requires="race")
    def pass_back(self) -> Animation:
        """The second picture of `race` runs forward, and then one backward pass runs through it: the gradient
        of each neuron, worked out once, goes to all weights before it."""
        race = needed(self.gradient_race, NO_RACE)
        return UpdateFromAlphaFunc(race.back, lambda _, alpha: race.pass_back(alpha), rate_func=linear)

    @cue(
        seconds=1.8,
        requires=("a network", "race", "network place {gradients}"),
        hides=("race"),
        shows=("network", "loss node on network", "grad.{gradients}"),
    )
    def end_race(self, gradients: list[QuantityName] | None = None) -> Animation:
        """The chapter's network takes the place of the race, with a node for the loss and `gradients`."""
        race = needed(self.gradient_race, NO_RACE)
        self.gradient_race = None
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
        race, self.gradient_race = self.gradient_race, None
        return VGroup(*super().clear_stage(), *([race] if race is not None else []))


def weight_count(network: Network, word: str, area: Area) -> Typeset:
    """How many weights a network has, layer by layer, at the top of an area: `2 × 6 + 6 × 5 = 42 weights`."""
    shapes = [layer.weights.shape for layer in network.layers]
    total = sum(rows * columns for rows, columns in shapes)
    source = " + ".join(f"{columns} times {rows}" for rows, columns in shapes)
    plain = source.replace("times", "×")
    text = maths(f'{source} = {total} "{word}"', plain=f"{plain} = {total} {word}", em=theme.SIZES.label)
    return area.place(text, least=0.5).align_to(at(0, area.top), UP)


def _at_once(leaving: Sequence[Animation]) -> list[Animation]:
    """What was on stage fades out, and is gone before anything takes its place."""
    return [AnimationGroup(*leaving, run_time=LEAVING)] if leaving else []
