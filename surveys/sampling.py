"""Drawing a month's sample: stratified, random, and repeatable by anybody who has the month's facts, rule and seed.

The frame, from which the sample is drawn, holds the leads' facts of the month that ended rated or lapsed, and of each
petition only its last cycle. A stratum is department × how the enterprise's own judgement ended: low (1–2), fair (3–5),
lapsed. Low ratings are apart because they are few and say most. The levels 3 to 5 are together because the satisfaction
rate counts them together. Within a stratum the facts with the lowest sha256(seed:number) are drawn.
Source: docs/adr/0022-survey-sampling.md.
"""

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import cycle

from django.db import IntegrityError, transaction
from django.db.models import CharField, F, Func, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from petitions.models import LOW_LEVELS, Part
from scores.models import CycleFact, Ending
from scores.scorecard import shifted
from surveys.allocation import allocate
from surveys.models import SampleRule, Stratum, Survey, SurveyCall
from surveys.queries import evaluators
from verbs.dates import is_known
from verbs.inputs import Problems
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

SEED_MAX = 40
# How long after the month's end its sample may be drawn: ratings of the last evening are locked, and become facts, 12
# hours later (petitions/ratings/rating.py).
READY_AFTER = timedelta(days=1)

Layer = tuple[int, str]  # a department's key and a Stratum


def draw_sample(*, month: date, by: User, now: datetime, seed: str = "") -> Survey:
    """Draw a month's sample and hand its calls to the evaluators in turn, in the order of the sample.

    A month has one sample: of two people who draw at once, one succeeds and the other gets AlreadyDone. Facts that come
    into the month later are in no sample.
    month   its first day; the month must have been over for a day
    seed    any text up to 40 characters; for "" a random one is made from the system's source of randomness
    Raises  NotPermitted, InvalidInput (month, seed), AlreadyDone
    Source  docs/adr/0022-survey-sampling.md
    """
    if not by.has_role(Role.SUPERVISOR, Role.SYSTEM):
        raise NotPermitted()
    problems = Problems()
    problems.day("month", month)
    is_over = is_known(month) and month.day == 1 and now >= ready_at(month)
    problems.need("month", is_over, _("这个月的评价要到次月2日才全部锁定。"))
    seed = problems.text("seed", seed, least=0, most=SEED_MAX) or secrets.token_hex(8)
    problems.raise_if_any()
    try:
        with transaction.atomic():
            return _drawn(month, by, now, seed)
    except IntegrityError as conflict:
        if "surveys_survey_pkey" not in str(conflict):
            raise
        raise AlreadyDone(_("这个月已经抽过样。")) from conflict


def draw_due_sample(*, now: datetime) -> int:
    """Draw the sample of the month before, as the system, when it can be drawn and has not been drawn yet.

    Safe to repeat and to run twice at once.
    Returns the number of calls; 0 when no sample was drawn
    """
    month = shifted(timezone.localdate(now), -1)
    if now < ready_at(month) or Survey.objects.filter(pk=month).exists() or not frame(month).exists():
        return 0
    try:
        return draw_sample(month=month, by=User.objects.system(), now=now).calls.count()
    except AlreadyDone:  # somebody else drew it a moment ago
        return 0


def ready_at(month: date) -> datetime:
    """Return the moment from which on a month's sample may be drawn."""
    return timezone.make_aware(datetime.combine(shifted(month, 1), time())) + READY_AFTER


def frame(month: date) -> QuerySet[CycleFact]:
    """Return the facts that a month's sample is drawn from: the leads', rated or lapsed, the last of each petition."""
    facts = CycleFact.objects.filter(month=month, part=Part.LEAD, ending__in=(Ending.RATED, Ending.LAPSED))
    last = facts.order_by("petition_key", "-cycle").distinct("petition_key")
    return CycleFact.objects.filter(pk__in=last.values("pk"))


class _Digest(Func):
    """The sha256 of a text in UTF-8, in hexadecimal, by PostgreSQL's own function: no extension is needed."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = CharField()


def in_order(month: date, seed: str) -> QuerySet[CycleFact]:
    """Return the facts of the frame in the order in which they are drawn: by sha256(seed:number)."""
    return frame(month).order_by(_Digest(Concat(Value(f"{seed}:"), F("number"))))


def layer_of(fact: CycleFact) -> Layer:
    """Return the department and stratum that a fact of the frame belongs to."""
    if fact.ending == Ending.LAPSED:
        return fact.department_id, Stratum.LAPSED
    return fact.department_id, Stratum.LOW if fact.level in LOW_LEVELS else Stratum.FAIR


def sizes(population: Mapping[Layer, int], rule: SampleRule) -> dict[Layer, int]:
    """Return how many facts to draw of each layer, in the order of departments and strata.

    population  how many facts each layer holds
    """
    layers = sorted(population)
    held = [population[layer] for layer in layers]
    drawn = allocate(held, share_percent=rule.share_percent, least=rule.least_per_stratum, most=rule.most)
    return dict(zip(layers, drawn, strict=True))


def _drawn(month: date, by: User, now: datetime, seed: str) -> Survey:
    facts = list(in_order(month, seed))
    if not facts:
        raise InvalidInput({"month": _("这个月没有可以抽样的诉求。")})
    rule = SampleRule.objects.filter(valid_from__lte=month).first()
    if rule is None:
        raise InvalidInput({"month": _("这个月没有抽样规则，请系统管理员录入。")})
    population = Counter(layer_of(fact) for fact in facts)
    drawn = sizes(population, rule)
    survey = Survey.objects.create(
        month=month,
        seed=seed,
        rule=rule,
        drawn_at=now,
        drawn_by=by,
        population=len(facts),
        strata=[
            {"department": layer[0], "stratum": layer[1], "population": population[layer], "drawn": number}
            for layer, number in drawn.items()
        ],
    )
    people = cycle(list(evaluators()) or [None])
    SurveyCall.objects.bulk_create(
        SurveyCall(
            survey=survey,
            place=place,
            fact=fact,
            petition_id=fact.petition_key,
            stratum=layer_of(fact)[1],
            evaluator=person,
        )
        for place, (fact, person) in enumerate(zip(_chosen(facts, drawn), people, strict=False), start=1)
    )
    return survey


def _chosen(facts: Sequence[CycleFact], wanted: dict[Layer, int]) -> Iterator[CycleFact]:
    """Yield the facts that are drawn, in the order of `facts`: of each layer the first ones, as many as are wanted."""
    taken: Counter[Layer] = Counter()
    for fact in facts:
        layer = layer_of(fact)
        if taken[layer] < wanted[layer]:
            taken[layer] += 1
            yield fact
