"""Five roles in place of raw permissions: each account is given those that cover what it could do.

Nobody sees more addresses and numbers than before: without that permission nobody is made a triage officer.
Roles go by the weightiest permissions: who could answer letters only, or compose digests only, is not let
export the list, or erase people. What an account lost, or has too much, an administrator sets right.
"""

from django.db import migrations, models

ALL = ["is_triage_officer", "is_editor", "is_approver", "is_reader", "is_administrator"]
DETAILS = "responses.see_contact_details"
GIVEN_FOR = {
    "is_triage_officer": {
        *("responses.change_contact", "responses.export_contact", "responses.change_expressionofinterest"),
    },
    "is_editor": {
        *("champions.add_agency", "champions.change_agency", "champions.change_champion"),
        *("champions.add_codelistentry", "champions.change_codelistentry", "champions.change_initiative"),
        *("champions.add_partnership", "champions.change_partnership", "champions.add_practicestory"),
        *("champions.change_practicestory", "champions.change_principle"),
        *("champions.add_timelineevent", "champions.change_timelineevent"),
        *("digests.add_update", "digests.change_update", "digests.change_digestissue"),
    },
    "is_approver": {"responses.change_erasure"},
    "is_administrator": {"staff.add_user", "staff.change_user"},
}


def roles_for(permissions):
    """The ticks for somebody with these permissions; a reader where no other role is theirs."""
    given = [role for role, acts in GIVEN_FOR.items() if acts & permissions]
    if DETAILS not in permissions and "is_triage_officer" in given:
        given.remove("is_triage_officer")
    return given or (["is_reader"] if permissions else [])


def permissions_of(user, permission_model):
    found = permission_model.objects.filter(
        models.Q(user=user) | models.Q(group__user=user)
    ).values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in found}


def give_roles(apps, schema_editor):
    user_model, permission_model = apps.get_model("staff", "User"), apps.get_model("auth", "Permission")
    for user in user_model.objects.order_by("pk"):
        ticks = ALL if user.is_superuser else roles_for(permissions_of(user, permission_model))
        if ticks:
            user_model.objects.filter(pk=user.pk).update(**dict.fromkeys(ticks, True))


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('staff', '0005_sign_in_and_revisions'),
    ]

    operations = [
        migrations.AddField('user', 'is_triage_officer', models.BooleanField(default=False, verbose_name='triage officer')),
        migrations.AddField('user', 'is_editor', models.BooleanField(default=False, verbose_name='editor')),
        migrations.AddField('user', 'is_approver', models.BooleanField(default=False, verbose_name='approver')),
        migrations.AddField('user', 'is_reader', models.BooleanField(default=False, verbose_name='reader')),
        migrations.AddField('user', 'is_administrator', models.BooleanField(default=False, verbose_name='administrator')),
        migrations.RunPython(give_roles, migrations.RunPython.noop),
    ]
