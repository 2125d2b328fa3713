"""Headless Chromium, driven over pipes by the DevTools protocol: pages, keys, sizes, pictures."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-file-access-from-files",
)
# In a program of its own: JAX warns where a process that has imported it forks.
HAND_OVER = """
import os, sys
read, write, *command = sys.argv[1:]
os.dup2(int(read), 3)
os.dup2(int(write), 4)
os.execv(command[0], command)
"""
KEYS = {"Tab": 9, "Enter": 13, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}


class Browser:
    """One page of a browser of its own, which ends with the block of `with`."""

    def __init__(self, profile: Path):
        ours, theirs = os.pipe(), os.pipe()
        # Above 4, so that the two numbers which the browser reads can be given to it.
        read, write = (fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (theirs[0], ours[1]))
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", HAND_OVER, str(read), str(write)),
                *(str(BROWSER), *OPTIONS, f"--user-data-dir={profile}", "--remote-debugging-pipe"),
            ],
            stderr=subprocess.DEVNULL,
            pass_fds=(read, write),
        )
        for fd in (read, write, theirs[0], ours[1]):
            os.close(fd)
        self._in, self._out = os.fdopen(theirs[1], "wb"), os.fdopen(ours[0], "rb")
        self._rest, self._sent, self._events = b"", 0, []
        self._session = None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        self.send("Page.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._in.close()
        self._out.close()

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result."""
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._in.write(json.dumps(message).encode() + b"\0")
        self._in.flush()
        while True:
            answer = self._receive()
            if answer.get("id") == self._sent:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._events.append(answer.get("method"))

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            block = os.read(self._out.fileno(), 1 << 20)
            if not block:
                raise RuntimeError("the browser has ended.")
            self._rest += block
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def open(self, url: str) -> None:
        """Load a page and wait until its scripts have run and its formulas are set."""
        self._events.clear()
        self.send("Page.navigate", url=url)
        self._loaded()

    def follow(self, key: str) -> None:
        """Press a key that leads to another page, and wait for that."""
        self._events.clear()
        self.press(key)
        self._loaded()

    def _loaded(self) -> None:
        while "Page.loadEventFired" not in self._events:
            self._events.append(self._receive().get("method"))
        self.value("window.MathJax?.startup?.promise?.then(() => 0)")

    def value(self, expression: str) -> Any:
        """Return the value of an expression of JavaScript, awaited if it is a promise."""
        result = self.send(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"])[:2000])
        return result["result"].get("value")

    def resize(self, width: int, height: int = 900) -> None:
        """Set the size of the window."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def prefer(self, scheme: str) -> None:
        """Set whether the reader prefers light pages or dark ones."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.send("Emulation.setEmulatedMedia", features=features)

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press a key of the keyboard, and let it go."""
        fields = {"key": key, "code": key, "windowsVirtualKeyCode": KEYS[key]}
        if key == "Enter":
            fields["text"] = "\r"
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, modifiers=8 * shift, **fields)

    def write(self, text: str) -> None:
        """Write text where the focus is."""
        self.send("Input.insertText", text=text)

    def picture(self, clip: dict[str, float]) -> bytes:
        """Return what is seen within a rectangle, as PNG."""
        data = self.send("Page.captureScreenshot", format="png", clip=clip)["data"]
        return base64.b64decode(data)
