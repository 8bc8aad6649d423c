"""What is proposed to a dispatcher: departments with the reason, supports, kind and urgency. A person decides.

The routing model ranks the departments by their short names; the petition's region turns a name into the branch, where
the matter is one that branches answer for. Supports are departments that the catalogue names as partners of the
matter and that the text itself speaks for too.
Left out: dispatching by itself (petitions/proposals/auto_dispatch.py), which reads the confidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from departments.models import Department, Level
from departments.routing import Router, Vote
from departments.words import read
from petitions.models import Kind, Petition
from petitions.proposals.learning import current_router
from petitions.proposals.tone import kind_of, urgency_of

SHOWN = 3
# A partner is proposed from this share of the lead's score on; assumption, tried on the seeds.
PARTNER_SHARE = 0.25


@dataclass(frozen=True)
class Advice:
    """What the text alone says; departments by their short names, best first."""

    votes: Sequence[Vote]
    supports: Sequence[str]
    kind: str
    urgency: str

    @property
    def is_joint(self) -> bool:
        """Whether several departments should act together; a question needs one answer."""
        return bool(self.supports) and self.kind != Kind.CONSULT

    @property
    def confidence(self) -> float:
        return confidence_of(self.votes)


@dataclass(frozen=True)
class Proposal:
    """A department of the petition's region, how strongly it is proposed (0 to 1), and why."""

    department: Department
    score: float
    because: Sequence[str]


@dataclass(frozen=True)
class Proposals:
    """What the dispatch page shows: departments best first, and what goes with the first of them."""

    departments: Sequence[Proposal]
    supports: Sequence[Department]
    kind: str
    urgency: str
    is_joint: bool
    confidence: float = 0.0


def advise(router: Router | None, title: str, body: str, most: int = SHOWN) -> Advice:
    """Return what the text alone says. Asks nothing of the database."""
    kind, urgency = kind_of(title, body), urgency_of(title, body)
    ranking = router.rank(read(title, body, router.names), most) if router else None
    if ranking is None or not ranking.votes:
        return Advice([], [], kind, urgency)
    lead = ranking.votes[0]
    partners = dict.fromkeys(name for matter in lead.matters for name in matter.partners)
    least = PARTNER_SHARE * lead.score
    return Advice(ranking.votes, [name for name in partners if ranking.scores.get(name, 0.0) >= least], kind, urgency)


def confidence_of(votes: Sequence[Vote]) -> float:
    """Return how sure the first department is, 0 to 1: how far its score is ahead of the second's.

    The score itself does not say it: whom both voices like best always has 1 (docs/adr/0018).
    """
    first, second = [*(vote.score for vote in votes[:2]), 0.0, 0.0][:2]
    return round(first - second, 3)


def propose(petition: Petition) -> Proposals:
    """Return what is proposed for the petition. Two statements; one more when the routing model is a new one."""
    advice = advise(current_router(), petition.title, petition.body)
    if not advice.votes:
        return Proposals([], [], advice.kind, advice.urgency, is_joint=False)
    units = _departments(petition.region_id, [vote.label for vote in advice.votes] + list(advice.supports))
    departments = [Proposal(unit, vote.score, because(vote)) for vote in advice.votes if (unit := _unit(units, vote))]
    supports = [unit for name in advice.supports if (unit := units.get((name, Level.CITY)))]
    confidence = advice.confidence if _unit(units, advice.votes[0]) else 0.0
    return Proposals(departments, supports, advice.kind, advice.urgency, advice.is_joint, confidence)


def because(vote: Vote) -> list[str]:
    """Return what speaks for the department, as texts for a person."""
    reasons = [_("职责：%(matter)s") % {"matter": vote.matters[0].text}] if vote.matters else []
    if vote.words:
        reasons.append(_("用词：%(words)s") % {"words": "、".join(vote.words)})
    if vote.letters:
        reasons.append(_("办过：%(numbers)s") % {"numbers": "、".join(vote.letters)})
    return reasons


def _departments(region_id: int, names: Sequence[str]) -> Mapping[tuple[str, str], Department]:
    """Return city departments and the region's branches by short name and level; the fallback unit has the name ""."""
    city = Q(level=Level.CITY, short_name__in=names)
    branches = Q(region=region_id) & (Q(short_name__in=names) | Q(is_fallback=True))
    rows = Department.objects.filter(city | branches, is_active=True).select_related("region")
    units = {(unit.short_name, unit.level): unit for unit in rows}
    return units | {("", unit.level): unit for unit in rows if unit.is_fallback and unit.region_id == region_id}


def _unit(units: Mapping[tuple[str, str], Department], vote: Vote) -> Department | None:
    """Return who answers for the vote's matter in the region: its branch or fallback unit, else the city department."""
    city = units.get((vote.label, Level.CITY))
    if not vote.matters or vote.matters[0].level == Level.CITY or ("", Level.CITY) in units:
        return city
    return units.get((vote.label, Level.DISTRICT)) or units.get(("", Level.DISTRICT)) or city
