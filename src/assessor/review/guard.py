"""Who may ask: this page, on this machine, and nobody else.

The address holds a random token, so no cookie exists that another site could ride on. `Host`
must be the loopback address served (against DNS rebinding); `Origin` and `Sec-Fetch-Site` must
be the page's own (against other sites); whatever changes something must be JSON, which no form
of another site can send.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Request, Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The report brings its own policy, stricter for scripts; here it may not act for the page.
REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """What a request must show.

    Parameters
    ----------
    port : int
        The port served.
    token : str
        First part of every path.
    """

    port: int
    token: str

    def admits(self, request: Request) -> bool:
        """Say whether a request may be answered."""
        return (
            request.headers.get("Host") in self._hosts()
            and secrets.compare_digest(_token(request.path).encode(), self.token.encode())
            and request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}
            and self._own_origin(request)
            and (request.method in {"GET", "HEAD"} or request.is_json)
        )

    def _hosts(self) -> set[str]:
        return {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}

    def _own_origin(self, request: Request) -> bool:
        origin = request.headers.get("Origin")
        if origin is None:
            return request.method in {"GET", "HEAD"}
        return origin == f"http://{request.headers.get('Host')}"


def close_up(response: Response) -> Response:
    """Add the headers that keep others out of an answer."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def _token(path: str) -> str:
    return path.split("/", 2)[1] if path.startswith("/") else ""
