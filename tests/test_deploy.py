"""Dockerfile, compose.yaml and the proxy's template, read: nothing builds them here, `make cluster` runs the rest."""

import json
import re
from itertools import pairwise

import pytest
import yaml
from django.conf import settings

from mwork import conf
from mwork.cluster import files, layout, processes

ROOT = conf.ROOT
SERVICES = layout.services()
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
SERVERS = {"http", "sockets", "worker", "beat"}
ONLY_COMPOSE = {"MWORK_VERSION", "POSTGRES_PASSWORD", "BIND", "FILES_BIND"}  # in .env, read by compose.yaml alone
WORDS = re.compile(r"\$\{([A-Z][A-Z0-9_]*)")


def known_variables() -> set[str]:
    """What the settings read."""
    texts = [(ROOT / "mwork" / name).read_text() for name in ("settings.py", "conf.py")]
    return {name for text in texts for name in re.findall(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|DEBUG|PORT)"', text)}


def named_in_compose() -> set[str]:
    """What compose.yaml takes from .env, apart from comments."""
    return set(WORDS.findall(json.dumps(yaml.safe_load(layout.COMPOSE.read_text()))))


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with what follows each, comments gone and continued lines joined."""
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in joined.splitlines() if line.strip()]


def last_stage() -> list[tuple[str, str]]:
    steps = instructions()
    start = max(number for number, (word, _rest) in enumerate(steps) if word == "FROM")
    return steps[start:]


# --- the image ----------------------------------------------------------------------------------------------


def test_the_image_is_slim_has_hashed_packages_only_and_runs_as_nobody_special():
    build, last = [rest for word, rest in instructions() if word == "FROM"]
    assert (build, last) == ("python:3.11-slim AS build", "python:3.11-slim")
    (install,) = [rest for word, rest in instructions() if word == "RUN" and "pip install" in rest]
    assert "--require-hashes" in install
    assert install.split("-r ")[1] == "/tmp/requirements.lock"

    words = [word for word, _rest in last_stage()]
    assert dict(last_stage())["USER"] == "mwork"
    assert words.index("USER") > max(number for number, word in enumerate(words) if word in ("COPY", "RUN"))
    assert any("collectstatic" in rest for word, rest in last_stage() if word == "RUN")


def test_the_image_is_an_http_server_and_looks_after_itself():
    steps = dict(last_stage())
    assert json.loads(steps["CMD"]) == SERVICES["http"]["command"]
    assert "http://localhost:8000/health" in steps["HEALTHCHECK"]
    assert steps["EXPOSE"] == layout.PORT


def test_what_developers_and_secrets_are_is_not_in_the_image():
    first, *rest = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    let_in = {line[1:] for line in rest if line.startswith("!")}

    assert first == "*"
    assert let_in & {".env", ".git", "tests", "var", "benchmarks", "requirements-dev.lock"} == set()
    assert {"manage.py", "locale", "templates", "requirements.lock"} <= let_in


# --- compose.yaml -------------------------------------------------------------------------------------------


def test_every_variable_is_one_that_we_read():
    set_for_us = {name for service in OURS.values() for name in service["environment"]}
    assert set_for_us - known_variables() == set()
    assert named_in_compose() - known_variables() - ONLY_COMPOSE == set()


def test_every_variable_is_in_the_example():
    example = (ROOT / ".env.example").read_text()
    assert named_in_compose() - set(re.findall(r"^# ([A-Z][A-Z0-9_]*)=", example, re.MULTILINE)) == set()


def test_all_that_lasts_is_watched_begun_again_and_bounded():
    lasting = {name: service for name, service in SERVICES.items() if name not in ("migrate", "buckets")}
    for name, service in lasting.items():
        assert service["restart"] == "unless-stopped", name
        assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}, name
        assert "healthcheck" in service or name in ("http", "sockets"), name  # theirs is the image's


def test_servers_wait_for_the_migrations():
    assert OURS.keys() == SERVERS | {"migrate"}
    for name in SERVERS:
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}, name


def test_nothing_but_the_proxy_and_pictures_can_be_reached_and_only_from_this_machine():
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"proxy": ["${BIND:-127.0.0.1:8080}:8080"], "minio": ["${FILES_BIND:-127.0.0.1:9000}:9000"]}


def test_the_database_has_a_connection_for_everybody():
    def option(service: str, name: str) -> int:
        return dict(pairwise(SERVICES[service]["command"]))[name]

    pool = settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]
    threads = int(option("http", "--blocking-threads"))
    http, sockets = (SERVICES[name]["deploy"]["replicas"] for name in ("http", "sockets"))
    asked = (
        http * threads + sockets * pool + int(option("worker", "--concurrency")) + len(("worker", "beat", "migrate"))
    )
    (most,) = re.findall(r"max_connections=(\d+)", " ".join(SERVICES["postgres"]["command"]))
    assert asked * 2 <= int(most)  # room for twice as many servers, and for people


# --- the proxy ----------------------------------------------------------------------------------------------


def test_the_template_and_those_who_fill_it_in_agree():
    wanted = set(re.findall(r"\$\{(MWORK_\w+)\}", layout.PROXY.read_text()))
    given = {name: value for name, value in SERVICES["proxy"]["environment"].items() if name.startswith("MWORK_")}
    assert given.keys() == wanted
    assert layout.proxied("sockets", ["a:1", "b:2"]) == "server a:1 max_fails=0; server b:2 max_fails=0;"
    assert layout.proxied("http", ["a:1"]) == ("server a:1 max_fails=1 fail_timeout=1s; server a:1 max_fails=0 backup;")


def test_the_proxy_takes_what_the_application_takes():
    sizes = re.findall(r"client_max_body_size (\d+)m;", layout.PROXY.read_text())
    assert [int(size) * 1024 * 1024 for size in sizes] == [settings.BODY_LIMIT, settings.UPLOAD_LIMIT]
    assert (files.JSON_LIMIT, files.FORM_LIMIT) == (settings.BODY_LIMIT, settings.UPLOAD_LIMIT)


def test_the_proxy_never_sends_a_sent_post_again():
    text = layout.PROXY.read_text()
    assert re.findall(r"^\s*proxy_next_upstream (.*);", text, re.MULTILINE)[0].split(";")[0] == "error timeout"
    kept = re.findall(r"^\s+(\w+) http_kept;", text, re.MULTILINE)
    assert kept == ["GET", "HEAD"]


# --- the cluster --------------------------------------------------------------------------------------------


def test_the_cluster_runs_the_commands_of_compose():
    command = layout.command("http", port=8101)
    differing = [
        (ours, theirs) for ours, theirs in zip(command, SERVICES["http"]["command"], strict=True) if ours != theirs
    ]
    assert [theirs for _ours, theirs in differing] == ["python", "0.0.0.0", "8000"]
    assert [ours for ours, _theirs in differing[1:]] == ["127.0.0.1", "8101"]
    assert layout.settings("http") == {"DEBUG": "false", "LOG_FORMAT": "json"}


def test_a_machine_without_nginx_is_told_the_package(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(processes, "MORE_FOLDERS", "")
    with pytest.raises(processes.run.Failed, match="apt install nginx-light"):
        processes.program()
