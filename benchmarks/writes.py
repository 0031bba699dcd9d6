# ruff: noqa: T201, PLC0415, S603  it prints, imports after django.setup(), and runs what it names itself
"""What writing costs with many at once: saying something, and answering a casting.

`python -m benchmarks.writes` (three minutes; Linux, two cores or more, wrk). The limit are the very statements of the
service's transaction, captured from one call of it, sent by psycopg from 16 threads with a connection each, no Django
and no HTTP. Ours is the same over HTTP, with the command of production on core 0; PostgreSQL, which waits for its disk,
and the clients share core 1. Rounds alternate, medians of them are told. At the end every answer must be a row.
"""

import os
import pickle
import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from django.utils import timezone

from benchmarks import stage
from benchmarks.transactions import captured, with_names

CLIENTS, GROWTH, ROUNDS, SECONDS, PORT = 16, (1, 4, 16), 5, 4, 9108
SEQ, CLIENT_ID = 7_000_000, "of-the-benchmark"  # literals that can be found again in captured SQL
SCRIPT = str(Path(__file__).with_name("peers") / "write.lua")


def main() -> None:
    with stage.own_servers() as folder:
        from benchmarks import market
        from mwork.cluster import layout

        market.fill(20_000, 6_000, 100_000)
        stage.pin_the_database()
        for kind in (Saying(folder), Answering(folder)):
            kind.told()
            with stage.serving(layout.command("http", port=PORT), PORT) as pid:
                kind.compare(pid)
            kind.check()


class Kind:
    """A way of writing: what the clients send, what the bare loop does, how it went."""

    title: str

    def __init__(self, folder: Path):
        self.folder, self.sent, self.bare_rounds = folder / self.title.split()[0], 0, 0
        self.folder.mkdir()
        self.deadlocks, self.written = deadlocks(), 0

    def compare(self, pid: int) -> None:
        print(f"\n{self.title:<34} clients  a second  of bare  p50/p99, ms  CPU, ms: server  database  lock waits")
        bares, ours = [], {}
        for _ in range(ROUNDS):
            bares.append(self.bare())
            for clients in GROWTH:
                ours.setdefault(clients, []).append(self.load(pid, clients))
        limit = statistics.median(bares)
        print(f"{'bare loop':<34} {CLIENTS:7} {limit:9.0f}")
        for clients, found in ours.items():
            print(row("ours", clients, found, limit))
        print(f"{'ours, queries of a request':<34} {stage.queries(self.folder.parent, self.one):g}")
        self.crowded(pid, limit)

    def crowded(self, pid: int, limit: float) -> None:
        """What else there is to see."""

    def bare(self) -> float:
        command = ["taskset", "-c", stage.SERVER_CORE, sys.executable, "-m", "benchmarks.peers.bare_writes"]
        environment = {**os.environ, "WORK": str(self.folder / "bare")}
        words = [*command, str(SECONDS), str(self.bare_rounds)]
        said = subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True).stdout.split()
        self.bare_rounds += SECONDS * 300
        self.written += int(said[1])
        return float(said[0])

    def load(self, pid: int, clients: int, lines: str = "ours") -> dict[str, float]:
        words = ["-s", SCRIPT, f"http://127.0.0.1:{PORT}", "--", str(self.folder / lines), str(self.sent)]
        with lock_waits() as waits:
            told = stage.wrk(words, pid, clients=clients, seconds=SECONDS)
        self.sent += told["requests"] + clients  # those that were cut off were sent too
        self.written += told["requests"]
        return {**told, "waits": statistics.mean(waits or [0])}

    def one(self) -> None:
        """The next of the clients' requests, by itself."""
        lines = (self.folder / "ours").read_text().splitlines()
        self.sent += 1  # wrk begins by asking its script for a request that it does not send
        token, path, body = lines[self.sent % len(lines)].split("\t")
        stage.ask(PORT, path, token, body.replace("#n", str(self.sent)))
        self.written += 1

    def check(self) -> None:
        if found := deadlocks() - self.deadlocks:
            sys.exit(f"{found} deadlocks")
        print("no deadlock;", self.checked())


