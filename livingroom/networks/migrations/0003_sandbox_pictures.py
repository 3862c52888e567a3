import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("networks", "0002_apps_and_attempts"),
    ]

    operations = [
        migrations.CreateModel(
            name="SandboxPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(default=0)),
                ("content", models.BinaryField()),
                ("media_type", models.CharField(max_length=20)),
                ("alt", models.CharField(blank=True, max_length=1000)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="networks.sandboxaccount",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pictures",
                        to="networks.sandboxpost",
                    ),
                ),
            ],
            options={
                "ordering": ["place", "pk"],
            },
        ),
    ]
