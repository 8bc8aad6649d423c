"""Who lives in a city, and which petition is copied when, for whom, under which number (bench/cities.py)."""

import random
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Q
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from accounts.models import User
from bench.search_rows import words
from departments.models import Department, Membership
from enterprises.models import Enterprise, Liaison
from petitions.models.number import QUERY_CODE_ALPHABET, QUERY_CODE_LENGTH, DailyNumber
from petitions.search.folding import fold
from petitions.search.words import folded_tokens
from regions.models import DeskMember, Region

SEED = 20261130
YEARS = 5
PEOPLE = 50  # of each role that is measured
TEXTS = 30_000
WORDS_A_BODY, WORDS_A_TITLE = 60, 4
ENTERPRISE_FOR, ENTERPRISES_LEAST = 50, 200
BUSY = 12  # departments that get the added handlers
CREDIT_CODES = "91990199"
# Petitions that wait, are worked on, answered, or whose rating may still be changed; by their share of the live ones.
LIVE = {"reported": 30, "assigned": 50, "resolved": 10, "rated": 10}
# The models: petitions that no other one belongs to, without occasions, filed by their liaison or at the desk.
MODELS = """
CREATE TEMP TABLE bench_model AS
SELECT petition.id, petition.number AS old_number, title, body, '' AS folded_title, '' AS folded_body,
       petition.reported_at, liaison.user_id AS old_liaison,
       (SELECT max(at) FROM record_event WHERE subject_type = 'petition' AND subject_id = petition.id) AS last_at,
       CASE WHEN state IN ('reported', 'assigned', 'resolved') THEN state
            WHEN EXISTS (SELECT FROM petitions_rating rating JOIN petitions_assignment part
                             ON part.id = rating.assignment_id
                          WHERE part.petition_id = petition.id AND rating.locked_at IS NULL) THEN 'rated'
            ELSE 'closed' END AS life
  FROM petitions_petition petition JOIN petitions_petitioner petitioner ON petitioner.petition_id = petition.id
  JOIN enterprises_liaison liaison ON liaison.enterprise_id = petitioner.enterprise_id
 WHERE channel <> 'assistant' AND merged_into_id IS NULL AND parent_id IS NULL AND occasion_id IS NULL
   AND NOT EXISTS (SELECT FROM petitions_petition other WHERE other.merged_into_id = petition.id)
"""
PLAN = """
CREATE TEMP TABLE bench_text (id integer PRIMARY KEY, title_end text, body_end text, folded_title_end text,
    folded_body_end text, tokens tsvector);
CREATE TEMP TABLE bench_plan (n integer PRIMARY KEY, model bigint, shift interval, number text, query_code text,
    enterprise bigint, text integer);
CREATE TEMP VIEW bench_copy AS
SELECT plan.*, old_number, title, body, folded_title, folded_body, old_liaison, title_end, body_end, folded_title_end,
       folded_body_end, tokens, size, ownership, founded_date, region_id AS region,
       (SELECT user_id FROM enterprises_liaison WHERE enterprise_id = one.id) AS liaison
  FROM bench_plan plan JOIN bench_model ON bench_model.id = plan.model JOIN bench_text ON bench_text.id = plan.text
  JOIN enterprises_enterprise one ON one.id = plan.enterprise;
"""


