"""Which texts say nearly the same: fingerprints that two of them share, without a database.

A text is a set of runs of three words (no digits, no punctuation: what a copy changes first). Of 48 orders of all such
runs the text keeps the first run in each; the chance that two texts keep the same one is the share of runs that they
have in common (Broder's min-wise hashing). Four of them make one band, so that an equal band is rare by chance.
"""

import re
import struct
from hashlib import blake2b
from random import Random

from castings.risk import plain

RUN = 3  # words
LEAST = 12  # runs; a shorter text is like many others
BANDS, ROWS = 12, 4
SHARED = 3  # equal bands: found are 99.9 % of texts with 90 % in common, 93 % with 80 %, 4 % with half
_PRIME = 2**61 - 1
_dice = Random(48)  # noqa: S311  the same orders in every process: what they make is stored
_ORDERS = [(_dice.randrange(1, _PRIME), _dice.randrange(_PRIME)) for _ in range(BANDS * ROWS)]
_WORD = re.compile(r"[^\W\d_]+")


def bands(text: str) -> list[int]:
    """The fingerprint: BANDS numbers of 64 bits with a sign; empty for a text that is too short to be told by it."""
    words = _WORD.findall(plain(text))
    runs = {_number(" ".join(words[at : at + RUN]).encode()) for at in range(len(words) - RUN + 1)}
    if len(runs) < LEAST:
        return []
    kept = [min((factor * run + shift) % _PRIME for run in runs) for factor, shift in _ORDERS]
    return [_number(struct.pack(f">{ROWS}q", *kept[at : at + ROWS])) for at in range(0, BANDS * ROWS, ROWS)]


def alike(one: list[int], other: list[int]) -> bool:
    """Do two texts with these fingerprints say nearly the same?"""
    return sum(a == b for a, b in zip(one, other, strict=False)) >= SHARED


def _number(content: bytes) -> int:
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big", signed=True)
