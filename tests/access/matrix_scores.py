"""The rows of scores: the league, scorecards, the facts behind them, appeals. Columns and signs as in matrix.py."""

TABLE = """
figures:league          GET  - |403 403 403 403 403 200 200 200 200 200 403 200 403 403 403 in
figures:league          POST - |403 403 403 403 403 405 405 405 405 405 403 405 403 403 403 in
figures:freeze_month    GET  - |403 403 403 403 403 403 403 403 403 405 403 403 403 403 403 in
figures:freeze_month    POST - |403 403 403 403 403 403 403 403 403 302 403 403 403 403 403 in
figures:scorecard       GET  - |403 403 403 403 403 200 200 404 404 200 403 200 403 403 403 in
figures:scorecard       POST - |403 403 403 403 403 405 405 404 404 405 403 405 403 403 403 in
figures:facts           GET  - |403 403 403 403 403 200 200 404 404 200 403 200 403 403 403 in
figures:facts           POST - |403 403 403 403 403 405 405 404 404 405 403 405 403 403 403 in
figures:appeals         GET  - |403 403 403 403 403 403 200 403 403 200 403 403 403 403 403 in
figures:appeals         POST - |403 403 403 403 403 403 405 403 403 405 403 403 403 403 403 in
figures:appeal_fact     GET  - |403 403 403 403 403 403 200 403 403 403 403 403 403 403 403 in
figures:appeal_fact     POST - |403 403 403 403 403 403 302 403 403 403 403 403 403 403 403 in
figures:exclude_fact    GET  - |403 403 403 403 403 403 403 403 403 200 403 403 403 403 403 in
figures:exclude_fact    POST - |403 403 403 403 403 403 403 403 403 302 403 403 403 403 403 in
figures:decide_appeal   GET  - |403 403 403 403 403 403 403 403 403 200 403 403 403 403 403 in
figures:decide_appeal   POST - |403 403 403 403 403 403 403 403 403 302 403 403 403 403 403 in
api:scores                GET  - |403 403 403 403 403 200 200 200 200 200 403 200 403 403 403 401
api:scores                POST - |405 405 405 405 405 405 405 405 405 405 405 405 405 405 405 401
"""
