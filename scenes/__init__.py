"""The scenes: a file for each kind of chapter, with its cues."""
