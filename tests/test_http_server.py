"""The HTTP server of production, granian on WSGI, with the command of compose.yaml: what differs from ASGI."""

import contextlib
import http.client
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import Session
from mwork import serve_wsgi
from mwork.cluster import layout
from tests import factories, live
from tests.races import at_once
from tests.test_run import survivors

ORIGIN = "https://app.mwork.kz"
PLAIN = {"Content-Type": "application/json"}


class Granian(live.Server):
    def command(self) -> list[str]:
        return layout.command("http", port=self.port)

    def close(self) -> None:
        self.stop()


@pytest.fixture(scope="module")
def one_granian(django_db_setup, tmp_path_factory):
    log = tmp_path_factory.mktemp("granian") / "http.log"
    with contextlib.closing(Granian(log, TRUSTED_PROXIES="1", CORS_ALLOWED_ORIGINS=ORIGIN, PGAPPNAME="granian")) as one:
        one.start()
        yield one


@pytest.fixture
def granian(one_granian, plans):
    return one_granian


def ask(server, method, path, body=None, **options) -> tuple[int, dict, bytes]:
    """Status, headers and body. A body that is a list goes out in chunks, without a length."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        line.request(method, path, body, encode_chunked=isinstance(body, list), **options)
        answer = line.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        line.close()


def bearer(person) -> dict[str, str]:
    return {**PLAIN, "Authorization": f"Bearer {factories.access_token(person)}"}


@pytest.mark.parametrize(("size", "status"), [(10, 200), (2 * 1024 * 1024, 413)])
def test_a_body_in_chunks_is_read_whole(granian, size, status):
    """Without a length Django by itself reads nothing."""
    profile = factories.model()
    headers = {**bearer(profile.user), "Transfer-Encoding": "chunked"}
    body = [b'{"city": ', b" " * size, b'"Shymkent"}']

    found, _headers, answer = ask(granian, "PATCH", f"/api/v1/profiles/models/{profile.id}", body, headers=headers)

    assert found == status, answer
    profile.refresh_from_db()
    assert profile.city == ("Shymkent" if status == 200 else "Almaty")


def test_the_client_is_the_one_that_our_proxy_names(granian):
    account = {"email": "behind@example.com", "password": factories.PASSWORD}
    headers = {**PLAIN, "X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    register = json.dumps({**account, "role": "model"})
    assert ask(granian, "POST", "/api/v1/auth/register", register, headers=headers)[0] == 201
    assert ask(granian, "POST", "/api/v1/auth/login", json.dumps(account), headers=headers)[0] == 200

    assert Session.objects.get(user__email=account["email"]).ip == "203.0.113.9"


def test_an_address_is_found_anew_for_each_id_and_again_for_the_same(granian):
    ids = [str(factories.casting().id) for _ in range(2)] * 2

    answers = [json.loads(ask(granian, "GET", f"/api/v1/castings/{number}")[2]) for number in ids]

    assert [answer["data"]["casting"]["id"] for answer in answers] == ids


def test_everybody_finds_in_the_list_what_they_have_just_changed(granian):
    """However many open the same one at the same moment."""
    people = [factories.model(height=150 + number) for number in range(8)]

    def change(number: int) -> bool:
        profile, headers = people[number], bearer(people[number].user)
        found = []
        for height in range(200, 210):
            address = f"/api/v1/profiles/models/{profile.id}"
            body = json.dumps({"height": height})
            assert ask(granian, "PATCH", address, body, headers=headers)[0] == 200
            shown = json.loads(ask(granian, "GET", "/api/v1/profiles/models?min_height=100&limit=100")[2])
            found.append({each["id"]: each["height"] for each in shown["data"]["models"]}[str(profile.id)] == height)
        return all(found)

    assert all(at_once(len(people), change))


@pytest.mark.parametrize("path", ["/api/v1/%ff%fe", "/api/v1/%00", "/api/v1/castings/%D0%B0", "/api/v1//"])
def test_an_odd_address_is_not_found(granian, path):
    status, headers, answer = ask(granian, "GET", path)

    assert (status, json.loads(answer)["error"]["code"]) == (404, "NOT_FOUND")
    assert headers["x-request-id"]


def test_a_thread_keeps_its_connection_until_postgres_closes_it(granian):
    """And the next request notices nothing."""
    burst(granian)
    kept = backends("granian")

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid, 10000) FROM unnest(%s) AS pid", [list(kept)])

    burst(granian)
    assert kept
    assert kept.isdisjoint(backends("granian"))


def test_a_thread_takes_its_connection_with_it(plans, tmp_path):
    """Granian ends threads that have nothing to do, and starts others."""

    class Short(Granian):
        def command(self):
            return [*super().command(), "--blocking-threads-idle-timeout", "5"]

    with contextlib.closing(Short(tmp_path / "http.log", PGAPPNAME="short")) as server:
        server.start()
        burst(server)
        assert 2 <= len(backends("short")) <= 4
        deadline = time.monotonic() + 20
        while len(backends("short")) > 1 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert len(backends("short")) == 1  # the first thread stays


def burst(server) -> None:
    assert set(at_once(8, lambda _: ask(server, "GET", "/api/v1/castings")[0])) == {200}


def backends(name: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [name])
        return {pid for (pid,) in cursor}


def test_other_origins_and_heads_are_answered(granian):
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    status, headers, _body = ask(granian, "OPTIONS", "/api/v1/auth/login", headers=asked)
    assert (status, headers["access-control-allow-origin"]) == (200, ORIGIN)

    status, headers, body = ask(granian, "HEAD", "/api/v1/castings")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0


def test_a_request_under_way_is_finished_before_the_server_ends(plans, tmp_path):
    """Half of it has come when the server is asked to stop."""
    with contextlib.closing(Granian(tmp_path / "http.log")) as one:
        one.start()
        profile = factories.model()
        body = b'{"city": "Shymkent"}'
        line = http.client.HTTPConnection("127.0.0.1", one.port, timeout=30)
        line.putrequest("PATCH", f"/api/v1/profiles/models/{profile.id}")
        for name, value in {**bearer(profile.user), "Content-Length": str(len(body))}.items():
            line.putheader(name, value)
        line.endheaders(body[:5])
        assert ask(one, "GET", "/health")[0] == 200  # so the half has come too, which was sent before

        one.process.terminate()
        wait_until_it_stops(one.port)
        line.send(body[5:])

        assert line.getresponse().status == 200
        assert one.process.wait(live.PATIENCE) == 0
        profile.refresh_from_db()
        assert profile.city == "Shymkent"


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to let nobody in")
@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
@pytest.mark.parametrize("stop_lines", [serve_wsgi.filter_lines, serve_wsgi.outlive_lines])
def test_a_queue_that_lets_nobody_in_keeps_those_who_stand_in_it(family, host, stop_lines):
    with socket.create_server((host, 0), family=family) as listening:
        address = listening.getsockname()[:2]
        early = socket.create_connection(address, timeout=5)
        assert serve_wsgi.waiting(listening) == 1

        try:
            stop_lines(listening)
        except PermissionError:
            pytest.skip("this kernel gives no filter to ordinary users")

        with pytest.raises(TimeoutError):
            socket.create_connection(address, timeout=0.2)
        early.sendall(b"me first")
        assert serve_wsgi.waiting(listening) == 1
        with listening.accept()[0] as line:
            assert line.recv(100) == b"me first"
        assert serve_wsgi.waiting(listening) == 0
        early.close()


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to let nobody in")
def test_newcomers_are_turned_away_by_whoever_may_not_filter_too():
    """An ordinary user, on newer kernels."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        child = os.fork()  # with this socket and, in place of root's, the rights of nobody
        if not child:
            with contextlib.suppress(BaseException):
                if os.geteuid() == 0:
                    os.setuid(65534)
                serve_wsgi.stop_lines(listening)
                os._exit(0)
            os._exit(1)

        assert os.waitpid(child, 0)[1] == 0
        with pytest.raises(TimeoutError):
            socket.create_connection(listening.getsockname(), timeout=0.2)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to let nobody in")
