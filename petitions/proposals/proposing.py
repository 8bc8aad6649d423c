"""What is proposed to a dispatcher: departments with the reason, supports, kind and urgency. A person decides.

The routing model ranks short names of departments. A name means the city department or, for a matter of district
level, the branch in the petition's region. Supports are departments that the catalogue names as partners for the matter
and for which the text itself speaks too.
Left out: automatic dispatch (petitions/proposals/auto_dispatch.py), which uses these proposals and their confidence.
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
from petitions.proposals.likelihood import Likelihood, likelihood_of
from petitions.proposals.tone import kind_of, urgency_of

SHOWN = 3
# A partner is proposed as a support if its score is at least this share of the lead's (assumption, tried on the seeds).
PARTNER_SHARE = 0.25


@dataclass(frozen=True)
class Advice:
    """What the text alone speaks for, in whichever region. Departments are given by short names, best first."""

    votes: Sequence[Vote]
    supports: Sequence[str]
    kind: str
    urgency: str

    @property
    def is_joint(self) -> bool:
        """Whether several departments should act together. A question (咨询) never needs more than one."""
        return bool(self.supports) and self.kind != Kind.CONSULT

    @property
    def confidence(self) -> float:
        return confidence_of(self.votes)


@dataclass(frozen=True)
class Proposal:
    """A department that may handle the petition, how strongly it is proposed (0 to 1), and why."""

    department: Department
    score: float
    because: Sequence[str]


@dataclass(frozen=True)
class Proposals:
    """What the dispatch page shows: departments, best first; supports for the first of them; kind and urgency.

    confidence  how sure the first department is, 0 to 1; `likelihood` says it in words
    unlike      which of `kind` and `urgency` the petition has otherwise; a person chose them, no proposal changes them
    """

    departments: Sequence[Proposal]
    supports: Sequence[Department]
    kind: str
    urgency: str
    is_joint: bool
    confidence: float = 0.0
    unlike: Sequence[str] = ()

    @property
    def likelihood(self) -> Likelihood:
        return likelihood_of(self.confidence)


def advise(router: Router | None, title: str, body: str, most: int = SHOWN) -> Advice:
    """Return what the title and body alone propose: departments, best first; supports; kind and urgency. No statement.

    router  None before a model was learned: then only kind and urgency are proposed
    most    at most so many departments; supports are not counted
    """
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

    The score alone does not tell: a department that both voices of the router rank first always has 1 (docs/adr/0018).
    A department for which nothing but common words speaks has 0.
    """
    if not votes or not because(votes[0]):
        return 0.0
    first, second = [*(vote.score for vote in votes[:2]), 0.0, 0.0][:2]
    return round(first - second, 3)


def propose(petition: Petition) -> Proposals:
    """Return what is proposed for the petition. Two statements at most; one more when the routing model is new."""
    advice = advise(current_router(), petition.title, petition.body)
    unlike = [name for name in ("kind", "urgency") if getattr(advice, name) != getattr(petition, name)]
    if not advice.votes:
        return Proposals([], [], advice.kind, advice.urgency, is_joint=False, unlike=unlike)
    units = _departments(petition.region_id, [vote.label for vote in advice.votes] + list(advice.supports))
    departments = [Proposal(unit, vote.score, because(vote)) for vote in advice.votes if (unit := _unit(units, vote))]
    supports = [unit for name in advice.supports if (unit := units.get((name, Level.CITY)))]
    confidence = advice.confidence if _unit(units, advice.votes[0]) else 0.0
    return Proposals(departments, supports, advice.kind, advice.urgency, advice.is_joint, confidence, unlike)


def because(vote: Vote) -> list[str]:
    """Return what speaks for the department, in words for a person: its matter, telling words, past petitions."""
    reasons = [_("职责：%(matter)s") % {"matter": vote.matters[0].text}] if vote.matters else []
    if vote.words:
        reasons.append(_("用词：%(words)s") % {"words": "、".join(vote.words)})
    if vote.letters:
        reasons.append(_("办过：%(numbers)s") % {"numbers": "、".join(vote.letters)})
    return reasons


def _departments(region_id: int, names: Sequence[str]) -> Mapping[tuple[str, str], Department]:
    """Return by (short name, level) the departments with these names: the city's, and those of the region.

    The region's fallback unit is there too, under the name "".
    """
    city = Q(level=Level.CITY, short_name__in=names)
    branches = Q(region=region_id) & (Q(short_name__in=names) | Q(is_fallback=True))
    rows = Department.objects.filter(city | branches, is_active=True).select_related("region")
    units = {(unit.short_name, unit.level): unit for unit in rows}
    return units | {("", unit.level): unit for unit in rows if unit.is_fallback and unit.region_id == region_id}


def _unit(units: Mapping[tuple[str, str], Department], vote: Vote) -> Department | None:
    """Return the department that answers for the vote's matter in the region.

    For a matter of district level it is the branch, else the region's fallback unit, else the city department. For
    every other vote, and for a petition from the city's own region, it is the city department.
    """
    city = units.get((vote.label, Level.CITY))
    if not vote.matters or vote.matters[0].level == Level.CITY or ("", Level.CITY) in units:
        return city
    return units.get((vote.label, Level.DISTRICT)) or units.get(("", Level.DISTRICT)) or city
