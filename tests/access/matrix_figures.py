"""The matrix's rows about figures of departments and enterprises. Columns and signs as in matrix.py.

302 and 409 of an award: its month is not frozen.
"""

TABLE = """
figures:overview       GET  -         |403 403 403 403 403 403 403 403 403 200 403 200     403 403 403 in
figures:overview       POST -         |403 403 403 403 403 403 403 403 403 405 403 405     403 403 403 401
figures:heat_map       GET  -         |403 403 403 403 403 403 403 403 403 200 403 200     403 403 403 in
figures:heat_map       POST -         |403 403 403 403 403 403 403 403 403 405 403 405     403 403 403 401
figures:equity         GET  -         |403 403 403 403 403 403 403 403 403 200 403 200     403 403 403 in
figures:equity         POST -         |403 403 403 403 403 403 403 403 403 405 403 405     403 403 403 401
figures:score_report   GET  -         |403 403 403 403 403 200 200 200 200 200 403 200     403 403 403 in
figures:score_report   POST -         |403 403 403 403 403 405 405 405 405 405 403 405     403 403 403 401
figures:awards         GET  -         |403 403 403 403 403 200 200 200 200 200 403 200     403 403 403 in
figures:awards         POST -         |403 403 403 403 403 405 405 405 405 405 403 405     403 403 403 401
figures:confirm_award  GET  -         |403 403 403 403 403 403 403 403 403 302 403 403     403 403 403 in
figures:confirm_award  POST -         |403 403 403 403 403 403 403 403 403 422 403 403     403 403 403 401
"""
