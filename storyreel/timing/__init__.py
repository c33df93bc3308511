"""Timing: chapters, beats, cues and words on exact frames; captions and the transcript.

In: a `Script` and its `Narration` (room `speech`). Out: `timeline.lay_out` gives a `Timeline`, in which all
times are whole frames since the start of the film (`beats`). From it come captions (`captions`,
`caption_files`), the transcript (`transcript`), the script with times (`timed_script`) and the split of a
beat into segments (`segments`).

The rooms of drawing use only `beats` and `performance`, the chapter that a stage plays; `production` uses all
of it.
"""
