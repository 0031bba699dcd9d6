"""The limit of writing: the statements of one transaction, as ours sends them, from threads with a connection each.

`python -m benchmarks.peers.bare_writes SECONDS START` with DATABASE_URL and WORK, a pickle of (statements, one dict of
values per client): a value that is a list has one for each round, a number is that of the first round, and a text with
"#n" gets the number of the round. Prints how many transactions a second were committed.
"""

import os
import pickle
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg


def main() -> None:
    statements, clients = pickle.loads(Path(os.environ["WORK"]).read_bytes())  # noqa: S301  ours
    seconds, start = float(sys.argv[1]), int(sys.argv[2])
    until = time.perf_counter() + seconds
    with ThreadPoolExecutor(len(clients)) as pool:
        made = sum(pool.map(lambda values: write(statements, values, start, until), clients))
    print(made / seconds, made)  # noqa: T201


def write(statements: list[str], values: dict, start: int, until: float) -> int:
    with psycopg.connect(
        os.environ["DATABASE_URL"], autocommit=True, cursor_factory=psycopg.ClientCursor
    ) as connection:
        cursor = connection.cursor()
        number = start
        while time.perf_counter() < until:
            present = {name: at(value, number) for name, value in values.items()} | {"new": uuid4()}
            for statement in statements:
                cursor.execute(statement, present)
                if cursor.description:
                    cursor.fetchall()
            number += 1
    return number - start


def at(value, number: int):
    """The client's value in the round of this number."""
    if isinstance(value, list):
        return value[number]
    if isinstance(value, int):
        return value + number
    return value.replace("#n", str(number)) if isinstance(value, str) else value


if __name__ == "__main__":
    main()
