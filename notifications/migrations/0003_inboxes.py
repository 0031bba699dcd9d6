from django.db import migrations


class Migration(migrations.Migration):
    """The counts of what is unread already; from here on they are kept."""

    dependencies = [
        ("notifications", "0002_deliveries"),
    ]

    operations = [
        migrations.RunSQL(
            """INSERT INTO notifications_inbox (user_id, unread)
            SELECT user_id, count(*) FROM notifications_notification WHERE NOT is_read GROUP BY user_id""",
            migrations.RunSQL.noop,
        ),
    ]
