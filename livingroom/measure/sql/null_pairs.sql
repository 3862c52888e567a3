-- The same steps as null_steps for a chain that remembers one channel: what else they would carry is left at 0.
--
-- Reads    null_events.
-- Gives    the columns of null_steps; turn, step, before_2 and before_3 are 0.
-- How      Working out what nobody looks at would take half as long again.
WITH walked AS (
    SELECT
        e.walker, e.bucket, e.place,
        coalesce(lag(e.place, 1) OVER w, 0) AS before_1,
        coalesce(lead(e.place, 1) OVER w, 0) AS next_place
    FROM null_events AS e
    WINDOW w AS (PARTITION BY e.walker ORDER BY e.moment)
)
SELECT
    k.walker, CAST(0 AS BIGINT) AS turn, CAST(0 AS BIGINT) AS step, k.bucket, k.place,
    k.before_1, 0 AS before_2, 0 AS before_3,
    CASE WHEN k.next_place = 0 THEN 1 ELSE 0 END AS ending,
    CAST(0 AS BIGINT) AS revenue_minor
FROM walked AS k
WHERE k.place > 0
