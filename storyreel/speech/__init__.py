"""Speech: from a storyboard to its script, and from the script to sound with the time of each word.

In: a `Storyboard`. Out: `script.write_script` gives a `Script`, the beats with all numbers filled in, as
shown and as spoken; `narration.narrate` has a voice speak it and gives a `Narration`, for each beat its
sound, word times and mark times in seconds.

The script comes from `spoken_form` and `spoken_symbols`; `cast` chooses a voice for each speaker; the sound
comes from `voices`, `pauses` (as long for every voice), `clip` (silence trimmed, resampled), `loudness` and
`levels`, and `alignment` finds the words in that of voices which do not say when they are, by `features`;
`recordings` has the author's own files; `cache` keeps it on disk. Other rooms use `script`, `cast`,
`narration`, `voices`, `sound_track` (the sound of the film, read in parts), `sounds` (what is added to the
narration), `recordings` and the constants of `audio`.
"""
