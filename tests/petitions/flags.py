"""What makes integrity flags, and looking for them."""

from petitions.following_up import withdraw_petition
from petitions.models import IntegrityFlag, Petition
from petitions.ratings.rating import Origin, rate_petition
from petitions.supervision.flags import judge_flag, raise_flags
from tests.cast import Stage
from tests.petitions.verbs import CALLS


def withdrawn_after_contact(stage: Stage) -> Petition:
    petition = CALLS["contact"](stage, stage.checked_in(), stage.cast.zhou, stage.tick())
    return withdraw_petition(petition=petition, by=stage.cast.lin, reason="问题已经解决", now=stage.tick())


def flagged(stage: Stage) -> list[tuple[str, str]]:
    """Look for flags and return all there are, as (kind, department's code)."""
    raise_flags(now=stage.now)
    return list(IntegrityFlag.objects.order_by("kind", "department").values_list("kind", "department__code"))


def rated_from(stage: Stage, petition: Petition, address: str | None) -> Petition:
    judgements, origin = stage.judgements(petition), Origin(address=address)
    return rate_petition(petition=petition, by=stage.cast.lin, judgements=judgements, now=stage.tick(), origin=origin)


def judged(stage: Stage, flag: IntegrityFlag, outcome: str = "dismissed") -> IntegrityFlag:
    return judge_flag(flag=flag, by=stage.cast.chen, outcome=outcome, why="已电话核实企业意愿", now=stage.tick())
