"""What evaluators do with their calls: record each attempt, and the independent rating when somebody was reached.

Attempts are never changed. A call ends when somebody was reached, when they refuse (nobody is pressed), or when there
were as many attempts as the rule allows; an attempt that only agreed on a time counts, too. Only the evaluator whose
call it is may record attempts, and only as a third party: whoever holds another role or works in a department is none.
Source: domain, answer and rating (第三方测评); docs/adr/0022-survey-sampling.md.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from petitions.models import IsSolved, Level
from surveys.models import CallState, Result, SurveyAttempt, SurveyCall
from surveys.queries import evaluators
from verbs.inputs import NOTE_MAX, Problems
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

ENDS = {Result.REACHED: CallState.REACHED, Result.REFUSED: CallState.REFUSED}


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What came of one attempt.

    result              a value of Result
    level, is_solved    the independent rating, only when somebody was reached
    call_back_at        only when a time was agreed
    """

    result: str
    remarks: str = ""
    level: int | None = None
    is_solved: str = ""
    call_back_at: datetime | None = None


def record_attempt(*, call: SurveyCall, by: User, number: int, attempt: Attempt, now: datetime) -> SurveyCall:
    """Record one attempt. After it, the call is over or is to be tried again.

    number  which attempt of the call this is, from 1 on: so a form that is sent twice is recorded once
    Raises  InvalidInput, NotPermitted, AlreadyDone (the call is over, or this attempt was recorded)
    """
    remarks = _checked(attempt, now)
    with transaction.atomic():
        call = _locked(call)
        if call.evaluator_id != by.pk or not evaluators().contains(by):
            raise NotPermitted()
        if not call.is_open or number != call.attempts.count() + 1:
            raise AlreadyDone(_("这次拨打已经记录过。"))
        SurveyAttempt.objects.create(
            call=call,
            number=number,
            result=attempt.result,
            call_back_at=attempt.call_back_at,
            level=attempt.level,
            is_solved=attempt.is_solved,
            remarks=remarks,
            by=by,
            at=now,
        )
        unreached = CallState.NOT_REACHED if number >= call.survey.rule.most_attempts else CallState.AGAIN
        call.state = ENDS.get(Result(attempt.result), unreached)
        call.save(update_fields=["state"])
        return call


def _locked(call: SurveyCall) -> SurveyCall:
    rows = SurveyCall.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("survey__rule").get(pk=call.pk)


def _checked(attempt: Attempt, now: datetime) -> str:
    """Return the cleaned remarks; raise InvalidInput with every wrong field.

    Values that do not belong to the result are wrong, too, so that none is silently dropped.
    """
    problems = Problems()
    problems.choice("result", attempt.result, Result.values)
    is_reached, is_agreed = attempt.result == Result.REACHED, attempt.result == Result.CALL_BACK
    if is_reached:
        problems.need("level", attempt.level in Level.values, _("请选择满意度。"))
        problems.choice("is_solved", attempt.is_solved, IsSolved.values)
    else:
        unrated = attempt.level is None and not attempt.is_solved
        problems.need("result", unrated, _("没有接通就没有评价；请选择“已接通”，或清空评价。"))
    if is_agreed:
        problems.day("call_back_at", attempt.call_back_at)
        ahead = attempt.call_back_at is not None and attempt.call_back_at > now
        problems.need("call_back_at", ahead, _("请填写以后的时间。"))
    else:
        problems.need("call_back_at", attempt.call_back_at is None, _("只有“约好再打”才填写时间。"))
    remarks = problems.text("remarks", attempt.remarks, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    return remarks


def hand_call(*, call: SurveyCall, to: User, by: User, now: datetime) -> SurveyCall:
    """Give an open call to another evaluator; its attempts stay with it. For supervisors.

    Raises  InvalidInput, NotPermitted, AlreadyDone (the call is over)
    """
    if not by.has_role(Role.SUPERVISOR):
        raise NotPermitted()
    with transaction.atomic():
        call = _locked(call)
        if not call.is_open:
            raise AlreadyDone(_("这个回访已经结束。"))
        if not evaluators().contains(to):
            raise InvalidInput({"to": _("请选择一位测评员。")})
        call.evaluator, call.handed_by, call.handed_at = to, by, now
        call.save(update_fields=["evaluator", "handed_by", "handed_at"])
        return call
