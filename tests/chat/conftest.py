"""One real server for all tests of a process that only talk to it; each test has its own people."""

import pytest

from tests import live


@pytest.fixture(scope="session")
def one_server(django_db_setup, tmp_path_factory):
    with live.server(tmp_path_factory.mktemp("live") / "web.log") as running:
        yield running


@pytest.fixture
def server(one_server, transactional_db, plans):
    return one_server
