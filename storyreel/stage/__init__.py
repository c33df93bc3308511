"""Base classes of scenes.

In comes a performance: a chapter with its beats and cues on frames, and the experiment that it is about. Out
come Manim scenes, whose cues return animations. `stage` plays a chapter and is the base of all scenes; the
others add what several scenes share: `equation_stage`, `diagram_stage` and `network_stage` for a network with
its values, `plane_stage` for training, `text_stage` for stressed words. The folders have those about one
subject: `dense` has `dense_stage`, for layers.
"""
