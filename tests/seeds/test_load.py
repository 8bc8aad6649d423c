"""Loading the city of Lanchuan: twice changes nothing, and what it shows is what a demonstration needs. `make test`
loads a part of its petitions."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F, OuterRef, Subquery

from accounts.models import User
from departments.models import Department
from enterprises.models import Occasion
from figures.verifying import differences
from limits.models import Card, Escalation, LadderStep, LimitRule
from notices.models import Notice
from petitions import queries
from petitions.models import (
    Assignment,
    Clock,
    Decision,
    Extension,
    Hold,
    OrderState,
    Petition,
    RatingReferral,
    State,
    SupervisionOrder,
)
from petitions.models.number import is_number
from petitions.policy import write_defaults
from record.models import Event
from scores.freezing import frozen_from
from scores.models import Award
from scores.scorecard import month_of, shifted
from scores.verifying import frozen_differences
from seeds.load import load, rows
from surveys.gap import gaps
from surveys.models import SampleRule, Survey, SurveyCall
from surveys.policy import write_rule
from tests.faults.reconcile import broken
from tests.moments import SATURDAY_NOON
from tests.slow import MOST_SECONDS, slow

NOW = SATURDAY_NOON  # the day the file's dates count back from
LAST_MONTH = date(2026, 8, 1)  # frozen by then
BEST_AND_WORST = ("行政审批局", "住建局")
OURS = ("accounts", "regions", "enterprises", "departments", "petitions", "surveys")


def fingerprints() -> dict[str, tuple[int, str]]:
    """Return the number of rows and a checksum over all of them, table by table."""
    tables = [model._meta.db_table for name in OURS for model in apps.get_app_config(name).get_models(True)]
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*), md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {table} AS row")
            found[table] = cursor.fetchone()
    return found


@pytest.fixture
def fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sixth petition, what is done about the limits of those, and of last month the best and the worst lead."""
    petitions = list(rows("petitions.csv"))[::6]
    past = [row for row in rows("past_petitions.csv") if row["months_ago"] == "1" and row["lead"] in BEST_AND_WORST]
    limits = [row for row in rows("limits.csv") if row["petition"] in {petition["key"] for petition in petitions}]
    short = {"petitions.csv": petitions, "past_petitions.csv": past, "limits.csv": limits}
    monkeypatch.setattr("seeds.load.rows", lambda name: short.get(name) or rows(name))


@pytest.mark.django_db
def test_a_part_of_the_city_is_loaded_once(fewer: None) -> None:
    write_defaults(LimitRule, LadderStep)  # a test that empties the tables takes the migrations' rows with it
    write_rule(SampleRule)
    added = load(now=NOW)
    assert min(added.values()) > 0
    _the_course_of_each_petition_is_possible()
    _what_people_changed_stays_and_the_second_load_adds_nothing()


@slow("the whole city of the demonstration, 30 s")
@pytest.mark.timeout(MOST_SECONDS)
@pytest.mark.django_db
def test_the_city_is_loaded_once_and_shows_everything() -> None:
    write_defaults(LimitRule, LadderStep)  # a test that empties the tables takes the migrations' rows with it
    write_rule(SampleRule)
    added = load(now=NOW)
    assert min(added.values()) > 0
    _every_state_is_there()
    _the_course_of_each_petition_is_possible()
    _the_demo_accounts_have_something_to_do()
    _limits_show_everything()
    _occasions_have_petitions_and_the_past_ones_are_closed()
    _the_months_before_show_what_scores_are_for()
    _what_people_changed_stays_and_the_second_load_adds_nothing()


def _every_state_is_there() -> None:
    counts = {state: Petition.objects.filter(state=state).count() for state in State.values}
    assert sum(counts.values()) >= 120
    assert min(counts.values()) >= 10
    assert set(Petition.objects.filter(state="closed").values_list("closed_reason", flat=True)) == {
        "withdrawn",
        "lapsed",
    }
    assert Petition.objects.filter(is_confidential=True).exists()
    assert Assignment.objects.filter(part="support", answered_at__isnull=False).exists()
    assert Clock.objects.running().filter(promise="resolve_department", due_at__lt=NOW).exists()
    assert Petition.objects.filter(cycle=2).exists()
    assert Petition.objects.filter(reported_at__lt=NOW - timedelta(days=50)).exists()
    assert Petition.objects.filter(reported_at__gt=NOW - timedelta(days=2)).exists()
    assert {"ask_send_back", "decide_send_back", "urge", "supplement", "contact", "progress"} <= set(
        Event.objects.values_list("kind", flat=True)
    )


