"""The page that records a lesson, on a server for this machine only.

    GET  /TOKEN/          the page, and the other files of `assets/record`
    GET  /TOKEN/sound/3   the recording of the beat with this number, counted from 0
    POST /TOKEN/sound/3   save one: a WAV file; the answer tells whether it matches the text

Another page that is open in the browser can write nothing: it knows no token, and requests that name another
host or come from another origin are refused.
"""

import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from markupsafe import Markup

from storyreel.core.atomic_file import atomic_file, remove_leftovers
from storyreel.core.errors import StoryreelError
from storyreel.core.limits import limits
from storyreel.core.paths import ASSETS
from storyreel.exports.page_css_colours import colour_style
from storyreel.exports.templates import templates
from storyreel.speech.recordings.reading import BeatToRead, Reading
from storyreel.speech.recordings.sound_file import read_sound

PAGE = ASSETS / "record"
KINDS = {"record.js": "text/javascript", "recorder.js": "text/javascript", "record.css": "text/css"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src 'self' blob:; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
ADDRESS = "127.0.0.1"


def serve(reading: Reading, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve the page until Ctrl-C; `on_ready` is called with its address.

    What is being saved then is saved. Raises OSError if the port cannot be had.
    """
    token = secrets.token_urlsafe(16)
    with _Server((ADDRESS, port), partial(_Handler, _Desk(reading), token)) as server:
        on_ready(f"http://{ADDRESS}:{server.server_port}/{token}/")
        with suppress(KeyboardInterrupt):
            server.serve_forever(0.1)


class _Desk:
    """What the page does: it shows what there is to read, gives recordings and saves them."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._lock = Lock()  # the voices for comparison speak in one thread
        if reading.recordings.folder.is_dir():
            remove_leftovers(reading.recordings.folder)

    def page(self) -> str:
        """The page as HTML."""
        beats = [
            {
                "chapter": beat.title,
                "file": beat.file.name,
                "texts": beat.texts,
                "isRecorded": self.reading.is_recorded(beat),
            }
            for beat in self.reading.beats
        ]
        written = json.dumps(beats).translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"})
        folder = self.reading.recordings.folder
        return (
            templates(PAGE).get_template("record.html.j2").render(beats=Markup(written), folder=str(folder))
        )

    def sound(self, beat: BeatToRead) -> bytes:
        """The beat's own file. Raises OSError if there is none."""
        return beat.file.read_bytes()

    def save(self, beat: BeatToRead, content: bytes) -> dict[str, Any]:
        """Save a beat's recording, and compare it with the text. Raises StoryreelError if it is no sound."""
        with atomic_file(beat.file) as temporary:
            temporary.write_bytes(content)
            try:
                read_sound(temporary)
            except StoryreelError as error:
                raise StoryreelError(str(error).replace(temporary.name, "the recording")) from None
        with self._lock:
            return {"file": str(beat.file), "problem": self.reading.problem(beat)}


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # what is being saved is saved before the program ends
    request_queue_size = 32


class _Handler(BaseHTTPRequestHandler):
    timeout = 30

    def __init__(self, desk: _Desk, token: str, *request: Any) -> None:
        self._desk = desk
        self._token = token
        super().__init__(*request)

    def do_GET(self) -> None:
        """Answer with the page, one of its files, or a recording."""
        place = self._place()
        if place is None:
            return
        if place == "":
            self._answer("text/html; charset=utf-8", self._desk.page().encode())
        elif place == "record.css":
            self._answer("text/css; charset=utf-8", (colour_style() + self._asset(place)).encode())
        elif place in KINDS:
            self._answer(f"{KINDS[place]}; charset=utf-8", self._asset(place).encode())
        elif beat := self._beat(place):
            try:
                self._answer("audio/wav", self._desk.sound(beat))
            except OSError:
                self._refuse(HTTPStatus.NOT_FOUND)
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """Save a recording."""
        place = self._place()
        if place is None:
            return
        beat = self._beat(place)
        length = self.headers.get("Content-Length", "")
        if beat is None:
            self._refuse(HTTPStatus.NOT_FOUND)
        elif self.headers.get("Content-Type") != "audio/wav":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        elif not (length.isascii() and length.isdecimal()):
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif int(length) > limits().recording_bytes:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._save(beat, int(length))

    def _save(self, beat: BeatToRead, length: int) -> None:
        content = self.rfile.read(length)
        try:
            if len(content) < length:  # the page was closed meanwhile
                raise StoryreelError("the recording did not arrive as a whole")
            answer = self._desk.save(beat, content)
        except StoryreelError as error:
            answer = {"file": None, "problem": str(error)}
        self._answer("application/json", json.dumps(answer).encode())

    def _place(self) -> str | None:
        """The path after the token; None if the request is refused, which is answered here."""
        host = f"{ADDRESS}:{self.server.server_port}"  # type: ignore[attr-defined]
        hosts = (host, host.replace(ADDRESS, "localhost"))
        _, token, *rest = [*self.path.partition("?")[0].split("/", 2), "", ""]
        is_ours = self.headers.get("Host") in hosts and secrets.compare_digest(
            token.encode(), self._token.encode()
        )
        origin = self.headers.get("Origin")
        if not is_ours or (origin and origin not in [f"http://{each}" for each in hosts]):
            self._refuse(HTTPStatus.FORBIDDEN)
            return None
        return rest[0]

    def _beat(self, place: str) -> BeatToRead | None:
        folder, _, number = place.partition("/")
        if folder != "sound" or not (number.isascii() and number.isdecimal() and len(number) < 5):
            return None
        beats = self._desk.reading.beats
        return beats[int(number)] if int(number) < len(beats) else None

    def _asset(self, name: str) -> str:
        return (PAGE / name).read_text("utf-8")

    def _refuse(self, status: HTTPStatus) -> None:
        self._answer("text/plain", status.phrase.encode(), status)

    def _answer(self, kind: str, content: bytes, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Nothing: the terminal shows the address only."""
