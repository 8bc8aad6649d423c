"""Appeals and exclusions: who may, until when, once; what they take out is in test_scorecard.py."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from departments.models import Membership
from scores.appeals import appeal_fact, decide_appeal, exclude_fact
from scores.errors import TooLate
from scores.freezing import freeze_month
from scores.models import Appeal, AppealReason
from scores.scorecard import live_month
from tests.cast import Cast, person
from tests.scores.facts import AFTER_SEPTEMBER, OCTOBER, SEPTEMBER, fact
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

IN_TIME = AFTER_SEPTEMBER - timedelta.resolution
ASKED: dict[str, Any] = {"reason": AppealReason.MISTAKEN, "text": "企业来电说明点错了", "now": IN_TIME}
DECIDED: dict[str, Any] = {"is_accepted": True, "why": "已向企业核实", "now": IN_TIME}


def asked(cast: Cast) -> Appeal:
    return appeal_fact(fact=fact(cast.lead, level=1, is_solved="no"), by=cast.wu, **ASKED)


def test_a_head_asks_and_a_supervisor_accepts(cast: Cast) -> None:
    appeal = asked(cast)
    assert (appeal.decision, appeal.asked_by, appeal.asked_at) == ("pending", cast.wu, IN_TIME)
    assert live_month(SEPTEMBER).city.ratings == 1  # until it is decided, all counts
    decided = decide_appeal(appeal=appeal, by=cast.chen, **DECIDED)
    assert (decided.decision, decided.decided_by, decided.decided_why) == ("accepted", cast.chen, "已向企业核实")
    assert (live_month(SEPTEMBER).city.ratings, live_month(SEPTEMBER).city.cycles) == (0, 1)


def test_a_refused_appeal_changes_nothing(cast: Cast) -> None:
    before = live_month(SEPTEMBER)
    appeal = asked(cast)
    assert decide_appeal(appeal=appeal, by=cast.chen, **(DECIDED | {"is_accepted": False})).decision == "refused"
    assert before.city.excluded == live_month(SEPTEMBER).city.excluded == 0
    assert live_month(SEPTEMBER).city.ratings == 1


def test_a_supervisor_excludes_unasked(cast: Cast) -> None:
    reason = AppealReason.BEYOND_CONTROL
    appeal = exclude_fact(fact=fact(cast.lead, ending="lapsed"), by=cast.chen, **(ASKED | {"reason": reason}))
    assert (appeal.decision, appeal.asked_by, appeal.decided_by) == ("accepted", cast.chen, cast.chen)
    assert (live_month(SEPTEMBER).city.cycles, live_month(SEPTEMBER).city.excluded) == (0, 1)


# ---- who may --------------------------------------------------------------------------------------------------------


def tries(cast: Cast, user: User, verb: str) -> bool:
    """Whether the person may do it."""
    row = fact(cast.lead)
    appeal = asked(cast)
    try:
        with transaction.atomic():
            if verb == "decide":
                decide_appeal(appeal=appeal, by=user, **DECIDED)
            else:
                {"appeal": appeal_fact, "exclude": exclude_fact}[verb](fact=row, by=user, **ASKED)
    except NotPermitted:
        return False
    return True


@pytest.mark.parametrize(("verb", "role"), [("appeal", "head"), ("exclude", "supervisor"), ("decide", "supervisor")])
def test_one_role_may_and_no_other(cast: Cast, verb: str, role: str) -> None:
    assert {name for name, user in cast.users.items() if tries(cast, user, verb)} == {role}


def test_another_departments_head_and_a_supervisor_of_the_department_may_not(cast: Cast) -> None:
    han = person("han", "韩协办", "head", department=cast.support)
    Membership.objects.create(user=cast.chen, department=cast.lead)
    both = person("shen", "沈督办", "supervisor", "head", department=cast.lead)
    assert not tries(cast, han, "appeal")
    for insider in (cast.chen, both):
        assert not tries(cast, insider, "decide")
        assert not tries(cast, insider, "exclude")
    assert tries(cast, both, "appeal")


# ---- what is refused ------------------------------------------------------------------------------------------------

WRONG = [
    ({"reason": "whim"}, {"reason": "请选择一项。"}),
    ({"text": " \x00"}, {"text": "请填写这一项。"}),
    ({"text": "不服。"}, {"text": "请至少写4个字，现在是3个。"}),
    ({"text": "x" * 2001}, {"text": "最多2000个字，现在是2001个。"}),
    ({"reason": "", "text": ""}, {"reason": "请选择一项。", "text": "请填写这一项。"}),
]


@pytest.mark.parametrize(("changes", "fields"), WRONG)
def test_wrong_fields_are_named(cast: Cast, changes: dict[str, str], fields: dict[str, str]) -> None:
    for verb, by in ((appeal_fact, cast.wu), (exclude_fact, cast.chen)):
        with pytest.raises(InvalidInput) as refused:
            verb(fact=fact(cast.lead), by=by, **(ASKED | changes))
        assert (refused.value.fields, refused.value.status) == (fields, 400)


def test_a_decision_needs_its_reason(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        decide_appeal(appeal=asked(cast), by=cast.chen, **(DECIDED | {"why": "好的"}))
    assert refused.value.fields == {"why": "请至少写4个字，现在是2个。"}


@pytest.mark.parametrize("reason", [AppealReason.MISTAKEN, AppealReason.MALICIOUS])
def test_a_reason_about_the_rating_needs_one(cast: Cast, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        appeal_fact(fact=fact(cast.lead, ending="lapsed"), by=cast.wu, **(ASKED | {"reason": reason}))
    assert refused.value.fields == {"reason": "这一轮没有评价，不能以误评或恶意差评为由。"}


def test_once_for_each_fact(cast: Cast) -> None:
    appeal = asked(cast)
    with pytest.raises(AlreadyDone):
        appeal_fact(fact=appeal.fact, by=cast.wu, **ASKED)
    with pytest.raises(AlreadyDone):
        exclude_fact(fact=appeal.fact, by=cast.chen, **ASKED)
    decide_appeal(appeal=appeal, by=cast.chen, **DECIDED)
    with pytest.raises(AlreadyDone):
        decide_appeal(appeal=appeal, by=cast.chen, **(DECIDED | {"is_accepted": False}))
    assert Appeal.objects.get().decision == "accepted"


@pytest.mark.parametrize("is_frozen", [False, True])
def test_nothing_after_the_month_may_be_frozen_whether_it_is_or_not(cast: Cast, is_frozen: bool) -> None:
    appeal, row, next_month = asked(cast), fact(cast.lead), fact(cast.lead, month=OCTOBER)
    late = AFTER_SEPTEMBER
    if is_frozen:
        freeze_month(month=SEPTEMBER, by=cast.chen, now=AFTER_SEPTEMBER)
        late = IN_TIME  # whatever the clock of whoever asks says
    with pytest.raises(TooLate):
        appeal_fact(fact=row, by=cast.wu, **(ASKED | {"now": late}))
    with pytest.raises(TooLate):
        exclude_fact(fact=row, by=cast.chen, **(ASKED | {"now": late}))
    with pytest.raises(TooLate):
        decide_appeal(appeal=appeal, by=cast.chen, **(DECIDED | {"now": late}))
    appeal_fact(fact=next_month, by=cast.wu, **(ASKED | {"now": AFTER_SEPTEMBER}))


# ---- the database too -----------------------------------------------------------------------------------------------

WRONG_APPEALS: list[dict[str, Any]] = [
    {"reason": "whim"},
    {"decision": "accepted"},
    {"decision": "maybe"},
    {"decided_why": "没有裁定人"},
    {"month": OCTOBER},
]


@pytest.mark.parametrize("changes", WRONG_APPEALS, ids=str)
def test_the_database_refuses_half_an_appeal(cast: Cast, changes: dict[str, Any]) -> None:
    values = {"reason": "mistaken", "text": "点错了。", "asked_by": cast.wu, "asked_at": IN_TIME} | changes
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.create(fact=fact(cast.lead), **({"month": SEPTEMBER} | values))


WRONG_FACTS: list[dict[str, Any]] = [
    {"month": SEPTEMBER.replace(day=2)},
    {"ending": "lost"},
    {"level": 6},
    {"level": None},
    {"is_solved": ""},
    {"rated_at": None},
    {"ending": "lapsed", "level": 5},
    {"outcome": ""},
]


@pytest.mark.parametrize("changes", WRONG_FACTS, ids=str)
def test_the_database_refuses_half_a_fact(cast: Cast, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        fact(cast.lead, **changes)
