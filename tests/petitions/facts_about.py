"""What can be true of a petition beside its state, each built by the verbs: `FACTS[name](stage)`.

Two more petitions wait for dispatch, one of the same enterprise and one of another, so that joining has a target.
"""

from collections.abc import Callable
from datetime import timedelta

from departments.models import Department
from petitions.models import AutoDispatch, Petition
from petitions.offered import VERBS
from petitions.proposals.auto_dispatch import auto_dispatch
from petitions.reporting import report_petition
from petitions.situations import Situation
from petitions.verb import Verb
from tests.cast import HOUR, Stage
from tests.petitions.ratings import LOW, put_right, rate, rated_low
from tests.petitions.verbs import CALLS, STEPS, stored

Build = Callable[[Stage], Petition]
# Everything that leads to an answer, by whom.
TO_THE_ANSWER = (("check_in", "zhou"), ("check_in", "zheng"), ("answer_support", "zheng"), ("resolve", "zhou"))


def after(*steps: tuple[str, str]) -> Build:
    """Return a maker of a petition with a lead and a support that went through these steps, each by this person."""

    def build(stage: Stage) -> Petition:
        petition = stage.assigned(with_support=True)
        for step, name in steps:
            STEPS[step](stage, petition, getattr(stage.cast, name), stage.tick())
        return petition

    return build


def joined(verb: str, steps: tuple[tuple[str, str], ...], *, is_other: bool) -> Build:
    """Return a maker of a petition that was merged or linked, or of the other one, after these steps on the other."""

    def build(stage: Stage) -> Petition:
        petition = stage.reported()
        CALLS[verb](stage, petition, stage.cast.sun, stage.tick())
        petition = stored(petition)
        other = petition.merged_into or petition.parent
        assert other is not None
        for step, name in steps:
            CALLS[step](stage, other, getattr(stage.cast, name), stage.tick())
        return other if is_other else petition

    return build


def closed_department(stage: Stage) -> Petition:
    petition = stage.checked_in(with_support=True)
    Department.objects.filter(pk=stage.cast.lead.pk).update(is_active=False)
    return petition


def dispatched_by_itself(stage: Stage) -> Petition:
    cast = stage.cast
    AutoDispatch.objects.create(
        category=cast.category, is_on=True, minimum_confidence=0, switched_by=cast.sysadmin, switched_at=stage.now
    )
    petition = stage.reported()
    auto_dispatch(now=stage.tick())
    return petition


def urged_again(stage: Stage) -> Petition:
    """Urged once, and long enough ago."""
    petition = after(("urge", "lin"))(stage)
    stage.tick(timedelta(hours=5))
    return petition


def too_late_to_change(stage: Stage) -> Petition:
    petition = after(*TO_THE_ANSWER, ("rate", "lin"))(stage)
    stage.tick(timedelta(hours=13))
    return petition


def too_late_to_reopen(stage: Stage) -> Petition:
    petition = after(*TO_THE_ANSWER, ("rate", "lin"))(stage)
    stage.tick(timedelta(days=31))
    return petition


def overdue(stage: Stage) -> Petition:
    petition = after(("check_in", "zhou"))(stage)
    stage.tick(timedelta(days=30))
    return petition


FACTS: dict[str, Build] = {
    "reported": lambda stage: stage.reported(),
    "reported in a district": lambda stage: stage.reported(region=stage.cast.district),
    "assigned": after(),
    "checked in": after(("check_in", "zhou")),
    "all checked in": after(("check_in", "zhou"), ("check_in", "zheng")),
    "contacted": after(("check_in", "zhou"), ("contact", "zhou")),
    "appointment proposed": after(("propose_appointment", "zhou")),
    "appointment confirmed": after(("propose_appointment", "zhou"), ("confirm_appointment", "lin")),
    "appointment moved": after(("propose_appointment", "zhou"), ("move_appointment", "lin")),
    "support answered": after(("check_in", "zhou"), ("check_in", "zheng"), ("answer_support", "zheng")),
    "support waived": after(("check_in", "zhou"), ("waive_support", "chen")),
    "support removed": after(("check_in", "zhou"), ("remove_support", "sun")),
    "extension asked": after(("check_in", "zhou"), ("ask_extension", "wu")),
    "extended": after(("ask_extension", "wu"), ("decide_extension", "chen")),
    "hold asked": after(("ask_hold", "wu")),
    "on hold": after(("ask_hold", "wu"), ("decide_hold", "chen")),
    "resumed": after(("ask_hold", "wu"), ("decide_hold", "chen"), ("resume", "wu")),
    "order open": after(("issue_order", "chen")),
    "order replied": after(("issue_order", "chen"), ("reply_order", "zhou")),
    "order accepted": after(("issue_order", "chen"), ("reply_order", "zhou"), ("judge_order", "chen")),
    "send-back asked": after(("ask_send_back", "wu")),
    "send-back refused": after(("ask_send_back", "wu"), ("refuse", "sun")),
    "send-back disputed": after(("ask_send_back", "wu"), ("refuse", "sun"), ("dispute_send_back", "wu")),
    "sent back": after(("take_back", "sun")),
    "urged": after(("urge", "lin")),
    "urged again": urged_again,
    "overdue": overdue,
    "undone": after(("undo_dispatch", "sun")),
    "automatic": dispatched_by_itself,
    "department closed": closed_department,
    "resolved": after(*TO_THE_ANSWER),
    "reopened": after(*TO_THE_ANSWER, ("reopen", "lin")),
    "rated": after(*TO_THE_ANSWER, ("rate", "lin")),
    "rated, locked": too_late_to_change,
    "rated, long ago": too_late_to_reopen,
    "rated low": lambda stage: rated_low(stage, with_support=True),
    "referred": lambda stage: rate(stage, put_right(stage, rated_low(stage, with_support=True)), **LOW),
    "lapsed": after(*TO_THE_ANSWER, ("lapse", "system")),
    "withdrawn": after(("withdraw", "lin")),
    "parent": joined("link", (), is_other=True),
    "parent, at work": joined("link", (("dispatch", "sun"), ("check_in", "zhou")), is_other=True),
    "child": joined("link", (), is_other=False),
    "child, at work": joined("link", (("dispatch", "sun"), ("check_in", "zhou")), is_other=False),
    "merged": joined("merge", (), is_other=False),
    "survivor": joined("merge", (), is_other=True),
}


def build(fact: str, stage: Stage) -> Petition:
    """Return the petition as it is in the database, its fact built, two others waiting."""
    for enterprise, by in ((stage.cast.enterprise, stage.cast.lin), (stage.cast.other_enterprise, stage.cast.mallory)):
        report_petition(report=stage.report_form(enterprise=enterprise), by=by, now=stage.tick())
    petition = FACTS[fact](stage)
    stage.tick(HOUR / 60)
    return stored(petition)


def within_the_rules(it: Situation) -> list[Verb]:
    """Return the verbs that the person may use and the state has; the others' refusal is in test_who_may_do_what.py."""
    return [verb for verb in VERBS.values() if verb.rule(it.relation) and verb.is_of(it.petition)]
