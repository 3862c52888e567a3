-- Orders and net revenue by currency and grade. Reads evidence and orders; the counts of shards add up.
SELECT
    o.currency, e.grade,
    count(*) AS n_orders,
    CAST(sum(o.revenue_minor) AS BIGINT) AS revenue_minor
FROM evidence AS e
INNER JOIN orders AS o ON e.order_id = o.order_id
GROUP BY o.currency, e.grade
