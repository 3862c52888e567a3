import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("branches", "0003_roster_health_and_facts"),
        ("posts", "0010_phrases_descriptions_and_times"),
    ]

    operations = [
        migrations.CreateModel(
            name="TellLinked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(help_text="Posts that were out before tell nobody.")),
                ("set_by", models.CharField(max_length=120)),
                ("branch", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="tell_linked", to="branches.branch")),
            ],
            options={"ordering": ["branch"]},
        ),
        migrations.CreateModel(
            name="Telling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("try_after", models.DateTimeField()),
                ("n_attempts", models.PositiveSmallIntegerField(default=0)),
                ("n_told", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.TextField(blank=True)),
                ("placement", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="telling", to="posts.placement")),
            ],
            options={
                "ordering": ["-try_after", "pk"],
                "indexes": [models.Index(fields=["ended_at", "try_after"], name="telling_try_after")],
            },
        ),
    ]
