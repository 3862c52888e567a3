-- In which company the social programme was: alone, beside other channels, absent, or nothing touched the order at all.
--
-- Reads    order_channels, evidence, orders.
-- Gives    one row per (currency, grade, company) with company social, both, other or nothing. The counts of shards add up.
WITH company AS (
    SELECT
        c.order_id,
        CASE
            WHEN max(c.only_social) = 1 THEN 'social'
            WHEN max(c.some_social) = 1 THEN 'both'
            ELSE 'other'
        END AS company
    FROM order_channels AS c
    GROUP BY c.order_id
)
SELECT
    o.currency, e.grade, coalesce(c.company, 'nothing') AS company,
    count(*) AS n_orders,
    CAST(sum(o.revenue_minor) AS BIGINT) AS revenue_minor
FROM evidence AS e
INNER JOIN orders AS o ON e.order_id = o.order_id
LEFT JOIN company AS c ON e.order_id = c.order_id
GROUP BY o.currency, e.grade, coalesce(c.company, 'nothing')
