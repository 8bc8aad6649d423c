"""State × relation × fact: what is offered succeeds, what is not offered is refused, by the verbs themselves.

By page and API: tests/pages/test_offered.py and tests/api/test_offered.py.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from petitions.arbitration import decide_send_back
from petitions.dispatch import Placement, dispatch_petition
from petitions.group_queries import joinable
from petitions.linking import LINK, link_petition
from petitions.merging import MERGE, merge_petition
from petitions.models import Petition
from petitions.offered import VERBS, offered, offered_on
from petitions.queries import listed
from petitions.ratings.rating import Judgement, change_rating, changeable_ratings
from petitions.send_back import ASK_SEND_BACK, DISPUTE_SEND_BACK, dispute_send_back
from petitions.situations import Situation, situation_of
from petitions.supervision.extensions import decide_extension
from petitions.supervision.holds import decide_hold, resume_hold, review_hold
from petitions.supervision.orders import accept_order, issue_order, reply_order
from petitions.supports import remove_support, waive_support
from tests.cast import Stage, person
from tests.petitions.facts_about import FACTS, build, within_the_rules
from tests.petitions.verbs import CALLS, REASON
from verbs.refusals import Refusal

# Verbs about something of the petition, called on one thing that they can be about.
ABOUT: dict[str, Any] = {
    "decide_extension": lambda it, one: decide_extension(extension=one, by=it.by, decision="approved", now=it.now),
    "decide_hold": lambda it, one: decide_hold(hold=one, by=it.by, decision="refused", note=REASON, now=it.now),
    "review_hold": lambda it, one: review_hold(
        hold=one, by=it.by, text="评估机构已进场", review_date=it.now.date() + timedelta(days=30), now=it.now
    ),
    "resume": lambda it, one: resume_hold(hold=one, by=it.by, now=it.now),
    "decide_send_back": lambda it, one: decide_send_back(
        send_back=one, by=it.by, decision="refused", note=REASON, now=it.now
    ),
    "dispute_send_back": lambda it, one: dispute_send_back(send_back=one, by=it.by, text=REASON, now=it.now),
    "reply_order": lambda it, one: reply_order(order=one, by=it.by, text="已安排专人办理", now=it.now),
    "judge_order": lambda it, one: accept_order(order=one, by=it.by, now=it.now),
    "issue_order": lambda it, one: issue_order(
        petition=it.petition, by=it.by, department=one.department, text="请说明原因并立即办理", now=it.now
    ),
    "remove_support": lambda it, one: remove_support(
        petition=it.petition, by=it.by, department=one.department, reason=REASON, now=it.now
    ),
    "waive_support": lambda it, one: waive_support(
        petition=it.petition, by=it.by, department=one.department, reason=REASON, now=it.now
    ),
}


def things(it: Situation, verb: str) -> list[Any]:
    """Everything of the petition that the verb could be about, whoever asks."""
    everything = {
        "decide_extension": it.extensions,
        **dict.fromkeys(("decide_hold", "review_hold", "resume"), it.holds),
        **dict.fromkeys(("decide_send_back", "dispute_send_back"), it.send_backs),
        **dict.fromkeys(("reply_order", "judge_order"), it.orders),
        **dict.fromkeys(("issue_order", "remove_support", "waive_support"), it.parts),
    }
    return list(everything[verb])


def change(it: Situation) -> Petition:
    judgement = Judgement(level=4, is_solved="partly", text="付了一半")
    judgements = {rating.assignment_id: judgement for rating in changeable_ratings(it) or it.unlocked_ratings}
    return change_rating(petition=it.petition, by=it.by, judgements=judgements, now=it.now)


def others(it: Situation) -> list[Petition]:
    """The other petitions that the person may name: as pages and API narrow them."""
    return list(joinable(it.by).exclude(pk=it.petition.pk))


def dispatch(stage: Stage, it: Situation) -> Petition:
    """To a department that the person's desk may make the lead."""
    lead = stage.cast.branch if it.by == stage.cast.tang else stage.cast.lead
    return dispatch_petition(petition=it.petition, by=it.by, placement=Placement(lead=lead), now=it.now)


