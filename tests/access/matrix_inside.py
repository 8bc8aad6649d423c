"""The rows of the matrix inside a department: who has a petition, who is away, templates, saved filters, the board.

What is handed over is given to Wu, whom only the lead knows; the absence and the template are the lead's, the saved
filter is Zhou's (tests/access/world.py). Saving one needs conditions in the address; here there are none: 422.
"""

TABLE = """
petitions:board           GET  -       |403 403 403 403 403 200 200 200 200 403 403 403     403 403 403 in
petitions:board           POST -       |403 403 403 403 403 405 405 405 405 403 403 403     403 403 403 401
petitions:check_in_all    GET  -       |403 403 403 403 403 405 405 405 405 403 403 403     403 403 403 in
petitions:check_in_all    POST -       |403 403 403 403 403 302 302 302 302 403 403 403     403 403 403 401
petitions:hand_over_all   GET  -       |403 403 403 403 403 405 405 405 405 403 403 403     403 403 403 in
petitions:hand_over_all   POST -       |403 403 403 403 403 302 302 302 302 403 403 403     403 403 403 401
petitions:absences        GET  -       |403 403 403 403 403 200 200 200 200 403 403 403     403 403 403 in
petitions:absences        POST -       |403 403 403 403 403 422 422 422 422 403 403 403     403 403 403 401
petitions:end_absence     GET  -       |403 403 403 403 403 405 405 405 405 403 403 403     403 403 403 in
petitions:end_absence     POST -       |403 403 403 403 403 302 302 404 404 403 403 403     403 403 403 401
petitions:responsibilities GET -       |403 403 403 403 200 200 200 200 200 200 403 200     403 403 403 in
petitions:responsibilities POST -      |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
petitions:filters         GET  -       |403 403 403 403 200 200 200 200 200 200 403 200     403 403 403 in
petitions:filters         POST -       |403 403 403 403 405 405 405 405 405 405 403 405     403 403 403 401
petitions:save_filter     GET  -       |403 403 403 403 200 200 200 200 200 200 403 200     403 403 403 in
petitions:save_filter     POST -       |403 403 403 403 422 422 422 422 422 422 403 422     403 403 403 401
petitions:change_filter   GET  -       |403 403 403 403 404 200 404 404 404 404 403 404     403 403 403 in
petitions:change_filter   POST -       |403 403 403 403 404 302 404 404 404 404 403 404     403 403 403 401
petitions:drop_filter     GET  -       |403 403 403 403 405 405 405 405 405 405 403 405     403 403 403 in
petitions:drop_filter     POST -       |403 403 403 403 404 302 404 404 404 404 403 404     403 403 403 401
petitions:reply_templates GET  -       |403 403 403 403 403 403 200 403 403 403 403 403     403 403 403 in
petitions:reply_templates POST -       |403 403 403 403 403 403 405 403 403 403 403 403     403 403 403 401
petitions:add_template    GET  -       |403 403 403 403 403 403 200 403 403 403 403 403     403 403 403 in
petitions:add_template    POST -       |403 403 403 403 403 403 302 403 403 403 403 403     403 403 403 401
petitions:change_template GET  -       |403 403 403 403 403 403 200 403 403 403 403 403     403 403 403 in
petitions:change_template POST -       |403 403 403 403 403 403 302 403 403 403 403 403     403 403 403 401
petitions:drop_template   GET  -       |403 403 403 403 403 403 405 403 403 403 403 403     403 403 403 in
petitions:drop_template   POST -       |403 403 403 403 403 403 302 403 403 403 403 403     403 403 403 401
petitions:hand_over       GET  assigned|302 404 302 404 302 200 200 200 404 302 404 302/404 404 404 404 in
petitions:hand_over       POST assigned|403 404 403 404 403 302 302 422 404 403 404 403/404 404 404 404 401
petitions:fill_answer     GET  working |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 in
petitions:fill_answer     POST working |403 404 403 404 403 200 200 404 404 403 404 403/404 404 404 404 401
api:hand_over             GET  assigned|405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:hand_over             POST assigned|403 404 403 404 403 200 200 400 404 403 404 403/404 404 404 404 401
"""
