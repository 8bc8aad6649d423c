"""Rating over HTTP: giving a rating, changing it for 12 hours, and a supervisor's decision on a second low one."""

from collections.abc import Callable
from typing import Any, ClassVar

from accounts.addresses import address_of
from petitions.api import bodies
from petitions.api.verbs import VerbEndpoint, endpoint_of
from petitions.models import Petition, Via
from petitions.ratings.rating import CHANGE_RATING, RATE, Judgement, Origin, change_rating, rate_petition
from petitions.ratings.rectification import JUDGE_RATING, judge_rating
from verbs.refusals import InvalidInput


class RatingEndpoint(VerbEndpoint):
    """Base of the two verbs whose body has a judgement of each department that answered."""

    give: ClassVar[Callable[..., Petition]]

    def act(self, petition: Petition, **values: Any) -> Petition:
        ratings = values["ratings"]
        keys = [rating.pop("assignment") for rating in ratings]
        judgements = {key: Judgement(**rating) for key, rating in zip(keys, ratings, strict=True)}
        try:
            origin = Origin(via=Via.API, address=address_of(self.request))
            return self.give(petition=petition, by=self.user, judgements=judgements, now=self.now, origin=origin)
        except InvalidInput as problem:
            raise InvalidInput(self._by_position(problem.fields, keys)) from problem

    def _by_position(self, fields: dict[str, str], keys: list[int]) -> dict[str, str]:
        """Name the fields as the body does: `17-text`, of assignment 17, becomes `ratings.0.text` if 17 comes first."""
        places = {str(key): place for place, key in enumerate(keys)}
        named = {}
        for name, sentence in fields.items():
            key, _dash, field = name.partition("-")
            named[f"ratings.{places[key]}.{field}" if key in places else name] = sentence
        return named


@endpoint_of(RATE, bodies.RateBody)
class Rate(RatingEndpoint):
    """Rate every department that answered. Level 1 or 2 starts a rectification, or a referral the second time."""

    give = staticmethod(rate_petition)


@endpoint_of(CHANGE_RATING, bodies.RateBody)
class ChangeRating(RatingEndpoint):
    """Change the ratings, within 12 hours. When none is low any more, an unanswered rectification is cancelled."""

    give = staticmethod(change_rating)


@endpoint_of(JUDGE_RATING, bodies.JudgeRatingBody)
class JudgeRating(VerbEndpoint):
    """Decide what follows a second low rating: another rectification, or nothing more."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return judge_rating(petition=petition, by=self.user, now=self.now, **values)