def test_a_system_that_forbids_to_turn_newcomers_away_keeps_no_server_from_ending(tmp_path, caplog):
    with socket.socket(socket.AF_UNIX) as no_tcp:
        no_tcp.bind(str(tmp_path / "socket"))
        no_tcp.listen()

        serve_wsgi.hear_out(no_tcp)

    assert "Ends without waiting" in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to let nobody in")
def test_who_was_let_in_is_answered_though_the_server_is_asked_to_end(plans, tmp_path):
    with contextlib.closing(Granian(tmp_path / "http.log")) as one:
        one.start()
        line = http.client.HTTPConnection("127.0.0.1", one.port, timeout=30)
        line.connect()
        assert ask(one, "GET", "/health")[0] == 200  # so the line was let in too, which stood before

        one.process.terminate()
        time.sleep(0.05)
        line.request("GET", "/health")

        assert line.getresponse().status == 200
        assert one.process.wait(live.PATIENCE) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to let nobody in")
def test_who_stands_in_the_queue_is_answered_though_the_server_is_asked_to_end(plans, tmp_path):
    with contextlib.closing(Granian(tmp_path / "http.log")) as one:
        one.start()
        worker = workers(one)[0]
        os.kill(worker, signal.SIGSTOP)
        line = http.client.HTTPConnection("127.0.0.1", one.port, timeout=30)
        line.request("GET", "/health")

        one.process.terminate()
        time.sleep(0.05)
        os.kill(worker, signal.SIGCONT)

        assert line.getresponse().status == 200
        assert one.process.wait(live.PATIENCE) == 0


