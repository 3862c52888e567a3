-- The steps to another channel only: a channel met twice in a row counts once.
--
-- Reads    order_steps, null_steps.
-- Gives    their columns, as if the repeated steps had not been; the ending of a walk stays with its last step.
WITH walks AS (
    SELECT o.* FROM order_steps AS o
    UNION ALL
    SELECT n.* FROM null_steps AS n
),
ended AS (
    SELECT
        k.*,
        max(k.ending) OVER (PARTITION BY k.walker, k.turn) AS walk_ending,
        sum(k.revenue_minor) OVER (PARTITION BY k.walker, k.turn) AS walk_minor
    FROM walks AS k
),
changed AS (
    SELECT e.*
    FROM ended AS e
    WHERE e.place <> e.before_1
),
linked AS (
    SELECT
        c.walker, c.turn, c.step, c.bucket, c.place, c.walk_ending, c.walk_minor,
        coalesce(lag(c.place, 1) OVER w, 0) AS before_1,
        coalesce(lag(c.place, 2) OVER w, 0) AS before_2,
        coalesce(lag(c.place, 3) OVER w, 0) AS before_3,
        coalesce(lead(c.place, 1) OVER w, 0) AS next_place
    FROM changed AS c
    WINDOW w AS (PARTITION BY c.walker, c.turn ORDER BY c.step)
)
SELECT
    l.walker, l.turn, l.step, l.bucket, l.place, l.before_1, l.before_2, l.before_3,
    CASE WHEN l.next_place = 0 THEN l.walk_ending ELSE 0 END AS ending,
    CAST(CASE WHEN l.next_place = 0 THEN l.walk_minor ELSE 0 END AS BIGINT) AS revenue_minor
FROM linked AS l
