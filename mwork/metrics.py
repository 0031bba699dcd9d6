"""What this process counts for Prometheus, summed over processes that share PROMETHEUS_MULTIPROC_DIR.

`mwork.monitoring` shows it at /metrics, with what it finds in the database and the queues.
"""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("mwork_http_requests", "Answered requests.", ["method", "route", "status"])
SECONDS = Histogram(
    "mwork_http_request_seconds",
    "Time from the first middleware to the answer.",
    ["method", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
SOCKETS = Gauge("mwork_sockets_open", "Sockets that are signed in.", multiprocess_mode="livesum")
MESSAGES = Counter("mwork_chat_messages", "Chat messages stored.")
