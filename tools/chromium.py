"""Headless Chromium over its debugging pipe: no driver and no package needed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from base64 import b64decode
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--remote-debugging-pipe",
)  # fmt: skip


class Browser:
    """One tab; commands go out on descriptor 3 and answers come back on 4, ended by NUL."""

    def __init__(self, profile: Path) -> None:
        read_in, self._out = os.pipe()
        self._in, write_out = os.pipe()

        def descriptors() -> None:
            os.dup2(read_in, 20)
            os.dup2(write_out, 21)
            os.dup2(20, 3)
            os.dup2(21, 4)

        self._process = subprocess.Popen(
            [str(CHROMIUM), *OPTIONS, f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=descriptors, pass_fds=(3, 4, read_in, write_out),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(read_in)
        os.close(write_out)
        self._rest, self._number = b"", 0
        self.events: list[dict[str, Any]] = []
        self._session = ""
        target = self("Target.createTarget", session=None, url="about:blank")["targetId"]
        self._session = self("Target.attachToTarget", session=None, targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self(f"{domain}.enable")

    def __call__(self, method: str, session: str | None = "", **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events are kept."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = os.read(self._in, 1 << 20)
            if not data:
                raise RuntimeError("the browser ended")
            self._rest += data
        message, self._rest = self._rest.split(b"\0", 1)
        received: dict[str, Any] = json.loads(message)
        return received

    def open(self, path: Path, fragment: str = "", *, script: bool = True) -> None:
        """Open a file and wait until it has loaded."""
        self.events.clear()
        self("Emulation.setScriptExecutionDisabled", value=not script)
        self("Page.navigate", url="about:blank")
        self.wait("Page.loadEventFired")
        self.events.clear()
        self("Page.navigate", url=f"file://{path}{fragment}")
        self.wait("Page.loadEventFired")

    def opening(self, path: Path) -> float:
        """Open a file; return the seconds until it has loaded and its first screen is drawn."""
        self.open(Path("/dev/null"))
        start = time.perf_counter()
        self.events.clear()
        self("Page.navigate", url=f"file://{path}")
        self.wait("Page.loadEventFired")
        self.evaluate("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
        return time.perf_counter() - start

    def wait(self, event: str) -> None:
        """Wait for an event since the page was asked for."""
        while event not in {e.get("method") for e in self.events}:
            self.events.append(self._receive())

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        result = self(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def size(self, width: int, height: int, *, phone: bool = False) -> None:
        """Set the window's size, in pixels."""
        self("Emulation.setDeviceMetricsOverride", width=width, height=height,
             deviceScaleFactor=1, mobile=phone)  # fmt: skip

    def scheme(self, name: str) -> None:
        """Prefer light or dark; nothing for the browser's own."""
        features = [{"name": "prefers-color-scheme", "value": name}]
        self("Emulation.setEmulatedMedia", features=features)

    def pdf(self) -> bytes:
        """Print the page."""
        return b64decode(self("Page.printToPDF", printBackground=True)["data"])

    def of(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of an event's occurrences."""
        return [e["params"] for e in self.events if e.get("method") == method]

    def close(self) -> None:
        """End the browser."""
        try:
            self("Browser.close", session=None)
        except (RuntimeError, OSError):
            self._process.kill()
        self._process.wait(timeout=30)
        os.close(self._out)
        os.close(self._in)
