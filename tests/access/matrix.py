"""Who gets what from every route: one row for a route and a method, one column for a person. Written by hand, read by
test_access.py, which tries every cell.

200, 201 done · 302 done, or sent back to the petition's page · in: to the sign-in page · 401 the same of the API
403 not this person's step · 404 nothing this person may know of · 405 no such method · 400, 422 not their enterprise
`200/404`: the second one is for a confidential petition; where there is one status, it holds for both.
The petition and the stages are described in world.py; a row with the stage - is about no petition.
"""

from tests.access.matrix_figures import TABLE as FIGURES
from tests.access.matrix_inside import TABLE as INSIDE
from tests.access.matrix_intake import TABLE as INTAKE
from tests.access.matrix_joining import TABLE as JOINING
from tests.access.matrix_joint import TABLE as JOINT
from tests.access.matrix_limits import TABLE as LIMITS
from tests.access.matrix_rating import TABLE as RATING
from tests.access.matrix_scores import TABLE as SCORES
from tests.access.matrix_survey import TABLE as SURVEY

TABLE = """
route                         stage   |lin  mal  qia  qiu  sun  zho  wu   zhe  fen  che  chu  wei     sys  sec  aud  ano
home                     GET  -       |302  302  302  302  302  302  302  302  302  302  302  302     302  302  200  in
home                     POST -       |302  302  302  302  302  302  302  302  302  302  302  302     302  302  200  401
healthz                  GET  -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  200
healthz                  POST -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  200
petitions:mine           GET  -       |200  200  200  200  403  403  403  403  403  403  403  403     403  403  403  in
petitions:mine           POST -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
petitions:report         GET  -       |200  200  200  200  403  403  403  403  403  403  403  403     403  403  403  in
petitions:report         POST -       |302  422  302  302  403  403  403  403  403  403  403  403     403  403  403  401
petitions:already_asked  GET  -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  in
petitions:already_asked  POST -       |200  200  200  200  403  403  403  403  403  403  403  403     403  403  403  401
petitions:to_dispatch    GET  -       |403  403  403  403  200  403  403  403  403  403  403  403     403  403  403  in
petitions:to_dispatch    POST -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
petitions:auto_dispatched GET -      |403  403  403  403  200  403  403  403  403  403  403  403     403  403  403  in
petitions:auto_dispatched POST -     |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
petitions:queue          GET  -       |403  403  403  403  403  200  200  200  200  403  403  403     403  403  403  in
petitions:queue          POST -       |403  403  403  403  403  405  405  405  405  403  403  403     403  403  403  401
notices:inbox        GET  -      |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  in
notices:inbox        POST -      |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
notices:read_all   GET  -      |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  in
notices:read_all   POST -      |302  302  302  302  302  302  302  302  302  302  302  302     302  302  302  401
notices:read    GET  -      |302  404  404  404  404  404  404  404  404  404  404  404     404  404  404  in
notices:read    POST -      |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
notices:channels       GET  -      |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  in
notices:channels       POST -      |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
notices:choose_channel GET  -      |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  in
notices:choose_channel POST -      |422  422  422  422  422  422  422  422  422  422  422  422     422  422  422  401
notices:drop_channel   GET  -      |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  in
notices:drop_channel   POST -      |302  302  302  302  302  302  302  302  302  302  302  302     302  302  302  401
petitions:list           GET  -       |403  403  403  403  200  200  200  200  200  200  403  200     403  403  403  in
petitions:list           POST -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
petitions:show           GET  assigned|200  404  200  404  200  200  200  200  404  200  404  200/404 404  404  404  in
petitions:show           POST assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
petitions:supplement     GET  assigned|200  404  200  404  200  302  302  302  404  302  404  302/404 404  404  404  in
petitions:supplement     POST assigned|302  404  302  404  302  403  403  403  404  403  404  403/404 404  404  404  401
petitions:urge           GET  assigned|200  404  200  404  302  302  302  302  404  302  404  302/404 404  404  404  in
petitions:urge           POST assigned|302  404  302  404  403  403  403  403  404  403  404  403/404 404  404  404  401
petitions:withdraw       GET  assigned|200  404  200  404  302  302  302  302  404  302  404  302/404 404  404  404  in
petitions:withdraw       POST assigned|302  404  302  404  403  403  403  403  404  403  404  403/404 404  404  404  401
petitions:reopen         GET  resolved|200  404  302  404  302  302  302  302  404  200  404  302/404 404  404  404  in
petitions:reopen         POST resolved|302  404  403  404  403  403  403  403  404  302  404  403/404 404  404  404  401
petitions:rate           GET  resolved|200  404  302  404  302  302  302  302  404  302  404  302/404 404  404  404  in
petitions:rate           POST resolved|302  404  403  404  403  403  403  403  404  403  404  403/404 404  404  404  401
petitions:dispatch       GET  reported|302  404  302  404  200  404  404  404  404  302  404  302/404 404  404  404  in
petitions:dispatch       POST reported|403  404  403  404  302  404  404  404  404  403  404  403/404 404  404  404  401
petitions:undo_dispatch  GET  assigned|302  404  302  404  200  302  302  302  404  302  404  302/404 404  404  404  in
petitions:undo_dispatch  POST assigned|403  404  403  404  302  403  403  403  404  403  404  403/404 404  404  404  401
petitions:escalate_up    GET  reported|302  404  302  404  302  404  404  404  404  302  404  302/404 404  404  404  in
petitions:escalate_up    POST reported|403  404  403  404  403  404  404  404  404  403  404  403/404 404  404  404  401
petitions:delegate_down  GET  reported|302  404  302  404  200  404  404  404  404  302  404  302/404 404  404  404  in
petitions:delegate_down  POST reported|403  404  403  404  302  404  404  404  404  403  404  403/404 404  404  404  401
petitions:propose_lead   GET  reported|403  403  403  403  200  403  403  403  403  403  403  403     403  403  403  in
petitions:propose_lead   POST reported|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
petitions:check_in       GET  assigned|302  404  302  404  302  200  200  200  404  302  404  302/404 404  404  404  in
petitions:check_in       POST assigned|403  404  403  404  403  302  302  302  404  403  404  403/404 404  404  404  401
petitions:contact        GET  working |302  404  302  404  302  200  200  200  404  302  404  302/404 404  404  404  in
petitions:contact        POST working |403  404  403  404  403  302  302  302  404  403  404  403/404 404  404  404  401
petitions:progress       GET  working |302  404  302  404  302  200  200  200  404  302  404  302/404 404  404  404  in
petitions:progress       POST working |403  404  403  404  403  302  302  302  404  403  404  403/404 404  404  404  401
petitions:answer_support GET  working |302  404  302  404  302  302  302  200  404  302  404  302/404 404  404  404  in
petitions:answer_support POST working |403  404  403  404  403  403  403  302  404  403  404  403/404 404  404  404  401
petitions:resolve        GET  answered|302  404  302  404  302  200  200  302  404  302  404  302/404 404  404  404  in
petitions:resolve        POST answered|403  404  403  404  403  302  302  403  404  403  404  403/404 404  404  404  401
api:petitions            GET  -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  401
api:petitions            POST -       |201  400  201  201  201  403  403  403  403  403  403  403     403  403  403  401
api:petition             GET  assigned|200  404  200  404  200  200  200  200  404  200  404  200/404 404  404  404  401
api:petition             POST assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:events               GET  assigned|200  404  200  404  200  200  200  200  404  200  404  200/404 404  404  404  401
api:events               POST assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:proposals            GET  reported|403  404  403  404  200  404  404  404  404  403  404  403/404 404  404  404  401
api:proposals            POST reported|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:similar              GET  assigned|403  404  403  404  200  403  403  403  404  200  404  403/404 404  404  404  401
api:similar              POST assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:attachment           GET  assigned|200  404  200  404  200  200  200  200  404  200  404  200/404 404  404  404  401
api:attachment           POST assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:dispatch             GET  reported|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:dispatch             POST reported|403  404  403  404  200  404  404  404  404  403  404  403/404 404  404  404  401
api:undo_dispatch        GET  assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:undo_dispatch        POST assigned|403  404  403  404  200  403  403  403  404  403  404  403/404 404  404  404  401
api:escalate_up          GET  reported|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:escalate_up          POST reported|403  404  403  404  403  404  404  404  404  403  404  403/404 404  404  404  401
api:delegate_down        GET  reported|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:delegate_down        POST reported|403  404  403  404  200  404  404  404  404  403  404  403/404 404  404  404  401
api:check_in             GET  assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:check_in             POST assigned|403  404  403  404  403  200  200  200  404  403  404  403/404 404  404  404  401
api:contact              GET  working |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:contact              POST working |403  404  403  404  403  200  200  200  404  403  404  403/404 404  404  404  401
api:progress             GET  working |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:progress             POST working |403  404  403  404  403  200  200  200  404  403  404  403/404 404  404  404  401
api:answer_support       GET  working |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:answer_support       POST working |403  404  403  404  403  403  403  200  404  403  404  403/404 404  404  404  401
api:resolve              GET  answered|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:resolve              POST answered|403  404  403  404  403  200  200  403  404  403  404  403/404 404  404  404  401
api:rate                 GET  resolved|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:rate                 POST resolved|200  404  403  404  403  403  403  403  404  403  404  403/404 404  404  404  401
api:reopen               GET  resolved|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:reopen               POST resolved|200  404  403  404  403  403  403  403  404  200  404  403/404 404  404  404  401
api:withdraw             GET  assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:withdraw             POST assigned|200  404  200  404  403  403  403  403  404  403  404  403/404 404  404  404  401
api:supplement           GET  assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:supplement           POST assigned|200  404  200  404  200  403  403  403  404  403  404  403/404 404  404  404  401
api:urge                 GET  assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:urge                 POST assigned|200  404  200  404  403  403  403  403  404  403  404  403/404 404  404  404  401
api:categories           GET  -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  401
api:categories           POST -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:departments          GET  -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  401
api:departments          POST -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:regions              GET  -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  401
api:regions              POST -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:enterprises          GET  -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  401
api:enterprises          POST -       |403  403  403  403  201  403  403  403  403  403  403  403     403  403  403  401
api:me                   GET  -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  401
api:me                   POST -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
api:token                GET  -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  405
api:token                POST -       |400  400  400  400  400  400  400  400  400  400  400  400     400  400  400  400
api:revoke_token         GET  -       |401  401  401  401  401  401  401  401  401  401  401  401     401  401  401  401
api:revoke_token         POST -       |401  401  401  401  401  401  401  401  401  401  401  401     401  401  401  401
api:schema               GET  -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  200
api:schema               POST -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  405
api:docs                 GET  -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  200
api:docs                 POST -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  405
api:no_such_endpoint     GET  -       |404  404  404  404  404  404  404  404  404  404  404  404     404  404  404  404
api:no_such_endpoint     POST -       |404  404  404  404  404  404  404  404  404  404  404  404     404  404  404  404
accounts:sign_in         GET  -       |302  302  302  302  302  302  302  302  302  302  302  302     302  302  302  200
accounts:sign_in         POST -       |302  302  302  302  302  302  302  302  302  302  302  302     302  302  302  200
accounts:sign_in_here    GET  -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  200
accounts:sign_in_here    POST -       |422  422  422  422  422  422  422  422  422  422  422  422     422  422  422  422
accounts:session         GET  -       |401  401  401  401  401  401  401  401  401  401  401  401     401  401  401  401
accounts:session         POST -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  405
drafts:drafts            GET  -       |204  204  204  204  204  204  204  204  204  204  204  204     204  204  204  in
drafts:drafts            POST -       |400  400  400  400  400  400  400  400  400  400  400  400     400  400  400  401
drafts:drop              GET  -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  in
drafts:drop              POST -       |204  204  204  204  204  204  204  204  204  204  204  204     204  204  204  401
files:download           GET  assigned|200  404  200  404  200  200  200  200  404  200  404  200/404 404  404  404  in
files:download           POST assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
files:preview            GET  assigned|200  404  200  404  200  200  200  200  404  200  404  200/404 404  404  404  in
files:preview            POST assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  401
files:uploads            GET  -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  in
files:uploads            POST -       |400  400  400  400  400  400  400  400  400  400  400  400     400  400  400  401
files:drop               GET  assigned|405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  in
files:drop               POST assigned|404  404  404  404  404  404  404  404  404  404  404  404     404  404  404  401
accounts:sign_out        GET  -       |405  405  405  405  405  405  405  405  405  405  405  405     405  405  405  405
accounts:sign_out        POST -       |in   in   in   in   in   in   in   in   in   in   in   in      in   in   in   in
accounts:change_password GET  -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  in
accounts:change_password POST -       |200  200  200  200  200  200  200  200  200  200  200  200     200  200  200  401
set_language             GET  -       |302  302  302  302  302  302  302  302  302  302  302  302     302  302  302  302
set_language             POST -       |302  302  302  302  302  302  302  302  302  302  302  302     302  302  302  302
"""


def cells() -> dict[tuple[str, str], tuple[str, dict[str, tuple[str, str]]]]:
    """Return by route and method: the stage, and by the first three letters of the person the two statuses."""
    more = (LIMITS, JOINT, JOINING, INSIDE, INTAKE, RATING, SURVEY, SCORES, FIGURES)
    tables = TABLE.strip() + "".join(table.rstrip() for table in more)
    head, *lines = [line.split("|") for line in tables.splitlines()]
    people = head[1].split()
    table = {}
    for left, right in lines:
        name, method, stage = left.split()
        pairs = [(cell.partition("/")[0], cell.rpartition("/")[2]) for cell in right.split()]
        assert (name, method) not in table, f"two rows for {method} {name}"
        table[name, method] = (stage, dict(zip(people, pairs, strict=True)))
    return table
