"""Whether anything was lost or doubled: the database's rows, read over the API, against what clients were told."""

from collections import Counter

from mwork.cluster.load import Load
from mwork.cluster.people import Person


def faults(person: Person, load: Load) -> list[str]:
    """What is wrong with the room, in words; empty when every acknowledged message is there once, and heard by all."""
    rows = _messages(person, load.room_id)
    found, numbers = [], [row["seq"] for row in rows]
    if numbers != list(range(1, len(rows) + 1)):
        found.append(f"the numbers are not 1 to {len(rows)}: {numbers}")
    times = Counter(row["client_id"] for row in rows)
    doubled = [client_id for client_id in load.notes.acknowledged if times[client_id] > 1]
    lost = [client_id for client_id in load.notes.acknowledged if not times[client_id]]
    by_number = {row["seq"]: row["client_id"] for row in rows}
    moved = [client_id for client_id, seq in load.notes.acknowledged.items() if by_number.get(seq) != client_id]
    found += [f"{what}: {ids}" for what, ids in (("doubled", doubled), ("lost", lost), ("moved", moved)) if ids]
    for number, listener in enumerate(load.listeners, 1):
        unheard = sorted(by_number.items() - listener.known.items())
        invented = sorted(listener.known.items() - by_number.items())
        if unheard or invented:
            found.append(f"listener {number} has not heard {unheard} and heard {invented}")
    return found


def _messages(person: Person, room_id: str) -> list[dict]:
    """All of the room, oldest first."""
    rows: list[dict] = []
    while True:
        last = rows[-1]["seq"] if rows else 0
        page = person.call("GET", f"/chat/rooms/{room_id}/messages?limit=100&after_seq={last}")
        rows += page["messages"]
        if not page["has_more"]:
            return rows
