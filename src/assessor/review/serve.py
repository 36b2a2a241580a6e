"""Serving the page, on the loopback address only."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from assessor.codebook.schema import Codebook
from assessor.errors import RunError
from assessor.review.app import Desk, make_app
from assessor.review.guard import Guard
from assessor.review.page import Page
from assessor.review.queue import Queue
from assessor.review.retrain import Training
from assessor.review.sections import sections_of
from assessor.review.store import Store
from assessor.runs.folder import read_run

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was asked.

    Parameters
    ----------
    codebook_file : Path or None
        Where `codebook` comes from, if it is the user's own.
    port : int
        0: any that is free.
    """

    run: Path
    codebook: Codebook
    codebook_file: Path | None = None
    annotator: str = ""
    port: int = 0
    lang: str = "es"


class _Quiet(WSGIRequestHandler):
    """Logs nothing: addresses hold the token."""

    def log(self, type: str, message: str, *args: Any) -> None:
        return


@contextmanager
def served(asked: Asked) -> Iterator[tuple[str, BaseWSGIServer]]:
    """Yield the page's address and the server, which is still to be set going.

    Raises
    ------
    RunError
        If the run cannot be read, was made with another codebook or has nothing to review, or
        the port is taken.
    """
    run = read_run(asked.run)
    if run.manifest["codebook"]["sha256"] != asked.codebook.sha256:
        raise RunError(
            f"{asked.run}: was made with another codebook; give that one with --codebook"
        )
    sections = sections_of(run.tables, asked.codebook)
    if not sections:
        raise RunError(f"{asked.run}: no section with text to review")
    page = Page(Queue(sections), asked.codebook, asked.lang)
    store, training = Store(asked.run), Training(asked.run, asked.codebook_file)
    desk = Desk(asked.run, asked.codebook, page, store, training, asked.annotator)
    token = secrets.token_urlsafe(24)
    server = _listen(asked.port)
    server.app = make_app(desk, Guard(server.server_port, token))
    try:
        yield f"http://{HOST}:{server.server_port}/{token}/", server
    finally:
        server.server_close()
        training.stop()
        store.close()


def _listen(port: int) -> BaseWSGIServer:
    """Take the port before the application is made, which has to know it."""
    try:
        return make_server(HOST, port, _not_yet, threaded=True, request_handler=_Quiet)
    except (OSError, SystemExit) as error:
        raise RunError(f"port {port} is taken; name another with --port") from error


def _not_yet(environ: Any, start_response: Any) -> list[bytes]:
    start_response("503 Service Unavailable", [])
    return []
