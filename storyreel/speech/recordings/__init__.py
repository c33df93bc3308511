"""Recordings of the author's: which file has what, and where in it each utterance and each word is.

In: a sound file (`sound_file` reads it) and the utterances that it should have. Out: `matching.heard` cuts it
at these and times their words, or tells what does not match. `files` has the names of the files. The voice
`recording` uses them, and the command `storyreel record`.
"""
