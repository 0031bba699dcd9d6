"""What a server's process does before its first request."""

import subprocess
import sys

import pytest

ASKS = """
import gc, sys
import {entry}
from mwork.celery import app
print("profiles.views" in sys.modules, gc.get_freeze_count() > 100_000, gc.get_threshold()[0])
print(app.finalized, app._backend_cache is not None)
loaded = set(sys.modules)
app.tasks["accounts.tasks.forget_late"].AsyncResult("x"), app.connection_for_write().transport_cls
print(set(sys.modules) - loaded)
"""


def test_a_server_has_loaded_what_it_needs_and_its_collector_leaves_that_alone(subtests):
    for entry in ("mwork.wsgi", "mwork.asgi"):
        with subtests.test(entry=entry):
            said = subprocess.run([sys.executable, "-c", ASKS.format(entry=entry)], capture_output=True, text=True)
            assert said.stdout.split() == ["True", "True", "10000", "True", "True", "set()"], said.stderr


POOLED = """
import {entry}
from django.conf import settings
options = settings.DATABASES["default"]["OPTIONS"]
print("pool" in options, options["prepare_threshold"])
"""


@pytest.mark.parametrize(("entry", "pooled"), [("mwork.wsgi", "False"), ("mwork.asgi", "True")])
def test_threads_keep_their_connections_where_they_are_few_and_plans_everywhere(entry, pooled):
    said = subprocess.run([sys.executable, "-c", POOLED.format(entry=entry)], capture_output=True, text=True)
    assert said.stdout.split() == [pooled, "0"], said.stderr


REMEMBERS = """
from mwork.wsgi import view_of
found = view_of("/api/v1/castings")
print(view_of("/api/v1/castings") is found, found.tried)
"""


def test_a_view_that_is_remembered_leaves_out_what_was_tried_before_it():
    said = subprocess.run([sys.executable, "-c", REMEMBERS], capture_output=True, text=True)
    assert said.stdout.split() == ["True", "None"], said.stderr
