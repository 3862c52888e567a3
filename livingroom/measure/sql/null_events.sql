-- What people did in null journeys: the touches that no order follows inside the window, and the orders between them.
--
-- Reads    touches, journeys, payers, people, channels.
-- Gives    one row per touch, and one per order (place 0), of every walker (the person's number); moment sorts them.
-- How      As in contacts, an answer is no contact, and a code on whose placement the person was met between the same two
--          orders is left out. Time, kind and channel make one number to sort by: what is still equal then is the same step.
WITH idle AS (
    SELECT
        p.number AS walker, p.bucket, t.at, t.placement_id, h.place, CASE WHEN t.kind = 'code' THEN 1 ELSE 0 END AS is_code
    FROM touches AS t
    INNER JOIN people AS p ON t.customer_id = p.customer_id
    INNER JOIN channels AS h ON t.channel = h.channel
    WHERE t.kind <> 'answer' AND NOT EXISTS (SELECT 1 FROM journeys AS j WHERE j.touch_id = t.touch_id)
),
bought AS (
    SELECT p.number AS walker, o.at
    FROM payers AS o
    INNER JOIN people AS p ON o.customer_id = p.customer_id
),
met AS (
    SELECT c.walker, c.placement_id, c.at AS code_at, i.at
    FROM idle AS c
    INNER JOIN idle AS i ON c.walker = i.walker AND c.placement_id = i.placement_id
    WHERE c.is_code = 1 AND i.is_code = 0
),
spare AS (
    SELECT DISTINCT m.walker, m.placement_id, m.code_at
    FROM met AS m
    WHERE NOT EXISTS (
        SELECT 1 FROM bought AS b
        WHERE b.walker = m.walker AND b.at >= least(m.at, m.code_at) AND b.at < greatest(m.at, m.code_at)
    )
)
SELECT
    i.walker, i.bucket, i.place, 0 AS is_order,
    i.at * 256 + 64 * i.is_code + i.place AS moment
FROM idle AS i
WHERE i.is_code = 0 OR NOT EXISTS (
    SELECT 1 FROM spare AS s
    WHERE s.walker = i.walker AND s.placement_id = i.placement_id AND s.code_at = i.at
)
UNION ALL
SELECT b.walker, 0, 0, 1, b.at * 256 + 128
FROM bought AS b
