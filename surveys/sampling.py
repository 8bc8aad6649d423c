"""Drawing a month's sample: stratified, random, and repeatable by anybody who has the month's facts and the seed.

The frame is the lead's facts of the month that ended rated or lapsed, one for each petition (its last cycle of the
month). A stratum is department × how the enterprise's own judgement ended: low (1–2), fair (3–5), lapsed. Low ones are
apart because they are few and say most; 3 to 5 together because the satisfaction rate counts them together.
Within a stratum the first ones by sha256(seed:number) are drawn. Source: docs/adr/0022-survey-sampling.md.
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
from verbs.inputs import Problems
from verbs.refusals import AlreadyDone, InvalidInput, NotPermitted

SEED_MAX = 40
# Ratings of a month's last evening are locked, and become facts, 12 hours later (petitions/ratings/rating.py).
READY_AFTER = timedelta(days=1)

Layer = tuple[int, str]  # a department's key and a Stratum


def draw_sample(*, month: date, by: User, now: datetime, seed: str = "") -> Survey:
    """Draw a month's sample and hand its calls to the evaluators in turn, in the order of the sample.

    Once for each month: of two at the same moment one wins, and the other is told so. Facts that come into the month
    later are in no sample.
    month   its first day; the month and a day more are over
    seed    any text up to 40 characters; made up, from the system's source of randomness, when none is given
    Raises  NotPermitted, InvalidInput (month, seed), AlreadyDone
    Source  docs/adr/0022-survey-sampling.md
    """
    if not by.has_role(Role.SUPERVISOR, Role.SYSTEM):
        raise NotPermitted()
    problems = Problems()
    problems.need("month", month.day == 1 and now >= ready_at(month), _("这个月的评价要到次月2日才全部锁定。"))
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
    """Draw the sample of the month before, as the system, when it can be drawn and has not been.

    Safe to repeat and to run twice at once. Returns the number of calls, 0 when there was nothing to draw
    """
    month = shifted(timezone.localdate(now), -1)
    if now < ready_at(month) or Survey.objects.filter(pk=month).exists() or not frame(month).exists():
        return 0
    try:
        return draw_sample(month=month, by=User.objects.system(), now=now).calls.count()
    except AlreadyDone:  # by somebody else, a moment ago
        return 0


def ready_at(month: date) -> datetime:
    """Return from when on a month's sample may be drawn."""
    return timezone.make_aware(datetime.combine(shifted(month, 1), time())) + READY_AFTER


def frame(month: date) -> QuerySet[CycleFact]:
    """Return the facts a month's sample is drawn from: the lead's, rated or lapsed, the last of each petition."""
    facts = CycleFact.objects.filter(month=month, part=Part.LEAD, ending__in=(Ending.RATED, Ending.LAPSED))
    last = facts.order_by("petition_key", "-cycle").distinct("petition_key")
    return CycleFact.objects.filter(pk__in=last.values("pk"))


class _Digest(Func):
    """sha256 of a text in UTF-8, in hexadecimal; PostgreSQL's own, without an extension."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = CharField()


def in_order(month: date, seed: str) -> QuerySet[CycleFact]:
    """Return the frame in the order in which it is drawn from."""
    return frame(month).order_by(_Digest(Concat(Value(f"{seed}:"), F("number"))))


def layer_of(fact: CycleFact) -> Layer:
    """Return the stratum that a fact of the frame belongs to."""
    if fact.ending == Ending.LAPSED:
        return fact.department_id, Stratum.LAPSED
    return fact.department_id, Stratum.LOW if fact.level in LOW_LEVELS else Stratum.FAIR


def sizes(population: Mapping[Layer, int], rule: SampleRule) -> dict[Layer, int]:
    """Return how many to draw of each stratum, in the order of departments and strata; given how many each holds."""
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
    """Yield the first facts of each stratum, in the order of all."""
    taken: Counter[Layer] = Counter()
    for fact in facts:
        layer = layer_of(fact)
        if taken[layer] < wanted[layer]:
            taken[layer] += 1
            yield fact
