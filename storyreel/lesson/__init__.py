"""The finished lesson as a file: `lesson.json`, from which every export is made.

In: what the room `production` writes. Out: a `Manifest` (`manifest.read_manifest`), whose paths stay inside
the lesson's folder (`file_name`). `program_digest` is the hash by which a finished lesson is known to be up
to date.
"""
