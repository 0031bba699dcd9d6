"""Count and page of the list, asked as ours asks them, through psycopg and orjson: one connection, no HTTP.

`python -m benchmarks.peers.bare SECONDS` with DATABASE_URL and WORK, a pickle of (SQL, params, names of the columns);
prints how many answers a second it made.
"""

import os
import pickle
import sys
import time
from pathlib import Path

import orjson
import psycopg


def main() -> None:
    sql, params, names = pickle.loads(Path(os.environ["WORK"]).read_bytes())  # noqa: S301  ours
    with psycopg.connect(
        os.environ["DATABASE_URL"], autocommit=True, cursor_factory=psycopg.ClientCursor
    ) as connection:
        cursor = connection.cursor()
        made, began = 0, time.perf_counter()
        while time.perf_counter() - began < float(sys.argv[1]):
            rows = [dict(zip(names, row, strict=True)) for row in cursor.execute(sql, params)]
            pagination = {"total": rows[0]["count"]}
            orjson.dumps({"status": "success", "data": {"models": rows, "pagination": pagination}})
            made += 1
        print(made / (time.perf_counter() - began))  # noqa: T201


if __name__ == "__main__":
    main()
