-- Which order each touch belongs to: the customer's first order at or after it, if it lies inside the window.
--
-- Reads    touches, orders, settings (one row).
-- Gives    one row per touch that belongs to an order, with that order's facts; journey is the order's number.
-- How      Gaps and islands: walking back in time, every order opens an island and the touches before it fall in.
--          A code redeemed in an order of its own instant goes to the order that names it, so that two orders
--          placed in the same second keep their own codes. A customer's orders have consecutive numbers, so that the last
--          of them stands for the customer: whole numbers sort faster than ids.
-- Portable Ids may be whole numbers or text; ties are broken on the text, so that both give the same rows.
WITH numbered AS (
    SELECT
        o.order_id, o.customer_id, o.at, o.revenue_minor, o.currency, o.code,
        row_number() OVER (
            PARTITION BY o.customer_id ORDER BY o.at DESC, CAST(o.order_id AS VARCHAR) DESC
        ) AS orders_left,
        row_number() OVER (ORDER BY o.customer_id, o.at, CAST(o.order_id AS VARCHAR)) AS journey
    FROM orders AS o
    WHERE o.customer_id IS NOT NULL
),
redeemed AS (
    SELECT n.customer_id, n.at, n.code, max(n.orders_left) AS orders_left
    FROM numbered AS n
    WHERE n.code IS NOT NULL
    GROUP BY n.customer_id, n.at, n.code
),
buyers AS (
    SELECT
        n.customer_id, min(n.at) - max(s.window_us) AS from_at, max(n.at) AS to_at, max(n.journey) AS last_journey
    FROM numbered AS n
    CROSS JOIN settings AS s
    GROUP BY n.customer_id
),
events AS (
    SELECT
        b.last_journey, t.customer_id, t.at, 0 AS is_order, t.touch_id, t.channel, t.branch_id, t.placement_id,
        t.kind, t.code, t.code_kind
    FROM touches AS t
    INNER JOIN buyers AS b ON t.customer_id = b.customer_id AND t.at >= b.from_at AND t.at <= b.to_at
    UNION ALL
    SELECT n.journey + n.orders_left - 1, n.customer_id, n.at, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM numbered AS n
),
islands AS (
    SELECT
        e.*,
        sum(e.is_order) OVER (
            PARTITION BY e.last_journey ORDER BY e.at DESC, e.is_order DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS orders_left
    FROM events AS e
)
SELECT
    n.journey, n.order_id, n.at AS order_at, n.revenue_minor, n.currency,
    i.customer_id, i.touch_id, i.at, i.channel, i.branch_id, i.placement_id, i.kind, i.code, i.code_kind
FROM islands AS i
LEFT JOIN redeemed AS r
    ON i.kind = 'code' AND i.customer_id = r.customer_id AND i.at = r.at AND i.code = r.code
INNER JOIN numbered AS n
    ON i.last_journey - coalesce(r.orders_left, i.orders_left) + 1 = n.journey
CROSS JOIN settings AS s
WHERE i.is_order = 0 AND n.at - i.at <= s.window_us
