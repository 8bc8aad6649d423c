-- What must be in the database at the moment `until`, worked out from the limits themselves, and every difference to
-- what is there: (lost | doubled | undue | early, what, which). It reads neither next_place nor next_alarm_at, and
-- finds the people to be told by joins of its own.
--   until    every alarm up to this moment has had its sweep
--   journal  what the driver noted: [{"petition": source_id, "verb": …, "is_done": …}]
-- Of every table of clocks, that of the room in tests/pledges too.
WITH clock AS MATERIALIZED (
    SELECT promise, id, 'petition' AS subject_type, petition_id AS subject_id, department_id, started_at, stopped_at,
           alarm_levels, alarm_times
      FROM petitions_clock
     UNION ALL
    SELECT own.promise, own.id, 'petition', placed.petition_id, own.department_id, own.started_at, own.stopped_at,
           own.alarm_levels, own.alarm_times
      FROM petitions_orderclock own JOIN petitions_supervisionorder placed ON placed.id = own.order_id
     UNION ALL
    SELECT promise, id, 'pledge', pledge_id, department_id, started_at, stopped_at, alarm_levels, alarm_times
      FROM pledges_pledgeclock
), rung AS MATERIALIZED (
    SELECT clock.promise, clock.id AS clock_id, clock.subject_type, clock.subject_id, clock.department_id,
           place.level::int, place.at, step.card, step.tells, step.effect
      FROM clock
     CROSS JOIN unnest(clock.alarm_levels, clock.alarm_times) AS place (level, at)
      JOIN limits_ladderstep step ON step.promise = clock.promise AND step.level = place.level
     WHERE place.at <= %(until)s
       AND place.at <= coalesce(clock.stopped_at, 'infinity')
       AND step.valid_from <= clock.started_at AND clock.started_at < coalesce(step.valid_until, 'infinity')
),
-- ---- one escalation a rung ------------------------------------------------------------------------------------------
escalation AS (
    SELECT promise, clock_key AS clock_id, subject_type, subject_id, level::int, at, card, count(*) AS times
      FROM limits_escalation WHERE at <= %(until)s GROUP BY 1, 2, 3, 4, 5, 6, 7
), escalation_differs AS (
    SELECT rung.level IS NOT NULL, times, 'escalation', format('%%s clock %%s level %%s', promise, clock_id, level)
      FROM rung FULL JOIN escalation USING (promise, clock_id, subject_type, subject_id, level, at, card)
),
-- ---- one event a rung -----------------------------------------------------------------------------------------------
event AS MATERIALIZED (
    SELECT id, data ->> 'promise' AS promise, (data ->> 'clock')::bigint AS clock_id, (data ->> 'level')::int AS level,
           at, subject_type, subject_id, department_id
      FROM record_event WHERE kind = 'escalate' AND at <= %(until)s
), events AS (
    SELECT promise, clock_id, level, at, subject_type, subject_id, count(*) AS times FROM event GROUP BY 1, 2, 3, 4, 5, 6
), event_differs AS (
    SELECT rung.level IS NOT NULL, times, 'event', format('%%s clock %%s level %%s', promise, clock_id, level)
      FROM rung FULL JOIN events USING (promise, clock_id, level, at, subject_type, subject_id)
),
-- ---- a notice for everybody whom the rung tells, on every channel they chose ----------------------------------------
post (department_id, role, person_id) AS (
    SELECT NULL, role, person.id
      FROM accounts_user person, unnest(person.roles) AS role
     WHERE person.is_active AND role IN ('dispatcher', 'supervisor', 'leader')
     UNION ALL
    SELECT member.department_id, role, person.id
      FROM accounts_user person JOIN departments_membership member ON member.user_id = person.id,
           unnest(person.roles) AS role
     WHERE person.is_active AND role IN ('handler', 'head')
     UNION ALL
    SELECT unit.id, 'parent_head', person.id
      FROM departments_department unit
      JOIN departments_membership member ON member.department_id = unit.parent_id
      JOIN accounts_user person ON person.id = member.user_id
     WHERE person.is_active AND 'head' = ANY (person.roles)
), channel (person_id, channel) AS (
    SELECT id, 'inbox' FROM accounts_user
     UNION ALL
    SELECT user_id, channel FROM notices_subscription WHERE is_active
), message AS (
    SELECT DISTINCT rung.promise, rung.clock_id, rung.level, post.person_id, channel.channel
      FROM rung
     CROSS JOIN unnest(rung.tells) AS told (role)
      JOIN post ON post.role = told.role AND (post.department_id IS NULL OR post.department_id = rung.department_id)
      JOIN channel ON channel.person_id = post.person_id
), notice AS (
    SELECT event.promise, event.clock_id, event.level, notice.recipient_id AS person_id, notice.channel,
           count(*) AS times
      FROM event JOIN notices_notice notice ON notice.event_id = event.id GROUP BY 1, 2, 3, 4, 5
), notice_differs AS (
    SELECT message.level IS NOT NULL, times, 'notice',
           format('%%s clock %%s level %%s to %%s by %%s', promise, clock_id, level, person_id, channel)
      FROM message FULL JOIN notice USING (promise, clock_id, level, person_id, channel)
),
-- ---- one order for each department that let it come so far, with its event, its limit and its notices ---------------
ordered AS (
    SELECT DISTINCT subject_id AS petition_id, department_id
      FROM rung WHERE effect = 'open_order' AND department_id IS NOT NULL
), supervision AS (
    SELECT placed.petition_id, placed.department_id, count(*) AS times
      FROM petitions_supervisionorder placed
      JOIN limits_escalation cause ON cause.id = placed.escalation_id AND cause.at <= %(until)s
     GROUP BY 1, 2
), order_differs AS (
    SELECT ordered.petition_id IS NOT NULL, times, 'order',
           format('petition %%s department %%s', petition_id, department_id)
      FROM ordered FULL JOIN supervision USING (petition_id, department_id)
), issued AS (
    SELECT data ->> 'order' AS number, count(DISTINCT told.id) AS times, count(notice.id) AS notices
      FROM record_event told
      LEFT JOIN notices_notice notice ON notice.event_id = told.id AND notice.channel = 'inbox'
     WHERE told.kind = 'issue_order' GROUP BY 1
), order_event_differs AS (
    SELECT true, issued.times, 'order event', number
      FROM petitions_supervisionorder LEFT JOIN issued USING (number)
     UNION ALL
    SELECT true, (SELECT count(*) FROM petitions_orderclock clock WHERE clock.order_id = placed.id), 'order clock', number
      FROM petitions_supervisionorder placed
     UNION ALL
    SELECT issued.notices <= people.count, CASE WHEN issued.notices = people.count THEN 1 END, 'order notices', number
      FROM petitions_supervisionorder placed
      JOIN issued USING (number)
      JOIN (SELECT department_id, count(DISTINCT person_id) FROM post WHERE role IN ('handler', 'head') GROUP BY 1)
           AS people USING (department_id)
),
-- ---- what the driver was told ---------------------------------------------------------------------------------------
noted AS (
    SELECT petition, kind, is_done
      FROM jsonb_to_recordset(%(journal)s) AS (petition text, verb text, is_done boolean)
      JOIN (VALUES ('file', 'report'), ('file', 'dispatch'), ('check_in', 'check_in'), ('resolve', 'resolve'),
                   ('rate', 'rate'))
           AS meant (verb, kind) USING (verb)
), happened AS (
    SELECT petition.source_id AS petition, event.kind, count(*) AS times
      FROM record_event event JOIN petitions_petition petition ON petition.id = event.subject_id AND event.subject_type = 'petition'
     WHERE petition.source = 'driver' AND event.kind IN ('report', 'dispatch', 'check_in', 'resolve', 'rate')
     GROUP BY 1, 2
), verb_differs AS (
    SELECT noted.kind IS NOT NULL, CASE WHEN is_done IS FALSE THEN coalesce(times, 1) ELSE times END, 'verb',
           petition || ' ' || kind
      FROM noted FULL JOIN happened USING (petition, kind)
),
-- ---- and the limits themselves --------------------------------------------------------------------------------------
clock_differs AS (
    SELECT true, (SELECT count(*) FROM petitions_clock clock
                   WHERE clock.petition_id = event.subject_id AND clock.promise = started.promise
                     AND clock.cycle = event.cycle),
           'clock', event.subject_id || ' ' || started.promise
      FROM record_event event, (VALUES ('dispatch'), ('resolve_enterprise')) AS started (promise)
     WHERE event.kind = 'report'
     UNION ALL
    SELECT true, (SELECT count(*) FROM petitions_clock clock
                   WHERE clock.assignment_id = part.id AND clock.promise = started.promise),
           'clock', part.petition_id || ' ' || started.promise
      FROM petitions_assignment part,
           LATERAL (VALUES ('check_in'), ('contact'),
                           (CASE WHEN part.cycle > 1 THEN 'rectify' WHEN part.part = 'lead' THEN 'resolve_department'
                                 ELSE 'support' END)) AS started (promise)
),
-- ---- the room of the tests: a pledge is made once, and what the red card sets off came about once --------------------
pledge_differs AS (
    SELECT true, count(*) OVER (PARTITION BY text), 'pledge', text FROM pledges_pledge WHERE text <> 'flood'
     UNION ALL
    SELECT true, (SELECT count(*) FROM record_event made WHERE made.subject_type = 'pledge'
                     AND made.subject_id = pledge.id AND made.kind = 'make'), 'pledge event', text
      FROM pledges_pledge pledge WHERE text <> 'flood'
     UNION ALL
    SELECT rung.level IS NOT NULL, nullif(pledge.apologies, 0)::bigint, 'apology', pledge.id::text
      FROM pledges_pledge pledge
      LEFT JOIN rung ON rung.subject_type = 'pledge' AND rung.subject_id = pledge.id AND rung.effect = 'apologise'
     WHERE rung.level IS NOT NULL OR pledge.apologies > 0
), differs (is_due, times, what, which) AS (
    SELECT * FROM escalation_differs UNION ALL SELECT * FROM event_differs UNION ALL SELECT * FROM notice_differs
     UNION ALL SELECT * FROM order_differs UNION ALL SELECT * FROM order_event_differs
     UNION ALL SELECT * FROM verb_differs UNION ALL SELECT * FROM clock_differs UNION ALL SELECT * FROM pledge_differs
)
SELECT CASE WHEN NOT is_due THEN 'undue' WHEN coalesce(times, 0) = 0 THEN 'lost' ELSE 'doubled' END AS how, what, which
  FROM differs WHERE NOT is_due OR times IS DISTINCT FROM 1
 UNION ALL
SELECT 'early', 'escalation', format('%%s clock %%s level %%s', promise, clock_key, level)
  FROM limits_escalation WHERE at > clock_timestamp() OR raised_at < at
 ORDER BY 1, 2, 3
