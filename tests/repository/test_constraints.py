"""Every constraint that somebody who fills in a form can meet has a sentence, and the field beside which it stands."""

from django.contrib import admin
from django.db import models

from enterprises.models import Occasion
from notices.models import Notice
from verbs.constraints import says

# Nobody adds or changes one in the admin.
READ_ONLY = {Notice}
FILLED_IN_ON_PAGES = {Occasion}


def filled_in() -> set[type[models.Model]]:
    """The tables with a form of the admin, with the tables below it on the same page, and those with a page's form."""
    of_ours = {model: one for model, one in admin.site._registry.items() if one.__module__.split(".")[1:] == ["admin"]}
    below = {inline.model for one in of_ours.values() for inline in one.inlines}
    ours = {model for model in (*of_ours, *below) if model._meta.app_label not in ("axes", "knox")}
    return (ours | FILLED_IN_ON_PAGES) - READ_ONLY


def test_every_constraint_says_what_it_refuses() -> None:
    constraints = [(model, one) for model in filled_in() for one in model._meta.constraints]
    assert len(constraints) > 25
    for model, one in constraints:
        assert says(one), f"{one.name} has no sentence"
        sentence = str(one.violation_error_message)
        assert one.name not in sentence
        assert sentence.endswith("。")
        model._meta.get_field(getattr(one, "beside", ""))
