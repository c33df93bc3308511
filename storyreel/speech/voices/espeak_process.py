"""Speaks one utterance with espeak-ng in a process of its own, or gives its phonemes: run as a script.

espeak-ng has global state and is deterministic only in a new process; and as it is under the GPL, it is not
loaded into ours. Only the standard library is used, so that the script starts fast.

Input, on standard input: JSON {library, voice, text, settings: {espeak parameter number: value}} to speak,
{library, voice, phrases: [text, …], tie: character} for phonemes; the working directory has the folder
`espeak-ng-data`. It is given as a relative path because espeak-ng truncates data paths to 160 characters.
Output, on standard output: one line of JSON {rate, words: [[offset, length, sample], …]} with offsets in
characters from 0, then the samples as 16-bit integers; or a JSON list of the phrases in IPA. Exit status 2
means that there is no such voice.
"""

import ctypes
import json
import sys

RETRIEVAL = 1  # espeak_AUDIO_OUTPUT: sound is passed to the callback and not played
DO_NOT_EXIT = 0x8000
CHARACTER = 1  # espeak_POSITION_TYPE
UTF8 = 1
WORD = 1  # espeak_EVENT_TYPE
LIST_TERMINATED = 0
IPA, TIED, TIE = 2, 0x80, 8  # of espeak_TextToPhonemes: phonetic letters, with a tie, which begins at bit 8


class Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h; the union at its end is 8 bytes long."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    ]


Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


def main() -> int:
    """Speak the utterance on standard input; returns the exit status."""
    request = json.load(sys.stdin)
    samples = bytearray()
    words: list[tuple[int, int, int]] = []

    def receive(wave: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[Event]") -> int:
        if wave and count > 0:
            samples.extend(ctypes.string_at(wave, count * 2))
        index = 0
        while events[index].type != LIST_TERMINATED:
            event = events[index]
            if event.type == WORD:
                words.append((event.text_position - 1, event.length, event.sample))
            index += 1
        return 0

    library = ctypes.CDLL(request["library"])
    rate = library.espeak_Initialize(RETRIEVAL, 0, b".", DO_NOT_EXIT)
    if rate <= 0:
        return 3
    if library.espeak_SetVoiceByName(request["voice"].encode()):
        return 2
    if "phrases" in request:
        found = [phonemes(library, phrase, request["tie"]) for phrase in request["phrases"]]
        json.dump(found, sys.stdout)
        return 0
    for parameter, value in request["settings"].items():
        library.espeak_SetParameter(int(parameter), value, 0)
    callback = Callback(receive)  # in a variable, as espeak-ng holds no reference to it
    library.espeak_SetSynthCallback(callback)
    text = request["text"].encode()
    library.espeak_Synth(text, ctypes.c_size_t(len(text) + 1), 0, CHARACTER, 0, UTF8, None, None)
    library.espeak_Synchronize()
    sys.stdout.buffer.write(json.dumps({"rate": rate, "words": words}).encode() + b"\n" + samples)
    return 0


def phonemes(library: ctypes.CDLL, phrase: str, tie: str) -> str:
    """The phrase in IPA, with spaces between words, and `tie` between the letters of one sound."""
    mode = IPA | (TIED | ord(tie) << TIE if tie else 0)
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    rest = ctypes.c_char_p(phrase.encode())
    clauses = []
    while rest.value:
        clauses.append((library.espeak_TextToPhonemes(ctypes.byref(rest), UTF8, mode) or b"").decode())
    return " ".join(clauses)


if __name__ == "__main__":
    sys.exit(main())