def _the_course_of_each_petition_is_possible() -> None:
    assert (broken(), list(differences()), list(frozen_differences())) == ([], [], [])
    assert all(is_number(number) for number in Petition.objects.values_list("number", flat=True))
    assert not Event.objects.filter(at__gt=NOW).exists()
    began = Petition.objects.filter(pk=OuterRef("subject_id")).values("reported_at")
    assert not Event.objects.filter(at__lt=Subquery(began)).exists()
    assert not Petition.objects.filter(reported_at__lt=NOW - timedelta(days=75)).exists()
    # Reported in the order of their numbers.
    numbers = list(Petition.objects.order_by("reported_at", "pk").values_list("number", flat=True))
    assert numbers == sorted(numbers)


def _the_demo_accounts_have_something_to_do() -> None:
    mine = Petition.objects.visible_to(User.objects.get(username="liaison"))
    assert mine.count() >= 8
    assert set(mine.values_list("state", flat=True)) == set(State.values)
    handler = User.objects.get(username="handler")
    assert Petition.objects.visible_to(handler).filter(state="assigned").exists()
    assert Petition.objects.visible_to(User.objects.get(username="dispatcher")).filter(state="reported").count() >= 10
    for username in ("dispatcher-qingdu", "dispatcher-gaoxin"):
        desk = User.objects.get(username=username)
        assert queries.to_dispatch(desk).exists()
        assert Event.objects.filter(kind="dispatch", by=desk).exists()


def _limits_show_everything() -> None:
    assert set(Extension.objects.values_list("decision", flat=True)) == set(Decision.values) - {"lapsed"}
    assert {"pending", "approved"} == set(Hold.objects.values_list("decision", flat=True))
    running = Hold.objects.running()
    assert running.filter(review_date__gt=NOW).exists()
    assert running.filter(review_date__lt=NOW).exists()
    assert set(Card.values) == set(Escalation.objects.values_list("card", flat=True))
    assert set(OrderState.values) == set(SupervisionOrder.objects.values_list("state", flat=True))
    assert SupervisionOrder.objects.filter(state="issued", escalation__card="red").exists()
    # As if the sweep had gone on all the time: nothing is left, and everything was raised when it was reached.
    assert not Clock.objects.filter(next_alarm_at__lte=NOW).exists()
    assert not Escalation.objects.exclude(raised_at=F("at")).exists()
    for username in ("supervisor", "head", "handler"):
        inbox = Notice.objects.filter(recipient__username=username, channel="inbox")
        assert 0 < inbox.filter(read_at__isnull=True).count() < inbox.count() / 2, username


def _occasions_have_petitions_and_the_past_ones_are_closed() -> None:
    assert Occasion.objects.count() == 9
    assert not Occasion.objects.filter(petitions__isnull=True).exists()
    assert Occasion.objects.filter(is_open=False).count() == 5
    assert not Occasion.objects.filter(kind="home", is_open=False).exists()
    assert Petition.objects.filter(channel="visit", petitioner__is_on_behalf=False).count() == 0


def _the_months_before_show_what_scores_are_for() -> None:
    for month in (shifted(LAST_MONTH, -1), LAST_MONTH):
        scores = month_of(month)
        assert scores.frozen_at == frozen_from(month)
        ranked = [card for card in scores.cards if card.rank is not None]
        assert len([card for card in ranked if 6 <= card.counts.completed <= 14]) >= 8
        best, worst = ranked[0].counts, ranked[-1].counts
        assert best.satisfaction.met == best.satisfaction.of
        assert worst.answer.met < worst.answer.of
        assert scores.city.lapsed > 0
        assert min(scores.city.levels) > 0
        assert scores.city.response.met < scores.city.response.of
    assert Award.objects.filter(month=LAST_MONTH, kind="snail", department__short_name="住建局").exists()
    assert RatingReferral.objects.filter(decision="pending").exists()
    survey = Survey.objects.get(pk=LAST_MONTH)
    assert gaps(survey)[0].ratings.interval is not None
    assert SurveyCall.objects.filter(survey=survey, attempts__isnull=True).exists()


def _what_people_changed_stays_and_the_second_load_adds_nothing() -> None:
    Department.objects.filter(code="jingxin").update(phone="0999-0999999")
    before = fingerprints()
    assert set(load(now=NOW).values()) == {0}
    assert set(load(now=NOW + timedelta(days=1)).values()) == {0}
    assert fingerprints() == before
