"""The stage of chapters that compare what gradients cost: a nudged run for each weight, or one pass back."""

from collections.abc import Sequence

from manim import Animation, AnimationGroup, Succession, UpdateFromAlphaFunc, VGroup, linear

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.maths.gradient_race import GradientRace
from storyreel.graphics.motion.verbs import appear, pop, vanish
from storyreel.graphics.networks.diagram_move import written_on
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.stage.equation_stage import LEAVING
from storyreel.stage.nudge_stage import NudgeStage
from storyreel.stage.stage import few_words, needed
from storyreel.storyboard.cue import NetworkName, QuantityName, Text, cue

NO_RACE = "there is no race on stage; begin one with `race`"
MOST_RACING = 150
"""Weights of a network that is drawn twice, with a run for each."""
LONGEST_BELOW = 4.0
"""The largest width, in Manim units, of the words below one of the networks."""


class RaceStage(NudgeStage):
    """A stage on which two copies of a network find its gradients in two ways."""

    gradient_race: GradientRace | None = None

    @cue(
        seconds=6.0,
        requires=("short race {network}", "{nudged, back} fits 4 at 0.54"),
        hides=("network", "graph", "chain", "grad.*", "table", "race"),
        shows="race",
    )
    def race(self, network: NetworkName, nudged: list[Text], back: list[Text]) -> Animation:
        """Two pictures of a network take the place of what was on stage. In the first, each weight in turn is
        nudged and the network runs, which gives its gradient; in the second, `pass_back` finds all gradients.
        `end_race` brings the chapter's network back.

        Below each is how many runs or passes there were: `nudged` and `back` are the words for one
        and for several: `[pass back, passes back]`.
        """
        trace = self.performance.experiments[network].trace
        if (count := sum(layer.weights.size for layer in trace.network.layers)) > MOST_RACING:
            raise StoryreelError(
                f"a race for {count} gradients takes too long; at most {MOST_RACING} weights have time"
            )
        for text in (*nudged, *back):
            few_words(text, LONGEST_BELOW, em=theme.SIZES.label)
        below, gone = self._equation_vanishes(), self.clear_stage()
        leaving = [*([below] if below is not None else []), *([vanish(gone)] if len(gone) else [])]
        areas = self.frame.halves(self.frame.whole, gap=1.0)
        texts = (nudged[0], nudged[-1]), (back[0], back[-1])
        self.gradient_race = race = GradientRace(trace, areas, texts)
        arrival = AnimationGroup(*map(appear, race), run_time=0.8)
        run = UpdateFromAlphaFunc(
            race.nudging, lambda _, alpha: race.run(alpha), introducer=True, rate_func=linear
        )
        run.run_time = 5.0
        return Succession(*_at_once(leaving), arrival, run)

    @cue(seconds=5.0, requires="race")
    def pass_back(self) -> Animation:
        """One backward pass runs through the second picture of `race`: the gradient of each neuron, worked
        out once, goes to all weights before it."""
        race = needed(self.gradient_race, NO_RACE)
        return UpdateFromAlphaFunc(race.back, lambda _, alpha: race.pass_back(alpha), rate_func=linear)

    @cue(
        seconds=1.8,
        requires=("race", "network place {gradients}"),
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


def _at_once(leaving: Sequence[Animation]) -> list[Animation]:
    """What was on stage fades out, and is gone before anything takes its place."""
    return [AnimationGroup(*leaving, run_time=LEAVING)] if leaving else []