def test_a_socket_that_is_a_file_is_served_and_left(plans, tmp_path):
    """For a proxy on the same machine."""
    path = str(tmp_path / "http")

    class OnFile(Granian):
        def command(self):
            words = super().command()
            place = words.index("--host")
            return [*words[:place], "--uds", path, *words[place + 4 :]]

        def wait_until_ready(self):
            deadline = time.monotonic() + live.PATIENCE
            while time.monotonic() < deadline:
                with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as probe:
                    probe.connect(path)
                    return
                time.sleep(0.05)

    class Line(http.client.HTTPConnection):
        def connect(self):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.connect(path)

    with contextlib.closing(OnFile(tmp_path / "http.log")) as one, contextlib.closing(Line("mwork")) as line:
        one.start()
        line.request("GET", "/health", headers={"Host": "127.0.0.1"})
        assert line.getresponse().status == 200

        one.process.terminate()

        assert one.process.wait(live.PATIENCE) == 0
        assert "without waiting" not in one.log.read_text()  # nothing was tried that only TCP has


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_server_that_is_still_loading_ends_when_it_is_asked_to(plans, tmp_path):
    with contextlib.closing(Granian(tmp_path / "http.log")) as one:
        one.start(wait=False)
        maps = Path(f"/proc/{workers(one)[0]}/maps")
        deadline = time.monotonic() + live.PATIENCE
        while "psycopg" not in maps.read_text() and time.monotonic() < deadline:
            time.sleep(0.01)

        one.process.terminate()

        assert one.process.wait(10) == 0  # and not after the 35 s that a request may take


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_whose_whole_group_is_asked_to_end_has_not_failed(plans, tmp_path, number):
    with contextlib.closing(Granian(tmp_path / "http.log")) as one:
        one.start()

        for process in (one.process.pid, *workers(one)):
            os.kill(process, number)

        assert one.process.wait(live.PATIENCE) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("serves", [False, True])
def test_a_killed_server_leaves_no_worker_behind(plans, tmp_path, serves):
    """Nor one that has only begun, and could not yet ask to be ended with its server."""
    with contextlib.closing(Granian(tmp_path / "http.log")) as one:
        one.start(wait=serves)
        (worker,) = workers(one)

        one.kill()

        assert survivors([Path(f"/proc/{worker}")], live.PATIENCE) == []


def workers(server) -> list[int]:
    """The ids of the processes that serve, as soon as there are any."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    deadline = time.monotonic() + live.PATIENCE
    while not (found := children.read_text().split()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return [int(number) for number in found]


def wait_until_it_stops(port: int) -> None:
    """Until newcomers are turned away, or for two seconds: the kernel may take some whom nobody lets in any more."""
    deadline = time.monotonic() + 2
    with contextlib.suppress(ConnectionRefusedError, ConnectionResetError):
        while time.monotonic() < deadline:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            time.sleep(0.01)
