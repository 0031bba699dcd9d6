"""Real workers on a real queue: killed in the middle, and without their broker for a while."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone
from kombu import pools

from mwork import conf, embedded, redis, running
from mwork.celery import app
from notifications import deliveries, tasks, waking, writing
from notifications.models import Delivery
from tests import factories
from tests.fakes import smtp
from tests.notifications.test_announcements import crowd

pytestmark = pytest.mark.django_db(transaction=True)
LETTERS = 1000
CHILDREN = 2  # processes of one worker


class SamePort(embedded.Valkey):
    """A Valkey that may be stopped and comes back where it was."""

    def _serve(self) -> None:
        if not self.port:
            return super()._serve()
        assert self._launch()
        return None


@pytest.fixture
def broker(tmp_path, settings):
    """A Valkey of this test's own that this process and its workers queue in."""
    with SamePort(tmp_path / "valkey") as server:
        settings.REDIS_URL = server.url
        redis.forget()
        with queueing_in(server.url):
            yield server
    redis.forget()


@contextmanager
def queueing_in(url: str):
    """Have this process queue tasks there instead of doing them at once."""
    before = {"task_always_eager": app.conf.task_always_eager, "broker_write_url": app.conf.broker_write_url}
    app.conf.update(task_always_eager=False, broker_write_url=url)
    forget_connections()
    try:
        yield
    finally:
        app.conf.update(before)
        forget_connections()


def forget_connections() -> None:
    pools.reset()
    app._pool = app.amqp._producer_pool = None


@contextmanager
def worker(broker, mailbox, log):
    """A worker of two processes with the program's own settings, which dies with the block at the latest."""
    at = connection.settings_dict
    environment = {
        **{name: os.environ[name] for name in ("PATH", "SECRET_KEY", "JWT_SIGNING_KEY")},
        "DATABASE_URL": f"postgresql://{at['USER']}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{at['NAME']}",
        "REDIS_URL": broker.url,
        "EMAIL_URL": f"smtp://127.0.0.1:{mailbox.port}",
    }
    words = ["-m", "celery", "-A", "mwork.celery", "worker", "--concurrency", str(CHILDREN), "--without-gossip"]
    with open(log, "ab") as file:
        process = subprocess.Popen(
            [sys.executable, *words, "--without-mingle"], cwd=conf.ROOT, env=environment, stdout=file, stderr=file,
            start_new_session=True, preexec_fn=running.end_with_parent,
        )  # fmt: skip
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen) -> None:
    """kill -9, as the kernel does it when memory runs out; the pool's processes end with their parent."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 10
    while alive(process.pid):
        assert time.monotonic() < deadline, "a process of the killed worker lives on"
        time.sleep(0.02)


def alive(group: int) -> bool:
    """Does a process of this group live? One that is dead and only waits to be buried does not."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _parent, its_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                return True
    return False


def until(condition, seconds: float, log) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.02)


def lapse() -> None:
    """Let the lease of what was under way run out, and the minute that the sweep leaves to the first worker."""
    past = timezone.now() - 2 * deliveries.LEASE
    Delivery.objects.filter(status="pending").update(created_at=past, next_try_at=past)
    Delivery.objects.filter(status="pending", claimed_until__isnull=False).update(claimed_until=past)


def pending() -> int:
    return Delivery.objects.filter(status="pending").count()


def tell(people) -> None:
    told = writing.write(people, "plan_ended", {"plan": "PRO"})
    waking.in_bulk(told.deliveries)


def test_a_thousand_letters_arrive_though_the_worker_is_killed_in_the_middle(broker, tmp_path):
    log = tmp_path / "worker.log"
    models = crowd(LETTERS)
    with smtp.server() as mailbox:
        with worker(broker, mailbox, log) as first:
            tell(type(models[0].user).objects.values("id"))
            until(lambda: len(mailbox.contents) >= LETTERS // 3, 60, log)
            kill(first)
        left = pending()
        assert 0 < left <= LETTERS - LETTERS // 3 + CHILDREN, "it was not the middle"  # each may have had one in hand
        lapse()
        with worker(broker, mailbox, log):
            tasks.deliver_waiting()  # what beat says every minute
            until(lambda: pending() == 0, 60, log)
        repeats = Counter(mailbox.ids())

    assert len(repeats) == LETTERS
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
    again = {name: count for name, count in repeats.items() if count > 1}
    assert sum(again.values()) - len(again) <= CHILDREN, again


def test_nothing_is_lost_while_the_broker_is_away(broker, tmp_path):
    log = tmp_path / "worker.log"
    people = [factories.user() for _ in range(20)]
    with smtp.server() as mailbox, worker(broker, mailbox, log):
        tell(type(people[0]).objects.filter(id__in=[person.id for person in people[:10]]).values("id"))
        until(lambda: len(mailbox.contents) == 10, 30, log)

        broker.stop()
        for person in people[10:]:
            factories.notification(user=person)
        assert len(mailbox.contents) == 10
        broker._take_folder()
        broker._serve()
        redis.forget()

        lapse()
        tasks.deliver_waiting()
        until(lambda: pending() == 0, 40, log)
        assert len(set(mailbox.ids())) == len(mailbox.ids()) == 20
