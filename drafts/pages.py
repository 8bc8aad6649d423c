"""What ui/static/forms.js asks for: the draft of a form, keeping one, dropping one. Always the reader's own.

Answers are JSON. `form` is the address to which the form is sent.
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from accounts.requests import signed_in
from drafts.keeping import draft_of, drop_draft, keep_draft
from verbs.dates import moment_in_words, read_moment
from verbs.refusals import InvalidInput


class Drafts(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the draft: `typed`, `saved_at`, `when` in words; 204 where there is none."""
        draft = draft_of(request.GET.get("form", ""), signed_in(request).user)
        if draft is None:
            return HttpResponse(status=204, headers={"Cache-Control": "no-store"})
        when = moment_in_words(draft.saved_at, timezone.now())
        said = {"typed": draft.typed, "saved_at": draft.saved_at.isoformat(), "when": when}
        return JsonResponse(said, headers={"Cache-Control": "no-store"})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep a draft: `form`, `typed` (JSON, pairs of name and value), `seen` (the `saved_at` that was seen last)."""
        try:
            seen = request.POST.get("seen")
            kept = keep_draft(
                form=request.POST.get("form", ""),
                typed=_pairs(request.POST.get("typed", "")),
                by=signed_in(request).user,
                now=timezone.now(),
                seen=read_moment(seen) if seen else None,
            )
        except RecursionError:  # brackets in brackets, thousands deep
            return JsonResponse({"sentence": _("草稿的格式不对。")}, status=400)
        except (InvalidInput, ValueError) as problem:
            return JsonResponse({"sentence": str(problem)}, status=400)
        return JsonResponse({"saved_at": kept.saved_at.isoformat(), "took_place": kept.took_place})


class DropDraft(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        drop_draft(form=request.POST.get("form", ""), by=signed_in(request).user)
        return HttpResponse(status=204)


def _pairs(text: str) -> list[tuple[str, str]]:
    read: Any = json.loads(text)
    if isinstance(read, list) and all(_is_pair(one) for one in read):
        return [(name, value) for name, value in read]
    raise ValueError(_("草稿的格式不对。"))


def _is_pair(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one)
