"""The two statements of the list, in one question as ours, through psycopg and orjson: one connection, no HTTP.

`python -m benchmarks.peers.bare SECONDS` with DATABASE_URL and WORK, a pickle of (count SQL, params, page SQL, params,
names); prints how many answers a second it made.
"""

import os
import pickle
import sys
import time
from pathlib import Path

import orjson
import psycopg


def main() -> None:
    count, count_params, page, page_params, names = pickle.loads(Path(os.environ["WORK"]).read_bytes())  # noqa: S301  ours
    with psycopg.connect(
        os.environ["DATABASE_URL"], autocommit=True, cursor_factory=psycopg.ClientCursor
    ) as connection:
        cursor = connection.cursor()
        made, began = 0, time.perf_counter()
        while time.perf_counter() - began < float(sys.argv[1]):
            (total,) = cursor.execute(f"{count}; {page}", (*count_params, *page_params)).fetchone()
            cursor.nextset()
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            orjson.dumps({"status": "success", "data": {"models": rows, "pagination": {"total": total}}})
            made += 1
        print(made / (time.perf_counter() - began))  # noqa: T201


if __name__ == "__main__":
    main()
