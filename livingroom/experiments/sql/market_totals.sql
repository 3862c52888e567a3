-- What was ordered in each country and division. In: the first moment, the moment after the last.
SELECT country, division, count(*) AS n_orders, CAST(sum(net_reporting_minor) AS BIGINT) AS net_minor
FROM orders_order
WHERE placed_at >= %s AND placed_at < %s AND country <> ''
GROUP BY country, division
