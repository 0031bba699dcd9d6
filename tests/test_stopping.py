"""A real server that is asked to end: running requests are answered, sockets hear 1012, nobody new is let in."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from django.db import connection, transaction

from tests import factories, live, races

PATIENCE = 60  # seconds: more than the server takes in the worst case


@pytest.mark.django_db(transaction=True)
def test_on_sigterm_a_running_request_is_answered_and_sockets_are_closed_with_1012(plans, tmp_path):
    person = factories.model().user
    factories.casting()
    header = {"Authorization": f"Bearer {factories.access_token(person)}"}
    with live.server(tmp_path / "web.log") as server, ThreadPoolExecutor(1) as threads:
        with live.Socket(server, additional_headers=header) as socket:
            socket.wait_for("ready")
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("LOCK TABLE castings_casting IN ACCESS EXCLUSIVE MODE")
                running = threads.submit(requests.get, f"{server.url}/api/v1/castings", timeout=PATIENCE)
                races.until_somebody_waits()
                server.process.send_signal(signal.SIGTERM)
                code, _ = socket.code_of_end()
                assert code == 1012
                with pytest.raises(requests.ConnectionError):
                    requests.get(f"{server.url}/health", timeout=PATIENCE)
                assert not running.done()
        answer = running.result()
        assert (answer.status_code, len(answer.json()["data"]["castings"])) == (200, 1)
        assert answer.headers["Connection"] == "close"
        assert server.process.wait(PATIENCE) == 0
    assert "Traceback" not in server.log.read_text()
