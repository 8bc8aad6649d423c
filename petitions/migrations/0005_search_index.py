"""What the database knows of the words of petitions, and an index of the open ones."""

from django.db import migrations

# What is similar is looked for among the open petitions, which are few: they have an index of their own.
# ANALYZE keeps the shares of 5,000 tokens: whether a word is common and the rarity of words both come from them.
COUNT_AND_INDEX = """
ALTER TABLE petitions_searchtext ALTER COLUMN tokens SET STATISTICS 500;
CREATE INDEX search_text_open ON petitions_searchtext USING gin (tokens)
    WITH (gin_pending_list_limit = 256) WHERE tokens @@ '''@open''';
"""
BACK = """
DROP INDEX search_text_open;
ALTER TABLE petitions_searchtext ALTER COLUMN tokens SET STATISTICS -1;
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0004_guard_groups")]

    operations = [migrations.RunSQL(COUNT_AND_INDEX, BACK)]
