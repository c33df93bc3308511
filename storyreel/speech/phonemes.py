"""English phonemes, as a lexicon gives them and as neural voices are given them.

An author writes them between slashes, in IPA as dictionaries print it (`/ˈɹeɪluː/`) or in the alphabet of
the voices (`/ɹˈAlu/`), misaki's for American English, which has one letter for a diphthong or an affricate.
"""

ALPHABET = frozenset("AIOWYaæɑəɛɜɪiɔʊuʌᵊᵻ" + "bdfhjklmnpstvwzðŋɡɹʃʒʤʧθT" + "ˈˌ ")
IPA = {
    "t͡ʃ": "ʧ",
    "d͡ʒ": "ʤ",
    "tʃ": "ʧ",
    "dʒ": "ʤ",
    "eɪ": "A",
    "aɪ": "I",
    "oʊ": "O",
    "əʊ": "O",
    "aʊ": "W",
    "ɔɪ": "Y",
    "ɝ": "ɜɹ",
    "ɚ": "əɹ",
    "e": "ɛ",
    "ɒ": "ɑ",
    "ɐ": "ə",
    "r": "ɹ",
    "g": "ɡ",
    "ɾ": "T",
    "'": "ˈ",
    "ː": "",
    ".": "",
}
"""How dictionaries write what has another letter in the alphabet, longer spellings first."""


def is_pronunciation(said: str) -> bool:
    """True for what a lexicon gives in phonemes: `/…/`."""
    return len(said) > 2 and said[0] == said[-1] == "/"


def phonemes(pronunciation: str) -> str:
    """The phonemes of `/…/` in the alphabet; what is in no alphabet stays as it is."""
    said = pronunciation[1:-1].strip()
    for written, letter in IPA.items():
        said = said.replace(written, letter)
    return said


def has_sound(pronunciation: str) -> bool:
    """True if there is anything but stress marks in `/…/`."""
    return not set(phonemes(pronunciation)) <= set("ˈˌ ")


def unknown_phonemes(pronunciation: str) -> str:
    """The letters of `/…/` that stand for no English phoneme, each once, in their order."""
    return "".join(dict.fromkeys(letter for letter in phonemes(pronunciation) if letter not in ALPHABET))
