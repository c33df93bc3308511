"""Speech: from a storyboard to its script, and from the script to sound with the time of each word.

In: a `Storyboard`. Out: `script.write_script` gives a `Script`, the beats with all numbers filled in, as
shown and as spoken; `narration.narrate` has a voice speak it and gives a `Narration`, for each beat its
sound, word times and mark times in seconds.

The script comes from `spoken_form` and `spoken_symbols`, the sound from `voices`, `clip` (silence trimmed,
resampled), `loudness` and `levels`; `cache` keeps it on disk. Other rooms use `script`, `narration`,
`voices`, `sound_track` (the sound of the film, read in parts) and the constants of `audio`.
"""
