"""The notes of changes to who may dispatch, which processes keep in memory."""

from django.db import migrations

from verbs import reference


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("regions", "0002_guards")]

    operations = [reference.watch("accounts_user", "roles", "is_active")]
