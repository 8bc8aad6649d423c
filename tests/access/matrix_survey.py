"""The matrix's rows about the survey and integrity flags. Columns and signs as in matrix.py.

The one call is Chu's, of a month long over; the month that is drawn has nothing to draw: 422.
"""

TABLE = """
surveys:calls        GET  - |403 403 403 403 403 403 403 403 403 403 200 403     403 403 403 in
surveys:calls        POST - |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
surveys:call         GET  - |404 404 404 404 404 404 404 404 404 404 200 404     404 404 404 in
surveys:call         POST - |404 404 404 404 404 404 404 404 404 404 302 404     404 404 404 401
surveys:hand_call    GET  - |403 403 403 403 403 403 403 403 403 200 403 403     403 403 403 in
surveys:hand_call    POST - |403 403 403 403 403 403 403 403 403 302 403 403     403 403 403 401
surveys:surveys      GET  - |403 403 403 403 403 403 403 403 403 200 403 200     403 403 403 in
surveys:surveys      POST - |403 403 403 403 403 403 403 403 403 422 403 403     403 403 403 401
surveys:survey       GET  - |403 403 403 403 403 403 403 403 403 200 403 403     403 403 403 in
surveys:survey       POST - |403 403 403 403 403 403 403 403 403 405 403 403     403 403 403 401
surveys:gap          GET  - |403 403 403 403 403 403 403 403 403 200 403 200     403 403 403 in
surveys:gap          POST - |403 403 403 403 403 403 403 403 403 405 403 405     403 403 403 401
petitions:flags      GET  - |403 403 403 403 403 403 403 403 403 200 403 403     403 403 403 in
petitions:flags      POST - |403 403 403 403 403 403 403 403 403 405 403 403     403 403 403 401
petitions:judge_flag GET  - |403 403 403 403 403 403 403 403 403 200 403 403     403 403 403 in
petitions:judge_flag POST - |403 403 403 403 403 403 403 403 403 302 403 403     403 403 403 401
"""
