"""What must hold in the database after whatever happened: every petition's events are a walk along the FSM's edges."""

from django.db import connection

from petitions.models import Petition

EDGES = {(edge.source, edge.target) for edge in Petition._meta.get_field("state").get_all_transitions(Petition)}

BROKEN = """
WITH chain AS (
    SELECT subject_id AS petition_id, from_state, to_state,
           lag(to_state, 1, 'reported') OVER (PARTITION BY subject_id ORDER BY id) AS before,
           lead(id) OVER (PARTITION BY subject_id ORDER BY id) IS NULL AS is_last
    FROM record_event WHERE subject_type = 'petition')
SELECT number, from_state, to_state FROM chain JOIN petitions_petition petition ON petition.id = petition_id
WHERE from_state <> before OR (is_last AND to_state <> state)
   OR (from_state <> to_state AND NOT (from_state || '>' || to_state) = ANY(%s))
"""


def edges() -> list[str]:
    """Return the FSM's edges as BROKEN takes them."""
    return [f"{source}>{target}" for source, target in EDGES]


def broken() -> list[tuple[str, str, str]]:
    """Return the events that do not follow from the one before, or go where no edge goes, or are not the state."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN, [edges()])
        return list(cursor.fetchall())