class Saying(Kind):
    title = "messages"

    def told(self) -> None:
        from accounts.models import User
        from chat import services
        from chat.models import Membership, Room

        Membership.objects.update(may_answer=True)
        absent = User.objects.absent()
        there = Room.objects.exclude(first__in=absent).exclude(second__in=absent).select_related("first", "second")
        rooms = list(there.order_by("id")[: CLIENTS * 2])
        self.rooms = [room.id for room in rooms]
        body = '{"content": "Good day, this is message #n", "client_id": "c#n"}'
        path = "/api/v1/chat/rooms/{}/messages"
        lines = [(stage.token(room.first), path.format(room.id), body) for room in rooms[:CLIENTS]]
        write_lines(self.folder / "ours", lines)
        crowd = [(stage.token(person), lines[0][1], body) for person in rooms[0].people]
        write_lines(self.folder / "crowd", crowd)

        room, others = rooms[CLIENTS], rooms[CLIENTS:]
        for each in others:  # so that everybody has an unread notification, as most have who are written to
            services.say(sender=each.first, room_id=each.id, content="Good day")
        Room.objects.filter(id__in=[each.id for each in others]).update(last_seq=SEQ)
        person, values = room.first, {"content": "Good day", "client_id": CLIENT_ID}
        statements, (message, _new) = captured(lambda: services.say(sender=person, room_id=room.id, **values))
        known = {room.id: "room", person.id: "person", room.second_id: "other", message.id: "new"}
        known |= {f"'{CLIENT_ID}'": "client_id", str(SEQ + 1): "seq"}
        clients = [
            {"room": each.id, "person": each.first_id, "other": each.second_id, "client_id": "b#n", "seq": SEQ + 2}
            for each in others
        ]
        (self.folder / "bare").write_bytes(pickle.dumps((with_names(statements, known), clients)))
        self.before = self._stored()

    def crowded(self, pid: int, limit: float) -> None:
        found = [self.load(pid, CLIENTS, "crowd") for _ in range(ROUNDS)]
        print(row("ours, all in one room", CLIENTS, found, limit))

    def _stored(self) -> int:
        from chat.models import Message

        return Message.objects.count()

    def checked(self) -> str:
        from chat.models import Message, Room

        stored = self._stored() - self.before
        for room in Room.objects.filter(id__in=self.rooms[:CLIENTS]):
            numbers = list(Message.objects.filter(room=room).order_by("seq").values_list("seq", flat=True))
            if numbers != list(range(1, room.last_seq + 1)):
                sys.exit(f"the numbers of {room.id} have gaps")
        if stored < self.written:
            sys.exit(f"{self.written} acknowledged, {stored} stored")
        return f"{self.written} acknowledged, {stored} stored, numbers without a gap"


class Answering(Kind):
    title = "answers to castings"

    def told(self) -> None:
        from billing import services as billing
        from billing.models import Plan
        from castings import services
        from castings.models import Casting
        from profiles.models import ModelProfile

        nothing = dict.fromkeys(("gender", "min_age", "max_age", "min_height", "max_height", "experience"))
        ahead = Casting.objects.filter(shoot_date__gt=timezone.now(), deleted_at=None)
        ahead.update(status="active", **nothing)
        castings = list(Casting.objects.active().filter(id__in=ahead.values("id")).select_related("employer"))
        models = list(ModelProfile.objects.listed().select_related("user").filter(responses=None)[: CLIENTS * 2])
        for model in models:
            billing.grant(user=model.user, plan=Plan.objects.get(name="BUSINESS"))
        half, share = len(castings) // 2, len(castings) // 2 // CLIENTS
        tokens = [stage.token(model.user) for model in models[:CLIENTS]]
        path, body = "/api/v1/castings/{}/responses", '{"message": "I am free"}'
        lines = [
            (tokens[client], path.format(castings[(number + client * share) % half].id), body)
            for number in range(half)
            for client in range(CLIENTS)
        ]
        write_lines(self.folder / "ours", lines)

        first, theirs = castings[half], castings[half + 1 :]
        model = models[CLIENTS]
        statements, response = captured(lambda: services.apply(user=model.user, casting=first, message="I am free"))
        known = {first.id: "casting", model.id: "model", model.user_id: "person", response.id: "new"}
        known |= {first.employer_id: "employer", first.employer.user_id: "owner"}
        clients = []
        for client, each in enumerate(models[CLIENTS:]):
            turned = theirs[client * share :] + theirs[: client * share]
            clients.append(
                {"model": each.id, "person": each.user_id, "casting": [casting.id for casting in turned],
                 "employer": [casting.employer_id for casting in turned],
                 "owner": [casting.employer.user_id for casting in turned]}
            )  # fmt: skip
        (self.folder / "bare").write_bytes(pickle.dumps((with_names(statements, known), clients)))
        self.before = self._stored()

    def bare(self) -> float:
        rate = super().bare()
        self.bare_rounds -= SECONDS * 300 - SECONDS * 60
        return rate

    def _stored(self) -> tuple[int, int]:
        from django.db.models import Sum

        from castings.models import Casting, Response

        return Response.objects.count(), Casting.objects.aggregate(sum=Sum("responses_count"))["sum"]

    def checked(self) -> str:
        rows, counted = (after - before for after, before in zip(self._stored(), self.before, strict=True))
        if rows != counted or rows < self.written:
            sys.exit(f"{self.written} acknowledged, {rows} stored, {counted} counted")
        return f"{self.written} acknowledged, {rows} stored and counted"


def row(name: str, clients: int, found: list[dict], limit: float) -> str:
    told = {part: statistics.median(each[part] for each in found) for part in found[0]}
    line = f"{name:<34} {clients:7} {told['rate']:9.0f}  {told['rate'] / limit:7.2f}"
    line += f"  {told['p50']:5.0f} / {told['p99']:<5.0f} {told['server']:10.2f} {told['database']:9.2f}"
    return f"{line} {told['waits']:10.1f}"


def write_lines(path: Path, lines: list[tuple[str, str, str]]) -> None:
    path.write_text("".join("\t".join(line) + "\n" for line in lines))


@contextmanager
def lock_waits():
    """How many wait for a lock, looked at twenty times a second while the block runs."""
    import psycopg

    waits, is_over = [], threading.Event()

    def look():
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            while not is_over.wait(0.05):
                sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                waits.append(connection.execute(sql).fetchone()[0])

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield waits
    finally:
        is_over.set()
        thread.join()


def deadlocks() -> int:
    time.sleep(1)  # the statistics come late
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(deadlocks)::int FROM pg_stat_database")
        return cursor.fetchone()[0]


if __name__ == "__main__":
    main()
