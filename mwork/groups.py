"""The groups of staff and what each may do: the least that its work takes.

Who is of role admin and in no group sees the empty start page. Superusers need no group. `fill` runs after every
`migrate` (rights are rows that it makes for new models), so that this table is the whole truth.
"""

from django.apps import apps
from django.contrib.auth.models import Group, Permission

APPS = ("accounts", "billing", "castings", "chat", "notifications", "profiles")
PEOPLE = "accounts.view_user profiles.view_modelprofile profiles.view_employerprofile"

RIGHTS = {
    # Content: what is reported, castings, companies, photos, and the people behind them.
    "moderators": f"""{PEOPLE} accounts.view_report accounts.view_auditentry accounts.resolve_report accounts.ban_user
        profiles.view_photo profiles.moderate_photo profiles.verify_employer
        profiles.view_representation castings.view_casting castings.view_response castings.moderate_casting
        castings.view_review castings.moderate_review""",
    # Accounts and what they have bought; not what they wrote to each other.
    "support": f"""{PEOPLE} accounts.change_user accounts.view_session accounts.view_block accounts.end_user_sessions
        accounts.view_growth profiles.view_invitation profiles.view_representation
        castings.view_casting castings.view_response castings.view_invitation castings.view_savedsearch
        billing.view_plan billing.view_subscription billing.view_boughtresponses billing.view_payment billing.grant_plan
        notifications.view_notification notifications.view_delivery notifications.change_delivery
        notifications.view_preferences notifications.view_device""",
    # Money, which is read, and given back with a reason.
    "finance": """billing.view_plan billing.view_responsepackage billing.view_promotionoffer billing.view_subscription
        billing.view_boughtresponses billing.view_payment billing.view_paymentevent
        billing.refund_payment billing.settle_payment billing.view_revenue accounts.view_growth""",
    # Everything there is but making superusers.
    "admins": None,
}
FOR_ADMINS = ("auth.view_group", "otp_totp.view_totpdevice")


def fill(sender, **kwargs) -> None:
    """Make the groups and give each exactly its rights, once the last app's permissions are there."""
    if sender.name != [config.name for config in apps.get_app_configs() if config.name in APPS][-1]:
        return
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, table in RIGHTS.items():
        wanted = {right for right in known if right.partition(".")[0] in APPS or right in FOR_ADMINS}
        if table is not None:
            wanted = set(table.split())
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set([known[right] for right in sorted(wanted) if right in known])  # none of a table to come
