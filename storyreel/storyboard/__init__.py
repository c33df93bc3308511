"""The model of a lesson as its author wrote it, and the names that a storyboard may use.

In: what the room `reader` read from a file, and experiments of the room `engine`. Out: a `Storyboard`
(`model`): chapters, beats and cues with their places, texts as `Template`, study material (`study`).

`cue_order` finds cues in an order that cannot work: `things` are what is on stage, `conditions` what else a
cue requires. `text_size` measures texts with the fonts of `typst_fonts`.

`lookup` finds numbers by name (`lesson_number` for scenes), `vocabulary` scenes and their cues, read from the
scene files by `python_source` and explained by `scene_help`; `cue` declares them. `values` is the table of
numbers of `storyreel values`.
"""
