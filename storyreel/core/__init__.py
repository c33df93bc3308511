"""What every other room may use. Imports nothing else of storyreel.

`errors` and `plugins` for all; `arrays` and `number_format` for numbers; `paths`, `atomic_file`,
`code_digest` for files; `frame` and `quality` for pictures; `word` and `timed_text` for captions;
`symbol_parts` for symbols of quantities; `scene_file`, `progress`, `threads`.
"""
