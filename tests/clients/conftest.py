"""Node's packages, and people whom a client signs in as."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import factories

PASSWORD = "Sunkar-9-kanat"

needs_npm = pytest.mark.skipif(not (shutil.which("node") and shutil.which("npm")), reason="needs node and npm in PATH")


def npm_ci(folder: Path) -> Path:
    """The folder's node_modules, installed as its lock says unless they are so already."""
    installed, lock = folder / "node_modules", folder / "package-lock.json"
    with open(lock) as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # of two processes one installs
        done = installed / ".package-lock.json"
        if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
            ran = subprocess.run(["npm", "ci"], cwd=folder, capture_output=True, text=True, timeout=300)
            assert ran.returncode == 0, ran.stdout + ran.stderr
            done.touch()
    return installed


@pytest.fixture
def people(settings, server):
    """An employer and a model who can sign in at the server."""
    settings.PASSWORD_HASHERS = ["accounts.hashing.BoundedArgon2PasswordHasher"]  # the server's own
    employer = factories.user(role="employer", email="employer@example.com", password=PASSWORD)
    model = factories.user(email="model@example.com", password=PASSWORD)
    return factories.employer(person=employer), factories.model(person=model)
