"""Saved filters (常用筛选): the conditions of a list, saved under a name.

A filter is kept as a query string. The page of the list passes the `parameters` that its query may have.
"""

from collections.abc import Collection

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from petitions.models import SavedFilter, SavedPage
from verbs.inputs import Problems
from verbs.refusals import NotPermitted
from verbs.texts import cleaned

NAME_MAX, QUERY_MAX = 20, 500
MOST = 20  # saved filters of one person for one list; more would be no short cut any more (assumption)


def known_part(query: str, parameters: Collection[str]) -> str:
    """Return the query string with only those of the parameters that it has and that are not empty, sorted by name."""
    given = QueryDict(query)
    kept = QueryDict(mutable=True)
    for name in sorted(parameters):
        value = cleaned(given.get(name, ""))
        if value:
            kept[name] = value
    return kept.urlencode()


def save_filter(
    *, by: User, page: str, query: str, parameters: Collection[str], name: str, is_shared: bool = False
) -> SavedFilter:
    """Save a list's query under a name. If the person has that name already, the new query replaces the old one.

    parameters  those that a query of the page may have
    is_shared   whether the person's department sees the filter
    Raises  InvalidInput
    """
    problems = Problems()
    problems.choice("page", page, SavedPage.values)
    name = problems.text("name", name, most=NAME_MAX)
    kept = known_part(query, parameters)
    problems.need("name", bool(kept), _("没有可以保存的筛选条件。"))
    problems.need("name", len(kept) <= QUERY_MAX, _("筛选条件太长，不能保存。"))
    problems.raise_if_any()
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one save at a time, since the filters are counted
        others = SavedFilter.objects.filter(owner=by, page=page).exclude(name=name)
        problems.need("name", others.count() < MOST, _("最多保存%(most)d个，请先删除不用的。") % {"most": MOST})
        problems.raise_if_any()
        values = {"query": kept, "is_shared": is_shared}
        return SavedFilter.objects.update_or_create(owner=by, page=page, name=name, defaults=values)[0]


def change_filter(*, saved: SavedFilter, by: User, name: str, is_shared: bool) -> SavedFilter:
    """Give the filter a name, and say whether the person's department sees it.

    Raises  InvalidInput, NotPermitted (the filter is somebody else's)
    """
    if saved.owner_id != by.pk:
        raise NotPermitted()
    problems = Problems()
    name = problems.text("name", name, most=NAME_MAX)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        same = SavedFilter.objects.filter(owner=by, page=saved.page, name=name).exclude(pk=saved.pk)
        problems.need("name", not same.exists(), _("已经有一个同名的筛选。"))
        problems.raise_if_any()
        saved.name, saved.is_shared = name, is_shared
        saved.save(update_fields=["name", "is_shared"])
    return saved


def drop_filter(*, saved: SavedFilter, by: User) -> None:
    """Delete the filter. Safe to repeat.

    Raises  NotPermitted (the filter is somebody else's)
    """
    if saved.owner_id != by.pk:
        raise NotPermitted()
    SavedFilter.objects.filter(pk=saved.pk).delete()
