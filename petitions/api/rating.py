"""Rating over HTTP: giving it, changing it for a while, and what a supervisor does with a second low one."""

from collections.abc import Callable
from typing import Any, ClassVar

from accounts.addresses import address_of
from petitions.api import bodies
from petitions.api.verbs import VerbEndpoint, verb
from petitions.models import Petition, Via
from petitions.ratings.rating import Judgement, Origin, change_rating, rate_petition
from petitions.ratings.rectification import judge_rating
from verbs.refusals import InvalidInput


class RatingEndpoint(VerbEndpoint):
    """Base of the two verbs that carry a judgement of each department."""

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
        """Name the fields as the caller knows them: `17-text` becomes `ratings.0.text`."""
        places = {str(key): place for place, key in enumerate(keys)}
        named = {}
        for name, sentence in fields.items():
            key, _dash, field = name.partition("-")
            named[f"ratings.{places[key]}.{field}" if key in places else name] = sentence
        return named


@verb("rate", bodies.RateBody)
class Rate(RatingEndpoint):
    """Rate every department that answered in this cycle, in one step. Levels 1 and 2 start a rectification."""

    give = staticmethod(rate_petition)


@verb("change_rating", bodies.RateBody)
class ChangeRating(RatingEndpoint):
    """Rate the same cycle otherwise, within 12 hours. A rectification without an answer ends when it is low no more."""

    give = staticmethod(change_rating)


@verb("judge_rating", bodies.JudgeRatingBody)
class JudgeRating(VerbEndpoint):
    """Decide what follows a second low rating: it is put right once more, or left at that."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return judge_rating(petition=petition, by=self.user, now=self.now, **values)
