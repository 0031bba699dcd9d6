"""The threads in which sockets ask the database."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from channels.db import database_sync_to_async

# Without threads of their own, all sockets of a process would share one, and one slow lock would hold them all.
in_thread = partial(database_sync_to_async, thread_sensitive=False, executor=ThreadPoolExecutor(8, "chat"))
