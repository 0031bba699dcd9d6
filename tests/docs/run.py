"""`make docs`: every command of README.md, CONTRIBUTING.md and docs/ run in a clean clone, as a reader would.

Commands are the lines of blocks fenced as ```sh; `<!-- not run: why -->` in the line above leaves a block out. They run
in order, each where the one before has left off. `make run` goes on in the background, on a free port in the place of
8000, until all is done. Needs nothing but Python's own library.
"""

import contextlib
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS, COMMAND_SECONDS, STOP_SECONDS = 900, 600, 20
LAST_LINES = 40  # of what a failed command said
NOT_RUN = re.compile(r"<!-- not run: (.+) -->")
FORGOTTEN = ("DATABASE_URL", "REDIS_URL", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "VIRTUAL_ENV")  # what a new shell lacks


class Untagged(Exception):
    """A fence that does not say what it holds."""


@dataclass
class Block:
    """A block of commands. `not_run` is the reason why it is left out, None when it is not."""

    place: str
    not_run: str | None
    commands: list[str] = field(default_factory=list)


def pages() -> list[Path]:
    inner = [page for page in sorted((ROOT / "docs").rglob("*.md")) if "node_modules" not in page.parts]
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *inner]


def blocks(page: Path) -> Iterator[Block]:
    """The page's blocks of commands. Raises Untagged."""
    lines = page.read_text().splitlines()
    name, opened, above = page.relative_to(ROOT), None, ""
    for number, line in enumerate(lines, 1):
        if line.startswith("```") and opened is None:
            opened, start = line[3:], number
            if not opened:
                raise Untagged(f"{name}:{number}: say what the block is: ```sh, ```json, ```text ...")
            reason = NOT_RUN.fullmatch(above)
        elif line == "```":
            if opened == "sh":
                yield Block(f"{name}:{start}", reason and reason[1], commands(lines[start : number - 1]))
            opened = None
        above = line


def commands(lines: list[str]) -> list[str]:
    """Lines that end with a backslash go on in the next; comments and empty ones are left out."""
    text = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


class Reader:
    """Whoever follows the docs in a shell, in a folder of her own."""

    def __init__(self, folder: Path):
        self.port, self.place, self.folder = free_port(), folder, folder
        self.server: subprocess.Popen | None = None
        kept = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
        self.environment = {**kept, "PORT": str(self.port), "RATE_LIMIT_AUTH": "off"}  # else the story waits a minute

    def run(self, command: str) -> int:
        """The exit status; what the command said is shown when that is not 0."""
        command = command.replace("<this repository>", shlex.quote(str(ROOT))).replace(":8000", f":{self.port}")
        if command == "make run":
            return self._serve()
        log, left = self.folder / "log", self.folder / "left"
        script = f"trap 'pwd >\"{left}\"' EXIT\n{command}"
        with open(log, "w") as file:
            process = self._start(script, file)
            try:
                status = process.wait(COMMAND_SECONDS)
            except subprocess.TimeoutExpired:
                return self._tell(log, f"no end after {COMMAND_SECONDS} s")
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
        self.place = Path(left.read_text().strip())
        if status:
            self._tell(log)
        return status

    def stop(self) -> None:
        if self.server:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.server.pid, signal.SIGINT)
            try:
                self.server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self.server.pid, signal.SIGKILL)

    def _serve(self) -> int:
        """0 when the system answers."""
        if self.server:
            return 0
        log, address = self.folder / "server.log", f"http://127.0.0.1:{self.port}/health/ready"
        with open(log, "w") as file:
            self.server = self._start("exec make run", file)
        deadline = time.monotonic() + START_SECONDS
        while self.server.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
                return 0
            time.sleep(0.5)
        return self._tell(log)

    def _start(self, script: str, log) -> subprocess.Popen:
        return subprocess.Popen(
            ["bash", "-c", script],
            cwd=self.place,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def _tell(self, log: Path, why: str = "") -> int:
        """Show the end of the log; 1."""
        print("\n".join([*log.read_text(errors="replace").splitlines()[-LAST_LINES:], why]))
        return 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> int:
    """The exit status: 1 when a command failed."""
    sys.stdout.reconfigure(line_buffering=True)
    try:
        found = [block for page in pages() for block in blocks(page)]
    except Untagged as error:
        print(error, file=sys.stderr)
        return 1
    failed = []
    with tempfile.TemporaryDirectory(prefix="mwork-docs-") as folder:
        reader = Reader(Path(folder))
        try:
            for block in found:
                failed += follow(block, reader)
        finally:
            reader.stop()
    print("\n".join(["", "These failed:", *failed] if failed else ["", "Every command ended with 0."]))
    return 1 if failed else 0


def follow(block: Block, reader: Reader) -> list[str]:
    """Run the block's commands, each shown with its status; those that failed."""
    print(f"\n{block.place}" + (f" (not run: {block.not_run})" if block.not_run else ""))
    failed = []
    for command in block.commands:
        if block.not_run:
            print(f"  -  {command}")
            continue
        began = time.monotonic()
        status = reader.run(command)
        print(f"  {status}  {command}  ({time.monotonic() - began:.0f} s)")
        if status:
            failed.append(f"  {block.place}: {command}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
