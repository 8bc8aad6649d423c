"""How likely it is that the first proposed department is the right one, in three words a person can act on.

The confidence (petitions/proposals/proposing.py) orders proposals, but is no share of right ones. So it was measured:
5,516 real messages with 7 labels (tipdm_a2.jsonl, which is not shipped), each judged by a model that had learned four
fifths of them (tests/petitions/test_likelihood.py, which repeats it):

    confidence       messages   right
    0.5 and more        4,092    0.977
    0.2 to 0.5            958    0.768
    below 0.2             466    0.547

The words promise a little less than was measured: "likely" at least 19 in 20, "possible" at least 3 in 4. Where the
catalogue speaks too, proposals are better than that (docs/adr/0018). A proposal without a reason has the confidence 0.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from petitions.models import DEFAULT_CONFIDENCE

LIKELY_FROM, POSSIBLE_FROM = DEFAULT_CONFIDENCE, 0.2
# The least share of right first departments that each word promises.
PROMISED = {"likely": 0.95, "possible": 0.75}


class Likelihood(models.TextChoices):
    LIKELY = "likely", _("很可能")
    POSSIBLE = "possible", _("可能")
    UNSURE = "unsure", _("不确定")


def likelihood_of(confidence: float) -> Likelihood:
    """Return the word for a confidence from 0 to 1."""
    if confidence >= LIKELY_FROM:
        return Likelihood.LIKELY
    return Likelihood.POSSIBLE if confidence >= POSSIBLE_FROM else Likelihood.UNSURE
