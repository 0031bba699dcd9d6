"""The shapes of reports on the wire."""

from rest_framework import serializers

from accounts.models import Report, ReportReason, TargetType

EXAMPLE = {
    "target_type": "casting",
    "target_id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0f1",
    "reason": "fake_casting",
    "comment": "Просят предоплату за кастинг, такого адреса в Алматы нет.",
}


class TargetSerializer(serializers.Serializer):
    """What is reported: looked for before the rest is read."""

    target_type = serializers.ChoiceField(TargetType.choices)
    target_id = serializers.UUIDField()


class NewReportSerializer(TargetSerializer):
    example = EXAMPLE

    reason = serializers.ChoiceField(ReportReason.choices)
    comment = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class ReportSerializer(serializers.ModelSerializer):
    """A report as whoever made it sees it. `outcome` is empty while it is open."""

    noun, plural = "report", "reports"
    example = {
        "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa301",
        **EXAMPLE,
        "status": "open",
        "outcome": "",
        "created_at": "2026-11-21T18:05:00Z",
        "settled_at": None,
    }

    class Meta:
        model = Report
        fields = [
            "id", "target_type", "target_id", "reason", "comment", "status", "outcome", "created_at", "settled_at",
        ]  # fmt: skip
