"""A crowd that signs in at once takes the memory of a few."""

import re
import subprocess
import sys

CROWD = """
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings

settings.configure()

from accounts.hashing import BoundedArgon2PasswordHasher

hasher = BoundedArgon2PasswordHasher()
encoded = hasher.encode("Sunkar-9-kanat", hasher.salt())
with ThreadPoolExecutor(16) as pool:
    assert all(pool.map(lambda _: hasher.verify("Sunkar-9-kanat", encoded), range(16)))
print(hasher.decode(encoded)["memory_cost"], re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def test_sixteen_hashes_at_once_take_the_memory_of_four():
    said = subprocess.run([sys.executable, "-c", CROWD], capture_output=True, text=True, check=True).stdout

    each, peak = (int(number) for number in re.findall(r"\d+", said))
    assert each == 100 * 1024
    assert peak < 6 * each
