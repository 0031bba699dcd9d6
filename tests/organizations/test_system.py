"""Over a real server: what a place in a team allows ends with it, within a second."""

import requests

from castings.models import Casting
from tests import factories


def test_a_viewer_cannot_change_a_casting_an_editor_can_and_a_removed_member_cannot_within_a_second(server):
    agency = factories.agency()
    casting = factories.casting(of=agency, status="draft")
    members = {role: factories.member(of=agency, role=role) for role in ("viewer", "editor")}
    tokens = {role: factories.access_token(member.user) for role, member in members.items()}
    tokens["owner"] = factories.access_token(agency.user)

    def call(role: str, method: str, path: str, body: dict | None = None) -> int:
        headers = {"Authorization": f"Bearer {tokens[role]}"}
        return requests.request(
            method, f"{server.url}/api/v1{path}", json=body, headers=headers, timeout=20
        ).status_code

    def change(role: str, title: str) -> int:
        return call(role, "PATCH", f"/castings/{casting.id}", {"title": title})

    assert (call("viewer", "GET", f"/castings/{casting.id}"), change("viewer", "Зритель")) == (200, 403)
    assert (change("editor", "Редактор"), Casting.objects.get().title) == (200, "Редактор")

    removed = call("owner", "DELETE", f"/organizations/{agency.id}/members/{members['editor'].id}")
    refused = change("editor", "Бывший")  # at once: nothing lingers, not even for a second

    assert (removed, refused, Casting.objects.get().title) == (204, 404, "Редактор")
