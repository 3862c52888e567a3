from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("networks", "0007_reactions_come_home"),
    ]

    operations = [
        migrations.AddField(
            model_name="reaction",
            name="hidden_by",
            field=models.CharField(blank=True, max_length=120),
        ),
    ]
