"""Writes a city's petitions of many years for bench/search.py, with one statement for each of their tables.

Texts are drawn from the words of the shipped petitions with Zipf's frequencies, so that common and rare words are about
as frequent as in real letters. Two in a hundred petitions are open, nearly all of them among the newest.
"""

import csv
import random
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from django.conf import settings
from django.db import connection

from departments.models import Department
from departments.words import _splitter as word_splitter
from enterprises.models import Enterprise
from petitions.models.search_text import VERSION
from petitions.search.folding import BREAK, fold
from petitions.search.index import OPEN, PART
from petitions.search.words import folded_tokens
from tests.cast import Cast

SEED = 20261122
TEXTS = 30_000  # different texts; each stands in several petitions
WORDS_A_BODY, WORDS_A_TITLE = 95, 6
DEPARTMENTS, ENTERPRISES = 33, 20_000
MINUTES_APART = 2.6  # a million in five years

BEFORE = """
ALTER TABLE petitions_petition DISABLE TRIGGER petitions_guard_edges;
SET maintenance_work_mem = '1GB';
DROP INDEX search_text_tokens, search_text_open;
CREATE TEMP TABLE bench_text (id integer PRIMARY KEY, title text, body text, folded text, tokens tsvector);
"""
PETITIONS = """
INSERT INTO petitions_petition (number, query_code, title, body, kind, urgency, channel, category_id, region_id,
       desk_id, is_confidential, state, closed_reason, cycle, reported_at, assigned_at, resolved_at, closed_at, source,
       source_id)
SELECT to_char(row.at, 'YYYYMMDD') || lpad((row.n %% 10000000)::text, 7, '0'), 'AAAAAA', text.title, text.body,
       (ARRAY['consult', 'help', 'complaint', 'suggestion'])[1 + row.n %% 4], 'normal', 'web', %(category)s,
       CASE WHEN row.n %% 3 = 0 THEN %(district)s ELSE %(city)s END, %(city)s, row.n %% 20 = 0,
       CASE WHEN NOT row.is_open THEN 'closed' WHEN row.n %% 2 = 0 THEN 'reported' ELSE 'assigned' END,
       CASE WHEN row.is_open THEN '' ELSE 'lapsed' END, 1, row.at,
       CASE WHEN NOT row.is_open OR row.n %% 2 = 1 THEN row.at END,
       CASE WHEN NOT row.is_open THEN row.at END, CASE WHEN NOT row.is_open THEN row.at END, 'bench', row.n::text
  FROM (SELECT n, now() - (%(rows)s - n) * %(apart)s * interval '1 minute' AS at,
               random() < CASE WHEN n > %(rows)s * 0.97 THEN 0.6 ELSE 0.002 END AS is_open
          FROM generate_series(1, %(rows)s) n) row
  JOIN bench_text text ON text.id = row.n %% %(texts)s
 ORDER BY row.n;
INSERT INTO petitions_petitioner (petition_id, enterprise_id, filed_by_id, is_on_behalf, contact_name, contact_phone,
       submission_key)
SELECT id, (%(enterprises)s::bigint[])[1 + floor(random() * %(asking)s)::int], %(lin)s, false, '林晓', '', ''
  FROM petitions_petition WHERE source = 'bench';
INSERT INTO petitions_assignment (petition_id, department_id, cycle, part, dispatched_at, checked_in_at, answered_at,
       answered_by_id, outcome, public_answer, internal_note, waived_why)
SELECT id, (%(departments)s::bigint[])[1 + floor(random() * %(answering)s)::int], 1, 'lead', assigned_at, assigned_at,
       resolved_at, CASE WHEN resolved_at IS NOT NULL THEN %(zhou)s END,
       CASE WHEN resolved_at IS NOT NULL THEN 'solved' ELSE '' END,
       CASE WHEN resolved_at IS NOT NULL THEN '已办结。' ELSE '' END, '', ''
  FROM petitions_petition WHERE source = 'bench' AND assigned_at IS NOT NULL;
INSERT INTO petitions_clock (petition_id, promise, cycle, department_id, assignment_id, started_at, due_at, stop_reason,
       rule_id, amount, unit, extended_days, calendar_version, is_provisional, alarm_levels, alarm_times, next_place)
SELECT part.petition_id, 'resolve_department', 1, part.department_id, part.id, part.dispatched_at,
       part.dispatched_at + interval '14 days', '',
       (SELECT min(id) FROM limits_limitrule WHERE promise = 'resolve_department'), 5, 'working_days', 0, 0,
       false, '{}', '{}', 1
  FROM petitions_assignment part WHERE part.answered_at IS NULL;
INSERT INTO petitions_searchtext (petition_id, reported_at, text, unpublished, folded, folded_unpublished, tokens,
       version)
SELECT petition.id, petition.reported_at, text.title || E'\\f' || text.body || E'\\f已办结。', '',
       text.folded || E'\\f已办结。', '',
       text.tokens || array_to_tsvector(array_remove(ARRAY[
           petition.number, CASE WHEN petition.closed_at IS NULL THEN %(open)s END,
           %(part)s || assignment.department_id], NULL)),
       %(version)s
  FROM petitions_petition petition JOIN bench_text text ON text.id = petition.source_id::integer %% %(texts)s
  LEFT JOIN petitions_assignment assignment ON assignment.petition_id = petition.id
 WHERE petition.source = 'bench' ORDER BY petition.id;
"""
AFTER = """
CREATE INDEX search_text_tokens ON petitions_searchtext USING gin (tokens) WITH (gin_pending_list_limit = 256);
CREATE INDEX search_text_open ON petitions_searchtext USING gin (tokens) WITH (gin_pending_list_limit = 256)
    WHERE tokens @@ '''@open''';
ALTER TABLE petitions_petition ENABLE TRIGGER petitions_guard_edges;
"""


