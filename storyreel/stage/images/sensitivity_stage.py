"""The stage of chapters about how sensitive the loss is to each weight into one output."""

from manim import Animation, AnimationGroup, Mobject, Succession, UpdateFromAlphaFunc, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.core.errors import StoryreelError
from storyreel.engine.trace import Trace
from storyreel.graphics.motion.verbs import appear, ease_travel, one_after_another, run_spark
from storyreel.graphics.networks.images.nudge_effects import NudgeEffects
from storyreel.stage.images.source_stage import SourceStage
from storyreel.stage.images.way_stage import FALLING, RISEN
from storyreel.stage.stage import needed
from storyreel.storyboard.cue import WeightName, cue

MOST = 2
"""The most nudges that are compared."""
NO_EFFECT = "there is no place for this nudge; `compare_nudges` makes one for each of its weights"


class SensitivityStage(SourceStage):
    """A stage on which weights into one output are nudged, and the loss follows."""

    effects: NudgeEffects | None = None

    def clear_stage(self) -> VGroup:
        """Forget all that is on stage, and return it to be faded out."""
        self.effects = None
        return super().clear_stage()

    def beside_way(self) -> list[VMobject]:
        """Forget all but the output, its arrow and a way, the nudges too, and return it to be faded out."""
        on_stage, effects = self.get_mobject_family_members(), self.effects
        self.effects = None
        nudges = [] if effects is None else list(effects.effects.values())
        parts = [part for each in nudges for part in (each, each.arrow, each.text)]
        return [*super().beside_way(), *(part for part in parts if part in on_stage)]

    @cue(
        seconds=1.2,
        requires=("neuron", "no bias", "no gate", "difference {of, nudge}"),
        shows="nudges with {of}",
    )
    def compare_nudges(self, of: list[WeightName], nudge: float = 0.001) -> Animation:
        """Below the output appear equal nudges of one or two weights into it, each beside the neuron that it
        comes from; `try_nudge` adds to each the change of the loss. A bias needs the same place."""
        neuron, network = self._neuron(), self.experiment.network
        behind = network.names.weights[-1][neuron.place]
        if not 1 <= len(of) <= MOST or any(name not in behind for name in of):
            raise StoryreelError(f"one weight into {neuron.output!r} can be nudged, or two of them")
        traces = {str(name): self._nudged(name, nudge) for name in of}
        effects = self.effects = NudgeEffects(neuron, traces, nudge, neuron.below_output)
        return one_after_another(map(appear, effects.effects.values()), overlap=0.5)

    def _nudged(self, name: str, by: float) -> Trace:
        trace = self.experiment.trace
        return Trace(trace.network.nudged(name, by), trace.inputs, trace.targets, trace.notation)

    @cue(seconds=3.4, requires=("neuron", "nudges with {of}"))
    def try_nudge(self, of: WeightName) -> Animation:
        """A weight of `compare_nudges` is nudged: a spark runs along its connection, the output follows, and
        the change of the loss appears as an arrow, one scale for all. Then the nudge is undone."""
        neuron, effects = self._neuron(), needed(self.effects, NO_EFFECT)
        effect = effects.effects.get(of)
        if effect is None:
            raise StoryreelError(NO_EFFECT)
        network = self.experiment.network
        source = network.names.weights[-1][neuron.place].index(of)
        before, weight = self.experiment.trace.number(of), effects.nudged[of].number(of)

        def follow(_: Mobject, alpha: float) -> None:
            share = ease_travel(min(1.0, alpha / RISEN, (1 - alpha) / (1 - FALLING)))
            value = self._nudged(of, share * (weight - before)).number(neuron.output)
            neuron.show_output(value)

        spark = run_spark(neuron.edges[source], "weight")
        moving = UpdateFromAlphaFunc(VGroup(neuron.node, neuron.bar), follow, rate_func=linear)
        arrival = AnimationGroup(effect.arrow.grows(), appear(effect.text))
        return Succession(
            spark.set_run_time(0.2),
            AnimationGroup(moving.set_run_time(0.8), arrival.set_run_time(0.8 * RISEN)),
        )
