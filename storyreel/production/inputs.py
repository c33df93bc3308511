"""The inputs of a lesson: digests of all that its files were made of, which the manifest stores.

While these and the lesson's files are unchanged, nothing needs to be made (see `up_to_date`).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from storyreel.core.checksum import checksum
from storyreel.lesson.manifest import Inputs, Saying
from storyreel.lesson.program_digest import program_digest
from storyreel.lesson.storyboard_path import storyboard_path
from storyreel.production.production import Production
from storyreel.speech.voices import DEFAULT_VOICE


def inputs_of(production: Production, films: Mapping[str, str], files: Iterable[str], folder: Path) -> Inputs:
    """The inputs of the lesson in `folder`.

    `films` are the content digests of its films, and `files` all files that were made, by path in the folder.
    """
    storyboard = production.storyboard
    return Inputs(
        program=program_digest(),
        storyboard=storyboard.digest,
        quality=production.quality,
        own_voice=storyboard.voice or DEFAULT_VOICE,
        sayings=tuple(
            Saying(
                said.text,
                said.language,
                said.speaker,
                said.key,
                beat.fingerprint,
                said.pace,
                said.pronunciations,
            )
            for beat in production.narration.beats
            if (said := beat.utterance)
        ),
        files=dict(production.files),
        films=dict(films),
        checksums={name: checksum(folder / name) for name in files},
        warnings=storyboard.warnings,
        storyboard_path=storyboard_path(storyboard.path, folder),
    )
