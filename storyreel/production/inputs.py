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
from storyreel.speech.cast import cast_name
from storyreel.storyboard.model import Storyboard
from storyreel.storyboard.themes.theme import theme_name


def inputs_of(production: Production, films: Mapping[str, str], files: Iterable[str], folder: Path) -> Inputs:
    """The inputs of the lesson in `folder`.

    `films` are the content digests of its films, and `files` all files that were made, by path in the folder.
    """
    storyboard = production.storyboard
    return Inputs(
        program=program_digest(),
        storyboard=storyboard.digest,
        quality=production.quality,
        own_voice=cast_name(storyboard.speakers, storyboard.language),
        sayings=tuple(
            Saying(
                said.utterance.text,
                said.utterance.language,
                said.utterance.variant,
                said.utterance.key,
                said.fingerprint,
                said.utterance.pronunciations,
            )
            for beat in production.narration.beats
            for said in beat.said
        ),
        files={**production.files, **storyboard.array_files, **_theme_files(storyboard)},
        films=dict(films),
        checksums={name: checksum(folder / name) for name in files},
        warnings=storyboard.warnings,
        storyboard_path=storyboard_path(storyboard.path, folder),
        cast=production.cast.roles,
        own_aspect=storyboard.aspect,
        own_theme=storyboard.own_theme,
    )


def _theme_files(storyboard: Storyboard) -> dict[str, str]:
    """The files of the theme, by their paths from the storyboard's folder, and their hashes."""
    files, folder = (*storyboard.theme.sources, *storyboard.theme.files), storyboard.path.parent
    return {theme_name(file.path, folder): file.digest for file in files}
