from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ideas', '0003_likeness_and_brought'),
    ]

    operations = [
        migrations.AddField(
            model_name='idea',
            name='n_recent',
            field=models.IntegerField(default=0, help_text='Votes of the last 30 days as of `now_at`, those against taken off.'),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=models.Index(condition=models.Q(('standing', 'public')), fields=['board', '-n_for', '-id'], name='idea_most_wanted'),
        ),
        migrations.AddIndex(
            model_name='idea',
            index=models.Index(condition=models.Q(('answered_at__isnull', False), ('standing', 'public')), fields=['board', '-state_at', '-id'], name='idea_answered'),
        ),
    ]
