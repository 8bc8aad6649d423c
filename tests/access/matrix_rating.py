"""The matrix's rows about ratings that were given, by link too. Columns and signs as in matrix.py."""

TABLE = """
petitions:referrals      GET  -         |403 403 403 403 403 403 403 403 403 200 403 403     403 403 403 in
petitions:referrals      POST -         |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
petitions:rating_qr      GET  resolved  |200 404 403 404 403 403 403 403 404 403 404 403/404 404 404 404 in
petitions:rating_qr      POST resolved  |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
petitions:rate_by_link   GET  resolved  |200 403 403 403 403 403 403 403 403 403 403 403     403 403 403 200
petitions:rate_by_link   POST resolved  |200 403 403 403 403 403 403 403 403 403 403 403     403 403 403 200
petitions:change_rating  GET  rectifying|200 404 302 404 302 302 302 302 404 302 404 302/404 404 404 404 in
petitions:change_rating  POST rectifying|302 404 403 404 403 403 403 403 404 403 404 403/404 404 404 404 401
petitions:judge_rating   GET  referred  |302 404 302 404 302 302 302 302 404 200 404 302/404 404 404 404 in
petitions:judge_rating   POST referred  |403 404 403 404 403 403 403 403 404 302 404 403/404 404 404 404 401
api:change_rating        GET  rectifying|405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:change_rating        POST rectifying|200 404 403 404 403 403 403 403 404 403 404 403/404 404 404 404 401
api:judge_rating         GET  referred  |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:judge_rating         POST referred  |403 404 403 404 403 403 403 403 404 200 404 403/404 404 404 404 401
"""
