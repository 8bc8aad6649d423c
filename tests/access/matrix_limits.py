"""The matrix's rows about limits: requests, supervision orders, clocks. Columns and signs as in matrix.py."""

TABLE = """
petitions:extensions_and_holds GET  -       |403 403 403 403 403 200 200 200 200 200 403 403     403 403 403 in
petitions:extensions_and_holds POST -       |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
petitions:orders           GET  -       |403 403 403 403 403 200 200 200 200 200 403 200     403 403 403 in
petitions:orders           POST -       |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
petitions:order            GET  asked   |404 404 404 404 404 200 200 404 404 200 404 200/404 404 404 404 in
petitions:order            POST asked   |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
petitions:reply_order      GET  asked   |404 404 404 404 404 200 200 404 404 302 404 302/404 404 404 404 in
petitions:reply_order      POST asked   |404 404 404 404 404 302 302 404 404 403 404 403/404 404 404 404 401
petitions:accept_order     GET  running |404 404 404 404 404 302 302 404 404 200 404 302/404 404 404 404 in
petitions:accept_order     POST running |404 404 404 404 404 403 403 404 404 302 404 403/404 404 404 404 401
petitions:reject_order     GET  running |404 404 404 404 404 302 302 404 404 200 404 302/404 404 404 404 in
petitions:reject_order     POST running |404 404 404 404 404 403 403 404 404 302 404 403/404 404 404 404 401
limits:explain             GET  assigned|200 404 200 404 200 200 200 200 404 200 404 200/404 404 404 404 in
limits:explain             POST assigned|405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
petitions:issue_order      GET  assigned|302 404 302 404 302 302 302 302 404 200 404 302/404 404 404 404 in
petitions:issue_order      POST assigned|403 404 403 404 403 403 403 403 404 302 404 403/404 404 404 404 401
petitions:ask_extension    GET  assigned|302 404 302 404 302 302 200 302 404 302 404 302/404 404 404 404 in
petitions:ask_extension    POST assigned|403 404 403 404 403 403 302 403 404 403 404 403/404 404 404 404 401
petitions:decide_extension GET  asked   |302 404 302 404 302 302 302 302 404 200 404 302/404 404 404 404 in
petitions:decide_extension POST asked   |403 404 403 404 403 403 403 403 404 302 404 403/404 404 404 404 401
petitions:ask_hold         GET  assigned|302 404 302 404 302 302 200 302 404 302 404 302/404 404 404 404 in
petitions:ask_hold         POST assigned|403 404 403 404 403 403 302 403 404 403 404 403/404 404 404 404 401
petitions:decide_hold      GET  asked   |302 404 302 404 302 302 302 302 404 200 404 302/404 404 404 404 in
petitions:decide_hold      POST asked   |403 404 403 404 403 403 403 403 404 302 404 403/404 404 404 404 401
petitions:review_hold      GET  running |302 404 302 404 302 302 200 302 404 302 404 302/404 404 404 404 in
petitions:review_hold      POST running |403 404 403 404 403 403 302 403 404 403 404 403/404 404 404 404 401
petitions:resume           GET  running |302 404 302 404 302 302 200 302 404 200 404 302/404 404 404 404 in
petitions:resume           POST running |403 404 403 404 403 403 302 403 404 302 404 403/404 404 404 404 401
api:limits                 GET  asked   |200 404 200 404 200 200 200 200 404 200 404 200/404 404 404 404 401
api:limits                 POST asked   |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:ask_extension          GET  assigned|405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:ask_extension          POST assigned|403 404 403 404 403 403 200 403 404 403 404 403/404 404 404 404 401
api:decide_extension       GET  asked   |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:decide_extension       POST asked   |403 404 403 404 403 403 403 403 404 200 404 403/404 404 404 404 401
api:ask_hold               GET  assigned|405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:ask_hold               POST assigned|403 404 403 404 403 403 200 403 404 403 404 403/404 404 404 404 401
api:decide_hold            GET  asked   |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:decide_hold            POST asked   |403 404 403 404 403 403 403 403 404 200 404 403/404 404 404 404 401
api:review_hold            GET  running |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:review_hold            POST running |403 404 403 404 403 403 200 403 404 403 404 403/404 404 404 404 401
api:resume                 GET  running |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:resume                 POST running |403 404 403 404 403 403 200 403 404 200 404 403/404 404 404 404 401
api:issue_order            GET  assigned|405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:issue_order            POST assigned|403 404 403 404 403 403 403 403 404 200 404 403/404 404 404 404 401
api:reply_order            GET  asked   |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:reply_order            POST asked   |403 404 403 404 403 200 200 400 404 403 404 403/404 404 404 404 401
api:judge_order            GET  running |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:judge_order            POST running |403 404 403 404 403 403 403 403 404 200 404 403/404 404 404 404 401
"""