def furnish(cast: Cast, rows: int) -> None:
    """Write `rows` petitions with all that belongs to them, and let the database update its statistics."""
    departments = [cast.lead.pk, *_more_departments(cast)]
    enterprises = [cast.enterprise.pk, *_more_enterprises(cast)]
    values = {
        "rows": rows,
        "texts": min(TEXTS, rows),
        "apart": MINUTES_APART,
        "category": cast.category.pk,
        "city": cast.city.pk,
        "district": cast.district.pk,
        "lin": cast.lin.pk,
        "zhou": cast.zhou.pk,
        "departments": departments,
        "answering": len(departments),
        "enterprises": enterprises,
        "asking": len(enterprises),
        "open": OPEN,
        "part": PART,
        "version": VERSION,
    }
    with connection.cursor() as cursor:
        cursor.execute(BEFORE)
        with cursor.copy("COPY bench_text (id, title, body, folded, tokens) FROM STDIN") as copy:
            for row in _texts(min(TEXTS, rows)):
                copy.write_row(row)
        for statement in PETITIONS.split(";\n")[:-1]:
            cursor.execute(statement, values)
        cursor.execute(AFTER)
        cursor.execute("VACUUM ANALYZE")


def _more_departments(cast: Cast) -> list[int]:
    made = Department.objects.bulk_create(
        Department(code=f"b{n}", short_name=f"局{n}", name=f"市局{n}", level="city", region=cast.city)
        for n in range(DEPARTMENTS - 1)
    )
    return [row.pk for row in made]


def _more_enterprises(cast: Cast) -> list[int]:
    names = random.Random(SEED).choices(list(words()), k=ENTERPRISES * 2)
    made = Enterprise.objects.bulk_create(
        Enterprise(
            credit_code=f"B{n:017d}",
            name=f"澜川市{names[n]}{names[ENTERPRISES + n]}有限公司",
            size="small",
            ownership="private",
            region=cast.city,
        )
        for n in range(ENTERPRISES - 1)
    )
    return [row.pk for row in made]


def words() -> Counter[str]:
    """Return the words of the shipped petitions, with how often each occurs."""
    with (settings.BASE_DIR / "seeds" / "petitions.csv").open(encoding="utf-8", newline="") as file:
        texts = [row[name] for row in csv.DictReader(file) for name in ("title", "body", "public_answer")]
    return Counter(word for text in texts for word in word_splitter().cut(text))


def _texts(count: int) -> Iterator[tuple[int, str, str, str, str]]:
    """Yield number, title, body, both folded, and tokens as a tsvector's text.

    The n-th most common word has weight 1 / (n + 2).
    """
    drawn = random.Random(SEED)
    ordered = [word for word, _count in words().most_common()]
    weights = list(accumulate(1 / (place + 3) for place in range(len(ordered))))
    for number in range(count):
        letter = drawn.choices(ordered, cum_weights=weights, k=WORDS_A_TITLE + WORDS_A_BODY)
        title, body = "".join(letter[:WORDS_A_TITLE])[:100], "".join(letter[WORDS_A_TITLE:])
        title, body = (text.replace("\n", "") for text in (title, body))
        folded = fold(f"{title}{BREAK}{body}")
        yield number, title, body, folded, " ".join(f"'{token}'" for token in folded_tokens(folded))
