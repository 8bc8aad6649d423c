"""The matrix's rows about joint handling, appointments and sending back. Columns and signs as in matrix.py."""

TABLE = """
petitions:send_backs        GET  -        |403 403 403 403 200 403 403 403 403 200 403 403     403 403 403 in
petitions:send_backs        POST -        |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
petitions:send_back_counts  GET  -        |403 403 403 403 200 403 403 403 403 200 403 403     403 403 403 in
petitions:send_back_counts  POST -        |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
petitions:discuss           GET  assigned |302 404 302 404 200 200 200 200 404 200 404 302/404 404 404 404 in
petitions:discuss           POST assigned |403 404 403 404 302 302 302 302 404 302 404 403/404 404 404 404 401
petitions:add_support       GET  assigned |302 404 302 404 200 302 302 302 404 200 404 302/404 404 404 404 in
petitions:add_support       POST assigned |403 404 403 404 302 403 403 403 404 302 404 403/404 404 404 404 401
petitions:remove_support    GET  assigned |302 404 302 404 200 302 302 302 404 200 404 302/404 404 404 404 in
petitions:remove_support    POST assigned |403 404 403 404 302 403 403 403 404 302 404 403/404 404 404 404 401
petitions:waive_support     GET  assigned |302 404 302 404 302 302 302 302 404 200 404 302/404 404 404 404 in
petitions:waive_support     POST assigned |403 404 403 404 403 403 403 403 404 302 404 403/404 404 404 404 401
petitions:propose_appointment GET assigned|302 404 302 404 302 200/302 200/302 200/302 404 302 404 302/404 404 404 404 in
petitions:propose_appointment POST assigned|403 404 403 404 403 302/409 302/409 302/409 404 403 404 403/404 404 404 404 401
petitions:confirm_appointment GET  appointed|200/302 404 200/302 404 302 302 302 302 404 302 404 302/404 404 404 404 in
petitions:confirm_appointment POST appointed|302/409 404 302/409 404 403 403 403 403 404 403 404 403/404 404 404 404 401
petitions:move_appointment  GET  appointed|200/302 404 200/302 404 302 302 302 302 404 302 404 302/404 404 404 404 in
petitions:move_appointment  POST appointed|302/409 404 302/409 404 403 403 403 403 404 403 404 403/404 404 404 404 401
petitions:ask_send_back     GET  assigned |302 404 302 404 302 302 200 302 404 302 404 302/404 404 404 404 in
petitions:ask_send_back     POST assigned |403 404 403 404 403 403 302 403 404 403 404 403/404 404 404 404 401
petitions:decide_send_back  GET  returning|302 404 302 404 200 302 302 302 404 302 404 302/404 404 404 404 in
petitions:decide_send_back  POST returning|403 404 403 404 302 403 403 403 404 403 404 403/404 404 404 404 401
petitions:dispute_send_back GET  refused  |302 404 302 404 302 302 200 302 404 302 404 302/404 404 404 404 in
petitions:dispute_send_back POST refused  |403 404 403 404 403 403 302 403 404 403 404 403/404 404 404 404 401
api:send_backs              GET  returning|200 404 200 404 200 200 200 200 404 200 404 200/404 404 404 404 401
api:send_backs              POST returning|405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:discuss                 GET  assigned |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:discuss                 POST assigned |403 404 403 404 200 200 200 200 404 200 404 403/404 404 404 404 401
api:propose_appointment GET assigned|405 405 405 405 405 405 405 405 405 405 405 405 405 405 405 401
api:propose_appointment POST assigned|403 404 403 404 403 200/409 200/409 200/409 404 403 404 403/404 404 404 404 401
api:confirm_appointment GET  appointed|405 405 405 405 405 405 405 405 405 405 405 405 405 405 405 401
api:confirm_appointment POST appointed|200/409 404 200/409 404 403 403 403 403 404 403 404 403/404 404 404 404 401
api:move_appointment GET  appointed|405 405 405 405 405 405 405 405 405 405 405 405 405 405 405 401
api:move_appointment POST appointed|200/409 404 200/409 404 403 403 403 403 404 403 404 403/404 404 404 404 401
api:add_support             GET  assigned |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:add_support             POST assigned |403 404 403 404 200 403 403 403 404 200 404 403/404 404 404 404 401
api:remove_support          GET  assigned |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:remove_support          POST assigned |403 404 403 404 200 403 403 403 404 200 404 403/404 404 404 404 401
api:waive_support           GET  assigned |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:waive_support           POST assigned |403 404 403 404 403 403 403 403 404 200 404 403/404 404 404 404 401
api:ask_send_back           GET  assigned |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:ask_send_back           POST assigned |403 404 403 404 403 403 200 403 404 403 404 403/404 404 404 404 401
api:decide_send_back        GET  returning|405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:decide_send_back        POST returning|403 404 403 404 200 403 403 403 404 403 404 403/404 404 404 404 401
api:dispute_send_back       GET  refused  |405 405 405 405 405 405 405 405 405 405 405 405     405 405 405 401
api:dispute_send_back       POST refused  |403 404 403 404 403 403 200 403 404 403 404 403/404 404 404 404 401
"""
