"""Every employer profile has its owner's row in the team: written by a trigger, however the profile came to be."""

from django.db import migrations

# mwork.models.uuid7 in SQL: a random UUID with the milliseconds in front and the version's two open bits set.
UUID7 = """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
    substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid"""

TRIGGER = f"""
CREATE FUNCTION employer_has_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN  -- staff gave the profile to somebody else
        DELETE FROM profiles_member WHERE organization_id = NEW.id AND (role = 'owner' OR user_id = NEW.user_id);
    END IF;
    INSERT INTO profiles_member (id, created_at, organization_id, user_id, role)
    VALUES ({UUID7}, NEW.created_at, NEW.id, NEW.user_id, 'owner');
    RETURN NULL;
END $$;
CREATE TRIGGER employer_has_owner_inserted AFTER INSERT ON profiles_employerprofile
    FOR EACH ROW EXECUTE FUNCTION employer_has_owner();
CREATE TRIGGER employer_has_owner_changed AFTER UPDATE OF user_id ON profiles_employerprofile
    FOR EACH ROW WHEN (OLD.user_id IS DISTINCT FROM NEW.user_id) EXECUTE FUNCTION employer_has_owner();
"""  # noqa: S608

WITHOUT = """
DROP TRIGGER employer_has_owner_changed ON profiles_employerprofile;
DROP TRIGGER employer_has_owner_inserted ON profiles_employerprofile;
DROP FUNCTION employer_has_owner();
"""

OWNERS = f"""
INSERT INTO profiles_member (id, created_at, organization_id, user_id, role)
SELECT {UUID7}, created_at, id, user_id, 'owner' FROM profiles_employerprofile WHERE closed_at IS NULL;
"""  # noqa: S608

NO_OWNERS = "DELETE FROM profiles_member WHERE role = 'owner';"


class Migration(migrations.Migration):
    dependencies = [
        ("profiles", "0005_organizations"),
    ]

    operations = [
        migrations.RunSQL(TRIGGER, WITHOUT),
        migrations.RunSQL(OWNERS, NO_OWNERS),
    ]
