"""The rows of the intake desk and of occasions; read with those of matrix.py."""

TABLE = """
petitions:intake           GET  -       |403  403  403  403  200  403  403  403  403  403  403  403  403  403  403  in
petitions:intake           POST -       |403  403  403  403  405  403  403  403  403  403  403  403  403  403  403  401
petitions:report_for_new   GET  -       |403  403  403  403  200  403  403  403  403  403  403  403  403  403  403  in
petitions:report_for_new   POST -       |403  403  403  403  302  403  403  403  403  403  403  403  403  403  403  401
petitions:report_for       GET  -       |403  403  403  403  200  403  403  403  403  403  403  403  403  403  403  in
petitions:report_for       POST -       |403  403  403  403  302  403  403  403  403  403  403  403  403  403  403  401
petitions:filed            GET  reported|403  403  403  403  200  403  403  403  403  403  403  403  403  403  403  in
petitions:filed            POST reported|403  403  403  403  405  403  403  403  403  403  403  403  403  403  403  401
petitions:occasions        GET  -       |403  403  403  403  200  403  403  403  403  200  403  200  403  403  403  in
petitions:occasions        POST -       |403  403  403  403  405  403  403  403  403  405  403  405  403  403  403  401
petitions:occasion         GET  -       |403  403  403  403  200  403  403  403  403  200  403  200  403  403  403  in
petitions:occasion         POST -       |403  403  403  403  405  403  403  403  403  405  403  405  403  403  403  401
petitions:poster           GET  -       |403  403  403  403  200  403  403  403  403  200  403  200  403  403  403  in
petitions:poster           POST -       |403  403  403  403  405  403  403  403  403  405  403  405  403  403  403  401
petitions:create_occasion  GET  -       |403  403  403  403  200  403  403  403  403  403  403  403  403  403  403  in
petitions:create_occasion  POST -       |403  403  403  403  302  403  403  403  403  403  403  403  403  403  403  401
petitions:change_occasion  GET  -       |403  403  403  403  200  403  403  403  403  403  403  403  403  403  403  in
petitions:change_occasion  POST -       |403  403  403  403  302  403  403  403  403  403  403  403  403  403  403  401
api:occasions              GET  -       |200  200  200  200  200  200  200  200  200  200  200  200  200  200  200  401
api:occasions              POST -       |405  405  405  405  405  405  405  405  405  405  405  405  405  405  405  401
"""
