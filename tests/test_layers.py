import subprocess
import sys
from pathlib import Path

from mwork import conf


def test_imports_go_down_the_floors_only():
    command = [sys.executable, str(Path(sys.executable).parent / "lint-imports")]

    done = subprocess.run(command, cwd=conf.ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout
