"""A real S3 server as a process: moto's, started when the first test asks for it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache

import boto3
import requests

from mwork.running import end_with_parent

KEY, SECRET, BUCKET, PRIVATE_BUCKET = "test-key", "test-secret", "mwork", "mwork-private"


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The address of a server with our bucket, for the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=end_with_parent if os.name == "posix" else None,
    )
    try:
        _wait_for(address, process)
        for bucket in (BUCKET, PRIVATE_BUCKET):
            client(address).create_bucket(Bucket=bucket)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def variables(address: str) -> dict[str, str]:
    """The environment of a program that keeps its files there."""
    return {
        "S3_ENDPOINT_URL": address,
        "S3_BUCKET": BUCKET,
        "S3_PRIVATE_BUCKET": PRIVATE_BUCKET,
        "S3_ACCESS_KEY_ID": KEY,
        "S3_SECRET_ACCESS_KEY": SECRET,
        "S3_PUBLIC_URL": f"{address}/{BUCKET}",
    }


def clean(address: str) -> None:
    """Empty both buckets."""
    for bucket in (BUCKET, PRIVATE_BUCKET):
        for row in client(address).list_objects_v2(Bucket=bucket).get("Contents", []):
            client(address).delete_object(Bucket=bucket, Key=row["Key"])


@cache
def client(address: str):
    return boto3.client(
        "s3", endpoint_url=address, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1"
    )


def _wait_for(address: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, "the S3 server ended at once"
        with contextlib.suppress(requests.RequestException):
            requests.get(address, timeout=10)
            return
        time.sleep(0.1)
    raise TimeoutError(address)