def first_that_works(attempts: Iterable[Callable[[], Petition]]) -> bool:
    """Return whether one of the attempts goes through; each is taken back."""
    return any(_works(attempt) for attempt in attempts)


def _works(attempt: Callable[[], Petition]) -> bool:
    try:
        with transaction.atomic():
            attempt()
            transaction.set_rollback(True)
    except Refusal:
        return False
    return True


def use(stage: Stage, it: Situation, verb: str) -> bool:
    """Use the verb with valid input, on everything it could be about; return whether it went through."""
    at_once = {"by": it.by, "now": it.now, "petition": it.petition}
    attempts: dict[str, list[Callable[[], Petition]]] = {
        "change_rating": [partial(change, it)],
        "dispatch": [partial(dispatch, stage, it)],
        "merge": [partial(merge_petition, into=other, **at_once) for other in others(it)],
        "link": [partial(link_petition, parent=other, **at_once) for other in others(it)],
    }
    if verb in ABOUT:
        return first_that_works(partial(ABOUT[verb], it, one) for one in things(it, verb))
    return first_that_works(attempts.get(verb, [partial(CALLS[verb], stage, it.petition, it.by, it.now)]))


# Each is something else to the petition.
PEOPLE = ("lin", "qian", "sun", "tang", "zhou", "wu", "zheng", "xu", "chen")


def people_of(stage: Stage) -> dict[str, User]:
    everybody = stage.cast.users | {name: getattr(stage.cast, name) for name in ("tang", "zheng")}
    everybody["xu"] = person("xu", "协办部门负责人", "head", department=stage.cast.support)
    return {user.username: user for user in everybody.values() if user.username in PEOPLE}


@pytest.mark.parametrize("fact", FACTS)
def test_what_is_offered_succeeds_and_what_is_not_is_refused(fact: str, stage: Stage) -> None:
    people = people_of(stage)
    petition = build(fact, stage)
    said, done = {}, {}
    for name, user in people.items():
        it = situation_of(petition, user, stage.now)
        said[name] = [verb.name for verb in offered(it)]
        done[name] = [verb.name for verb in within_the_rules(it) if use(stage, it, verb.name)]
    assert set(people) == set(PEOPLE)
    assert said == done
    assert any(said.values()) or fact in ("withdrawn", "rated, long ago")


def test_every_verb_is_offered_somewhere(stage: Stage) -> None:
    """Else the table above would say nothing of it."""
    seen: set[str] = set()
    for fact in FACTS:
        with transaction.atomic():
            stage_here = Stage(stage.cast)
            petition = build(fact, stage_here)
            for user in (getattr(stage.cast, name) for name in ("lin", "sun", "tang", "zhou", "wu", "zheng", "chen")):
                seen |= {verb.name for verb in offered(situation_of(petition, user, stage_here.now))}
            transaction.set_rollback(True)
    assert seen == set(VERBS) - {"lapse"}


# They read for each petition, and lists do not ask for them (petitions/offered.py).
ONE_BY_ONE = (MERGE, LINK, ASK_SEND_BACK, DISPUTE_SEND_BACK)


@pytest.mark.parametrize("name", ["lin", "sun", "zhou", "wu", "chen"])
def test_a_page_of_petitions_costs_no_statement_a_row(name: str, stage: Stage) -> None:
    user = people_of(stage)[name]
    verbs = [verb for verb in VERBS.values() if verb not in ONE_BY_ONE]
    costs = []
    for _round in range(2):
        for fact in ("extension asked", "on hold", "order open", "send-back asked", "rated low", "reported", "urged"):
            build(fact, stage)
        page = list(listed(user))
        assert page
        with CaptureQueriesContext(connection) as asked:
            found = offered_on(page, user, stage.now, verbs)
        assert any(found.values())
        costs.append(len(asked))
    assert costs[0] == costs[1]
