"""`make cluster`: start it, walk through it, talk in it, restart every server under load, stop it."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from mwork import embedded, run, running
from mwork.cluster import files, layout, proof, shop, talk
from mwork.cluster.load import OVER_HTTP, OVER_SOCKETS, READING, Load
from mwork.cluster.people import Person, Unexpected
from mwork.cluster.processes import FOLDER, Cluster

QUIET = 2  # seconds of load before the first and after the last restart
LAST_LINES = 30  # of a demo that failed


def main() -> int:
    """The exit status: 0 when nothing failed, nothing was lost and nothing doubled."""
    run.listen_to_signals()
    sys.stdout.reconfigure(line_buffering=True)
    try:
        with ExitStack() as stack:
            with act("PostgreSQL, Redis, migrations, static files, servers, proxy"):
                cluster = stack.enter_context(Cluster())
            return _try(cluster)
    except KeyboardInterrupt:
        print("\nThe cluster has stopped.")
    except running.AlreadyRunning:
        print("mwork: `make run` or `make cluster` already runs in this checkout; stop that first", file=sys.stderr)
    except (run.Failed, embedded.EmbeddedError, Unexpected) as error:
        print(f"{error}\nmwork: what the processes said is in {FOLDER}/*.log", file=sys.stderr)
    return 1


def _try(cluster: Cluster) -> int:
    print(f"   {', '.join(_names(cluster))} on {cluster.url}")
    with act("make demo through the proxy"):
        _demo()
    with act("two people join, pay, and have the plan that the provider's notice grants"):
        people = [Person.join(cluster.port, role) for role in ("employer", "model")]
        for person in people:
            shop.take_plan(person)
    with act("static files, an attachment there and back, what is too large"):
        files.try_files(people[1])
    with act("a chat over two socket servers and HTTP, all heard live"):
        room_id = talk.open_room(*people)
        talk.talk(*people, room_id, cluster.access_log)
    with act("every server restarted, one after the other, under load"), Load(people, room_id) as load:
        _restart_each(cluster, load)
    cluster.check()
    return _report(people[0], load)


def _names(cluster: Cluster) -> Iterator[str]:
    yield from (server.name for server in cluster.servers)
    yield from (child.name for child in cluster.children)


def _demo() -> None:
    log = FOLDER / "demo.log"
    with open(log, "w") as file:
        words = [layout.command("migrate")[0], "-m", "mwork.demo"]
        status = subprocess.run(words, stdout=file, stderr=file, **run.ALONE).returncode
    if status != 0:
        raise run.Failed("\n".join(log.read_text().splitlines()[-LAST_LINES:]))


def _restart_each(cluster: Cluster, load: Load) -> None:
    time.sleep(QUIET)
    for server in cluster.servers:
        before = len(load.notes.failures)
        took = server.restart()
        print(f"   {server.name} stopped in {took:.1f} s and is back; failures: {len(load.notes.failures) - before}")
        cluster.check()
    time.sleep(QUIET)


def _report(person: Person, load: Load) -> int:
    """Print what came of it; the exit status."""
    notes, found = load.notes, proof.faults(person, load)
    print(f"\n   {'':24}{'answers':>9}{'failures':>10}{'p50 ms':>9}{'p99 ms':>9}")
    for kind in (READING, OVER_HTTP, OVER_SOCKETS):
        name, answers, failures, median, late = notes.row(kind)
        print(f"   {name:24}{answers:9}{failures:10}{median:9.1f}{late:9.1f}")
    breaks = ", ".join(f"{count} × {code}" for code, count in Counter(notes.breaks).items()) or "none"
    print(f"   messages acknowledged: {len(notes.acknowledged)}; sockets ended by servers, with code: {breaks}\n")
    for line in [*notes.failures[:20], *found]:
        print(f"   {line}", file=sys.stderr)
    if notes.failures or found:
        print(f"mwork: {len(notes.failures)} failures, {len(found)} faults", file=sys.stderr)
        return 1
    print("No request failed, no message was lost or doubled.")
    return 0


@contextmanager
def act(title: str) -> Iterator[None]:
    """Print the title with the seconds that the block took."""
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:6.1f} s  {title}")


if __name__ == "__main__":
    sys.exit(main())
