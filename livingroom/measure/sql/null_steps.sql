-- The touches that no order follows inside the window, as steps of a walk through channels that ends in nothing.
--
-- Reads    null_events.
-- Gives    the columns of order_steps; walker is the person, turn counts the orders before; ending is 0, at the last 1.
-- How      An order parts the walks: all that a person met between two orders and that belongs to neither is one null
--          journey.
WITH walked AS (
    SELECT
        e.walker, e.bucket, e.place,
        coalesce(lag(e.place, 1) OVER w, 0) AS back_1,
        coalesce(lag(e.place, 2) OVER w, 0) AS back_2,
        coalesce(lag(e.place, 3) OVER w, 0) AS back_3,
        coalesce(lead(e.place, 1) OVER w, 0) AS next_place,
        sum(e.is_order) OVER w AS turn,
        row_number() OVER w AS step
    FROM null_events AS e
    WINDOW w AS (PARTITION BY e.walker ORDER BY e.moment)
)
SELECT
    k.walker, CAST(k.turn AS BIGINT) AS turn, k.step, k.bucket, k.place,
    k.back_1 AS before_1,
    CASE WHEN k.back_1 = 0 THEN 0 ELSE k.back_2 END AS before_2,
    CASE WHEN k.back_1 = 0 OR k.back_2 = 0 THEN 0 ELSE k.back_3 END AS before_3,
    CASE WHEN k.next_place = 0 THEN 1 ELSE 0 END AS ending,
    CAST(0 AS BIGINT) AS revenue_minor
FROM walked AS k
WHERE k.place > 0
