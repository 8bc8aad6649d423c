"""Filters that people keep for a list. What a query may hold is known where the list is read: `parameters`."""

from collections.abc import Collection

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from petitions.models import SavedFilter, SavedPage
from verbs.inputs import Problems
from verbs.refusals import NotPermitted

NAME_MAX, QUERY_MAX = 20, 500
MOST = 20  # a person's filters of one list: more is no short cut any more (assumption)


def known_part(query: str, parameters: Collection[str]) -> str:
    """Return the query with nothing but known parameters that say something, in the order of their names."""
    given = QueryDict(query)
    kept = QueryDict(mutable=True)
    for name in sorted(parameters):
        value = given.get(name, "").replace("\x00", "").strip()
        if value:
            kept[name] = value
    return kept.urlencode()


def save_filter(
    *, by: User, page: str, query: str, parameters: Collection[str], name: str, is_shared: bool = False
) -> SavedFilter:
    """Keep the query under a name; the same name again takes the new query.

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
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # one after the other: they are counted
        others = SavedFilter.objects.filter(owner=by, page=page).exclude(name=name)
        problems.need("name", others.count() < MOST, _("最多保存%(most)d个，请先删除不用的。") % {"most": MOST})
        problems.raise_if_any()
        values = {"query": kept, "is_shared": is_shared}
        return SavedFilter.objects.update_or_create(owner=by, page=page, name=name, defaults=values)[0]


def change_filter(*, saved: SavedFilter, by: User, name: str, is_shared: bool) -> SavedFilter:
    """Give the filter another name, show it to the department or not.

    Raises  InvalidInput, NotPermitted (somebody else's)
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
    """Forget the filter. Safe to repeat.

    Raises  NotPermitted (somebody else's)
    """
    if saved.owner_id != by.pk:
        raise NotPermitted()
    SavedFilter.objects.filter(pk=saved.pk).delete()