def settle(petitions: int) -> None:
    """Add people until there are 50 of each role, and enterprises with a liaison each."""

    def add(role: str, count: int) -> list[User]:
        return User.objects.bulk_create(
            User(
                username=f"{role}_{n}", display_name=f"{'周吴郑王冯陈褚卫蒋沈'[n % 10]}{n}", roles=[role], password="!"
            )
            for n in range(count)
        )

    add("supervisor", PEOPLE)
    add("leader", PEOPLE)
    regions = list(Region.objects.order_by("pk"))
    dispatchers = add("dispatcher", PEOPLE)
    at_desks = [(user, regions[n % len(regions)]) for n, user in enumerate(dispatchers)]
    DeskMember.objects.bulk_create(
        DeskMember(user=user, region=region) for user, region in at_desks if region.parent_id
    )
    # The departments with the most work get the people, so that everybody's queue is full.
    holding = Count("assignments", filter=Q(assignments__answered_at=None, assignments__ended_at=None))
    busy = list(Department.objects.annotate(work=holding).order_by("-work", "pk")[:BUSY])
    handlers = add("handler", PEOPLE)
    Membership.objects.bulk_create(Membership(user=u, department=busy[n % BUSY]) for n, u in enumerate(handlers))
    count = max(ENTERPRISES_LEAST, petitions // ENTERPRISE_FOR)
    drawn, some = random.Random(SEED), [word for word in words() if word.isalpha() and len(word) > 1]
    bodies = [f"{CREDIT_CODES}{n:09d}" for n in range(count)]
    enterprises = Enterprise.objects.bulk_create(
        Enterprise(
            credit_code=body + uscc.calc_check_digit(body),
            name=f"澜川市{drawn.choice(some)}{drawn.choice(some)}有限公司",
            size=drawn.choice(Enterprise.Size.values),
            ownership=drawn.choice(Enterprise.Ownership.values),
            region=drawn.choice(regions),
            pinyin="lcs",
        )
        for body in bodies
    )
    Liaison.objects.bulk_create(
        Liaison(user=user, enterprise=enterprise)
        for user, enterprise in zip(add("liaison", count), enterprises, strict=True)
    )


def plan(petitions: int, now: datetime) -> None:
    """Write which petition is copied when, for whom, under which number."""
    with connection.cursor() as cursor:
        cursor.execute(MODELS)
        cursor.execute(PLAN)
        cursor.execute("SELECT id, title, body FROM bench_model")
        cursor.executemany(
            "UPDATE bench_model SET folded_title = %s, folded_body = %s WHERE id = %s",
            [(fold(title), fold(body), key) for key, title, body in cursor.fetchall()],
        )
        rows = list(_copies(petitions, now))  # nothing can be asked while rows are copied
        with cursor.copy("COPY bench_text FROM STDIN") as copy:
            for row in _texts(min(TEXTS, petitions)):
                copy.write_row(row)
        with cursor.copy("COPY bench_plan FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE bench_model; ANALYZE bench_text; ANALYZE bench_plan")


def _texts(count: int) -> Iterator[tuple[object, ...]]:
    """Yield the ends of titles and bodies, both folded, and their tokens."""
    drawn = random.Random(SEED)
    ordered = [word for word, _count in words().most_common() if word.isalnum()]
    weights = list(accumulate(1 / (place + 3) for place in range(len(ordered))))
    for number in range(count):
        letter = drawn.choices(ordered, cum_weights=weights, k=WORDS_A_TITLE + WORDS_A_BODY)
        ends = ["；" + "".join(letter[:WORDS_A_TITLE])[:12], "；" + "".join(letter[WORDS_A_TITLE:])]
        folded = [fold(end) for end in ends]
        tokens = set().union(*map(folded_tokens, folded))
        yield number, *ends, *folded, " ".join(f"'{token}'" for token in tokens)


def _copies(petitions: int, now: datetime) -> Iterator[tuple[object, ...]]:
    """Yield the rows of bench_plan, the oldest petition first."""
    drawn = random.Random(SEED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, life, reported_at, last_at FROM bench_model ORDER BY id")
        models = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM petitions_petition")
        count = petitions - cursor.fetchone()[0]
    of_life = {life: [row for row in models if row[1] == life] for life in ("closed", *LIVE)}
    live = min(count // 2, 3_000 + petitions // 100)
    shares = {life: share for life, share in LIVE.items() if of_life[life]}
    lives = drawn.choices(list(shares), weights=list(shares.values()), k=live) + ["closed"] * (count - live)
    planned = []
    for life in lives:
        key, _life, reported, last = drawn.choice(of_life[life])
        shift = drawn.random() * (now - last)  # a live one happened later than its model
        if life == "closed":
            days = timedelta(days=7 * drawn.randrange(1, YEARS * 52))
            shift = timedelta(minutes=drawn.randrange(240), seconds=drawn.randrange(60)) - days
        planned.append((reported + shift, key, shift))
    planned.sort()
    enterprises = list(Enterprise.objects.filter(credit_code__startswith=CREDIT_CODES).values_list("pk", flat=True))
    last_of_day = {row.date: row.last for row in DailyNumber.objects.filter(series="petition")}
    zone = ZoneInfo("Asia/Shanghai")
    for n, (reported, key, shift) in enumerate(planned):
        day = reported.astimezone(zone).date()
        last_of_day[day] = last_of_day.get(day, 0) + 1
        digits = f"{day:%Y%m%d}{last_of_day[day]:06d}"
        code = "".join(secrets.choice(QUERY_CODE_ALPHABET) for _ in range(QUERY_CODE_LENGTH))
        number = digits + mod_11_10.calc_check_digit(digits)
        yield n, key, shift, number, code, drawn.choice(enterprises), n % min(TEXTS, petitions)
