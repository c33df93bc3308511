"""The lexicon of a storyboard: what is said for a word, in other words (`IQ: I Q`) or in phonemes.

lexicon:
  ReLU: "/ˈɹeɪluː/"
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from storyreel.core.blank_text import is_blank
from storyreel.reader.comments import warn_of_comment
from storyreel.reader.document import Document
from storyreel.reader.types import report_type
from storyreel.speech.phonemes import has_sound, is_pronunciation, phonemes, unknown_phonemes


@dataclass(frozen=True)
class Lexicon:
    """For what is written, the words that are said for it, or its phonemes."""

    words: dict[str, str] = field(default_factory=dict)
    pronunciations: dict[str, str] = field(default_factory=dict)


def read_lexicon(document: Document, words: Iterable[str]) -> Lexicon:
    """The entries of `words`; problems are reported."""
    lexicon = Lexicon()
    for word in words:
        warn_of_comment(document, ("lexicon", word))
        said = document.at(("lexicon", word))
        if is_blank(word):
            document.report(document.key_place(("lexicon", word)), "a word of the lexicon is empty")
        elif not isinstance(said, str):
            report_type(document, ("lexicon", word), "str", f"`{word}`")
        elif not document.is_short(("lexicon", word), said):
            continue
        elif not is_pronunciation(said):
            lexicon.words[word] = said
        elif unknown := unknown_phonemes(said):
            message = f"`{word}`: no English phoneme is written `{unknown[0]}`; between / / stands IPA"
            document.report(document.place(("lexicon", word)), f"{message}, as in /ˈɹeɪluː/")
        elif not has_sound(said):
            document.report(document.place(("lexicon", word)), f"`{word}`: `{said}` has no phoneme")
        else:
            lexicon.pronunciations[word] = phonemes(said)
    return lexicon
