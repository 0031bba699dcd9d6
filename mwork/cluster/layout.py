"""compose.yaml and deploy/nginx.conf, read: what production runs, on addresses of our own."""

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE = ROOT / "compose.yaml"
PROXY = ROOT / "deploy" / "nginx.conf"
EVERYWHERE, PORT, SCHEDULE = "0.0.0.0", "8000", "/tmp/celerybeat-schedule"  # noqa: S104, S108  in a container
PROXIED = {"http": "MWORK_HTTP_SERVERS", "sockets": "MWORK_SOCKET_SERVERS"}


def services() -> dict[str, dict]:
    """The services of compose.yaml by name, as they stand there."""
    return yaml.safe_load(COMPOSE.read_text())["services"]


def command(service: str, *, port: int = 0, schedule: Path = Path()) -> list[str]:
    """The words that start the service here: this Python, on loopback, on this port, with this file of beat's."""
    here = {"python": sys.executable, EVERYWHERE: "127.0.0.1", PORT: str(port), SCHEDULE: str(schedule)}
    return [here.get(word, word) for word in services()[service]["command"]]


def settings(service: str) -> dict[str, str]:
    """The variables that compose.yaml itself gives the service; those it takes from .env are not among them."""
    return {name: value for name, value in services()[service]["environment"].items() if "$" not in value}


def proxy_configuration(**values: str) -> str:
    """The proxy's configuration with these put in for ${MWORK_LISTEN} and so on. KeyError for one left out."""
    return re.sub(r"\$\{MWORK_(\w+)\}", lambda match: values[match[1].lower()], PROXY.read_text())


def proxied(service: str, addresses: list[str]) -> str:
    """What compose.yaml says to the proxy of this service's servers, said of each of these addresses."""
    words = services()["proxy"]["environment"][PROXIED[service]]
    lines = re.findall(rf"server {service}:{PORT} resolve (.*?;)", words)
    return " ".join(f"server {address} {options}" for options in lines for address in addresses)
