from django.db import migrations

from livingroom.inbox.search import index


def build(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        index.build(cursor, schema_editor.connection.vendor)


def take_down(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        index.take_down(cursor, schema_editor.connection.vendor)


class Migration(migrations.Migration):

    dependencies = [("inbox", "0004_routing_and_promises")]

    operations = [migrations.RunPython(build, take_down)]
