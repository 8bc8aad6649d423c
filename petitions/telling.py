"""SQL that finds whom a petition's event tells, for the groups that only petitions know (petitions/models/event.py).

If nobody works at the desk in charge any more, the nearest staffed desk above it is told. Source: domain, notices.
"""

# The groups in the order of the SELECTs: the desk in charge, the desks of other regions, the departments with a live
# part, the enterprise's liaisons, whoever filed the petition, and whoever filed one that was merged into it.
PEOPLE = """
    SELECT told.event_id, city.id, NULL::bigint
      FROM told
      JOIN petitions_petition petition ON petition.id = told.subject_id AND 'dispatcher' = ANY (told.tells)
      JOIN (
            WITH RECURSIVE up (desk_id, id, parent_id, steps) AS (
                SELECT id, id, parent_id, 0 FROM regions_region
                 UNION ALL
                SELECT up.desk_id, region.id, region.parent_id, up.steps + 1
                  FROM regions_region region JOIN up ON region.id = up.parent_id
            )
            SELECT DISTINCT ON (desk_id) desk_id, id, parent_id
              FROM up
             WHERE parent_id IS NULL
                OR EXISTS (SELECT FROM city WHERE 'dispatcher' = ANY (city.roles) AND up.id = ANY (city.desks))
             ORDER BY desk_id, steps
           ) staffed ON staffed.desk_id = petition.desk_id
      JOIN city ON 'dispatcher' = ANY (city.roles)
       AND (staffed.id = ANY (city.desks) OR (city.desks = '{}' AND staffed.parent_id IS NULL))
    UNION
    SELECT told.event_id, city.id, NULL
      FROM told
      JOIN petitions_petition_other_regions other
        ON other.petition_id = told.subject_id AND 'concerned' = ANY (told.tells)
      JOIN city ON 'dispatcher' = ANY (city.roles) AND other.region_id = ANY (city.desks)
    UNION
    SELECT told.event_id, member.user_id, member.department_id
      FROM told
      JOIN petitions_petition petition ON petition.id = told.subject_id AND 'assigned' = ANY (told.tells)
      JOIN petitions_assignment part
        ON part.petition_id = petition.id AND part.cycle = petition.cycle AND part.ended_at IS NULL
      JOIN departments_membership member ON member.department_id = part.department_id
      JOIN accounts_user person ON person.id = member.user_id AND person.is_active
       AND person.roles && ARRAY['handler', 'head']::varchar[]
    UNION
    SELECT told.event_id, liaison.user_id, NULL
      FROM told
      JOIN petitions_petitioner asker ON asker.petition_id = told.subject_id AND 'enterprise' = ANY (told.tells)
      JOIN enterprises_liaison liaison ON liaison.enterprise_id = asker.enterprise_id
      JOIN accounts_user person ON person.id = liaison.user_id AND person.is_active
    UNION
    SELECT told.event_id, asker.filed_by_id, NULL
      FROM told
      JOIN petitions_petitioner asker ON asker.petition_id = told.subject_id AND 'filer' = ANY (told.tells)
      JOIN accounts_user person ON person.id = asker.filed_by_id AND person.is_active
    UNION
    SELECT told.event_id, asker.filed_by_id, NULL
      FROM told
      JOIN petitions_petition merged ON merged.merged_into_id = told.subject_id AND 'filer' = ANY (told.tells)
      JOIN petitions_petitioner asker ON asker.petition_id = merged.id
      JOIN accounts_user person ON person.id = asker.filed_by_id AND person.is_active
"""
