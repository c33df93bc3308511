"""The cache of speech is kept below its limit, shown and cleared."""

import os
import subprocess
import sys
import time
from pathlib import Path

from storyreel.speech.cache import SpeechCache
from storyreel.speech.voices import Utterance
from storyreel.speech.voices.silent import SilentVoice


def speak(cache: SpeechCache, text: str) -> None:
    cache.clip(SilentVoice(), Utterance(text, "en", 0, "a/1"))


def test_sentences_unused_for_longest_are_removed_above_the_limit(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path)
    for text, hours in (("One a.", 4), ("One b.", 3), ("One c.", 2)):
        before = set(tmp_path.iterdir())
        speak(cache, text)
        (made,) = set(tmp_path.iterdir()) - before
        os.utime(made, (time.time() - 3600 * hours,) * 2)
    size = cache.usage().size // 3
    speak(cache, "One a.")  # asking for it keeps it
    cache.tidy(2 * size)
    left = set(tmp_path.iterdir())
    assert cache.usage().items == 2
    speak(cache, "One a.")
    speak(cache, "One c.")
    assert set(tmp_path.iterdir()) == left
    speak(cache, "One b.")
    assert cache.usage().items == 3


def test_the_cache_command_shows_and_clears_both_caches(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path / "storyreel" / "speech")
    speak(cache, "One.")
    environment = {
        **os.environ,
        "XDG_CACHE_HOME": str(tmp_path),
        "STORYREEL_LIMITS": "speech_cache_bytes=5000000",
    }

    def told(*options: str) -> list[str]:
        command = [sys.executable, "-m", "storyreel", "cache", *options]
        return subprocess.run(command, capture_output=True, text=True, env=environment).stdout.splitlines()

    megabytes = f"{cache.usage().size / 1e6:.1f} MB"
    folder = tmp_path / "storyreel"
    assert told() == [
        f"{folder / 'pieces'}: 0 files, 0.0 MB, of at most 4.0 GB",
        f"{folder / 'speech'}: 1 files, {megabytes}, of at most 5.0 MB",
    ]
    assert told("--clear")[2:] == [
        f"removed 1 files, {megabytes}",
        f"{folder / 'speech'}: 0 files, 0.0 MB, of at most 5.0 MB",
    ]
    assert list((folder / "speech").iterdir()) == []
