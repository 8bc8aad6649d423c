"""When a month freezes, who may do it, that it happens once, and that nothing moves it afterwards."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from departments.models import Department
from scores.appeals import appeal_fact
from scores.errors import TooEarly
from scores.freezing import freeze_due, freeze_month, frozen_from
from scores.models import Appeal, AppealReason, CycleFact, FrozenMonth, Scorecard, ScoreFormula
from scores.policy import FORMULA
from scores.scorecard import MonthlyScores, month_of, trend
from scores.tasks import freeze
from scores.verifying import FrozenDifference, frozen_differences
from tests.cast import Cast
from tests.faults.threads import together
from tests.moments import SHANGHAI
from tests.scores.facts import AFTER_SEPTEMBER, OCTOBER, SEPTEMBER, accepted, fact, facts
from tests.scores.test_scorecard import ROWS, Row, a_few, written
from verbs.refusals import AlreadyDone, NotPermitted, Refusal

MOMENTS = [
    (SEPTEMBER, AFTER_SEPTEMBER),
    (date(2026, 7, 1), datetime(2026, 8, 7, 17, 30, tzinfo=SHANGHAI)),  # Monday 3 to Friday 7 August
    (date(2026, 11, 1), datetime(2026, 12, 7, 17, 30, tzinfo=SHANGHAI)),  # Tuesday 1 to Monday 7 December
    (date(2025, 12, 1), datetime(2026, 1, 8, 17, 30, tzinfo=SHANGHAI)),  # off until 3 January, Sunday 4 is worked
    (date(2026, 1, 1), datetime(2026, 2, 6, 17, 30, tzinfo=SHANGHAI)),  # Monday 2 to Friday 6 February
]


@pytest.mark.django_db
@pytest.mark.parametrize(("month", "moment"), MOMENTS)
def test_a_month_freezes_at_the_end_of_its_fifth_following_working_day(month: date, moment: datetime) -> None:
    assert frozen_from(month) == moment


def test_it_is_refused_before_and_by_others_and_twice(cast: Cast) -> None:
    facts(6, cast.lead)
    with pytest.raises(TooEarly, match="2026-09的成绩最早在2026-10-13 17:30冻结"):
        freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER - timedelta.resolution)
    for user in (user for role, user in cast.users.items() if role not in ("supervisor", "system")):
        with pytest.raises(NotPermitted):
            freeze_month(month=SEPTEMBER, by=user, now=AFTER_SEPTEMBER)
    assert not FrozenMonth.objects.exists()
    freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
    with pytest.raises(AlreadyDone, match="2026-09的成绩已经冻结"):
        freeze_month(month=SEPTEMBER, by=cast.system, now=AFTER_SEPTEMBER)
    assert FrozenMonth.objects.get().frozen_by == cast.chen


def test_everybody_with_facts_has_a_card_and_a_pending_appeal_is_refused(cast: Cast) -> None:
    facts(6, cast.lead)
    few = fact(cast.support, ending="lapsed")
    accepted(fact(cast.other_department), AppealReason.NOT_RESPONSIBLE, cast.chen)
    later = fact(cast.lead, month=OCTOBER, level=1)
    reason = {"reason": AppealReason.BEYOND_CONTROL, "text": "道路塌方，无法上门"}
    asked = appeal_fact(fact=facts(1, cast.lead)[0], by=cast.wu, now=AFTER_SEPTEMBER - timedelta(days=1), **reason)
    other = appeal_fact(fact=later, by=cast.wu, now=AFTER_SEPTEMBER, **reason)
    live = month_of(SEPTEMBER)
    frozen = freeze_month(month=SEPTEMBER, by=cast.system, now=AFTER_SEPTEMBER)
    asked.refresh_from_db()
    other.refresh_from_db()
    assert (asked.decision, asked.decided_by, asked.decided_at) == ("refused", cast.system, AFTER_SEPTEMBER)
    assert asked.decided_why == "冻结前未作出裁定，按不成立处理。"
    assert other.decision == "pending"
    assert {card.department_id: card.rank for card in frozen.scorecards.all()} == {
        cast.lead.pk: 1,
        few.department_id: None,
        cast.other_department.pk: None,
    }
    assert [(card.department, card.counts, card.score) for card in month_of(SEPTEMBER).cards] == [
        (card.department, card.counts, card.score) for card in live.cards
    ]


def test_the_number_of_statements_does_not_grow(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for month in (date(2026, 8, 1), SEPTEMBER, OCTOBER):
        for department in (cast.lead, cast.support, cast.fallback):
            facts(6, department, month=month)
    freeze_due(now=AFTER_SEPTEMBER)
    with django_assert_num_queries(2):
        month_of(SEPTEMBER)
    with django_assert_num_queries(4):  # frozen and live ones
        cards = trend(cast.lead, last=OCTOBER, months=12)
    assert [card.is_frozen for card in cards[-3:]] == [True, True, False]
    with django_assert_num_queries(2):
        assert len(trend(cast.support, last=SEPTEMBER, months=2)) == 2


# ---- nothing moves it -----------------------------------------------------------------------------------------------


def seen(scores: MonthlyScores) -> list[object]:
    """All of it, said in full: departments by their keys, which a new name does not touch."""
    cards = [(card.department.pk, card.counts, card.score, card.rank, card.is_frozen) for card in scores.cards]
    return [scores.month, scores.formula.version, scores.frozen_at, scores.city, cards]


def refused_or_done(cast: Cast, row: CycleFact) -> None:
    try:
        appeal_fact(fact=row, by=cast.wu, reason="mistaken", text="企业点错了", now=AFTER_SEPTEMBER)
    except Refusal:
        return
    raise AssertionError("an appeal was taken after the freeze")


@a_few
@given(ROWS, ROWS, st.integers(0, 100))
def test_a_frozen_month_never_moves(cast: Cast, rows: list[Row], more: list[Row], weight: int) -> None:
    with transaction.atomic():
        first = fact(cast.lead)
        written(cast, rows)
        freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
        before = seen(month_of(SEPTEMBER)), trend(cast.lead, last=SEPTEMBER, months=2)
        written(cast, [(what, limits, whose, "") for what, limits, whose, _reason in more])
        refused_or_done(cast, first)
        changes = {"version": 2, "valid_from": SEPTEMBER, "response_weight": weight}
        changes |= {"resolution_weight": 100 - weight, "satisfaction_weight": 0, "prior_cycles": 0, "least_cycles": 0}
        ScoreFormula.objects.create(**(FORMULA | changes))
        for unit in (cast.lead, cast.support):
            Department.objects.filter(pk=unit.pk).update(
                name=f"新{unit.name}", short_name=f"新{unit.short_name}", is_active=False
            )
        assert (seen(month_of(SEPTEMBER)), trend(cast.lead, last=SEPTEMBER, months=2)) == before
        assert list(frozen_differences()) == []
        transaction.set_rollback(True)


REFUSED = [
    "UPDATE scores_cyclefact SET level = 1",
    "DELETE FROM scores_cyclefact",
    "UPDATE scores_frozenmonth SET last_fact = 0",
    "DELETE FROM scores_frozenmonth",
    "UPDATE scores_scorecard SET score = 100",
    "DELETE FROM scores_scorecard",
    "UPDATE scores_appeal SET decision = 'refused'",
    "DELETE FROM scores_appeal",
    "INSERT INTO scores_appeal (fact_id, month, reason, text, asked_by_id, asked_at, decision, decided_why)"
    " SELECT max(id), max(month), 'mistaken', 'x', max(department_id), now(), 'pending', '' FROM scores_cyclefact",
    "UPDATE scores_scoreformula SET least_cycles = 0",
    "DELETE FROM scores_scoreformula",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_it_too(cast: Cast, statement: str) -> None:
    accepted(fact(cast.lead), AppealReason.MISTAKEN, cast.chen)
    facts(6, cast.lead)
    freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
    with pytest.raises(ProgrammingError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_before_the_freeze_an_appeal_and_a_formula_may_change(cast: Cast) -> None:
    appeal = accepted(fact(cast.lead), AppealReason.MISTAKEN, cast.chen)
    assert Appeal.objects.update(text="另有说明") == 1
    assert ScoreFormula.objects.update(least_cycles=3) == 1
    appeal.delete()


@pytest.mark.parametrize("standing", [{"score": Decimal(50)}, {"rank": 1}, {"score": Decimal(50), "rank": 0}])
def test_the_database_refuses_a_score_without_its_rank(cast: Cast, standing: dict[str, object]) -> None:
    frozen = freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Scorecard.objects.create(month=frozen, department=cast.lead, counts={}, **standing)


# ---- verifying ------------------------------------------------------------------------------------------------------


def test_a_card_that_differs_from_its_facts_is_found(cast: Cast) -> None:
    facts(6, cast.lead)
    freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
    assert list(frozen_differences()) == []
    card = Scorecard.objects.get()
    with connection.cursor() as cursor:  # as somebody could who owns the database
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE scores_scorecard DISABLE TRIGGER scores_scorecard_stands")
        card.counts["level_5"], card.score = 7, Decimal("99.000")
        card.save()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE scores_scorecard ENABLE TRIGGER scores_scorecard_stands")
    assert list(frozen_differences()) == [
        FrozenDifference(SEPTEMBER, cast.lead.pk, "level_5", stored=7, computed=6),
        FrozenDifference(SEPTEMBER, cast.lead.pk, "score", stored=Decimal("99.000"), computed=Decimal("100.000")),
    ]


# ---- by itself ------------------------------------------------------------------------------------------------------


def test_what_is_due_freezes_oldest_first_and_once(cast: Cast) -> None:
    july, august = date(2026, 7, 1), date(2026, 8, 1)
    for month in (july, OCTOBER, SEPTEMBER):
        facts(6, cast.lead, month=month)
    assert freeze_due(now=AFTER_SEPTEMBER - timedelta.resolution) == [july]
    assert freeze_due(now=AFTER_SEPTEMBER) == [SEPTEMBER]
    assert freeze_due(now=AFTER_SEPTEMBER) == []
    facts(1, cast.lead, month=august)  # an old letter, imported later
    assert freeze_due(now=AFTER_SEPTEMBER) == [august]
    facts(6, cast.lead, month=date(2014, 3, 1))  # from before there was anything to freeze
    assert freeze_due(now=AFTER_SEPTEMBER) == []
    assert set(FrozenMonth.objects.values_list("frozen_by__username", flat=True)) == {"system"}


def test_nothing_is_due_where_nothing_is(cast: Cast) -> None:
    assert freeze_due(now=AFTER_SEPTEMBER) == []


def test_the_task_freezes_what_is_past(cast: Cast) -> None:
    facts(6, cast.lead, month=date(2025, 3, 1))
    freeze()
    assert FrozenMonth.objects.get().pk == date(2025, 3, 1)


@pytest.mark.django_db(transaction=True)
def test_two_who_freeze_at_once_freeze_once(cast: Cast) -> None:
    for month in (date(2026, 7, 1), SEPTEMBER, date(2026, 8, 1)):
        facts(6, cast.lead, month=month)
    done = together(2, lambda _worker: freeze_due(now=AFTER_SEPTEMBER))
    assert sorted(done[0] + done[1]) == [date(2026, 7, 1), date(2026, 8, 1), SEPTEMBER]
    assert Scorecard.objects.count() == 3
