from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_search_index")]
    operations = [migrations.RenameField("payment", "synced_at", "page_asked_at")]
