from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0006_roles'),
    ]

    operations = [
        migrations.RemoveField('user', 'groups'),
        migrations.RemoveField('user', 'user_permissions'),
        migrations.RemoveField('user', 'is_superuser'),
    ]
