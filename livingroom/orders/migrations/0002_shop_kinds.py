from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("orders", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="shop",
            name="kind",
            field=models.CharField(
                choices=[
                    ("generic", "Signed webhook or API"),
                    ("stripe", "Stripe"),
                    ("shopify", "Shopify"),
                    ("woocommerce", "WooCommerce"),
                    ("csv", "Files"),
                ],
                max_length=12,
            ),
        ),
    ]
