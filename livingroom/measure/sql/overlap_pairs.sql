-- For every two channels: how many orders both touched, and what those are worth.
--
-- Reads    order_channels.
-- Gives    one row per (currency, grade, channel, other channel, whether the channel was alone); a channel beside itself
--          is all the orders it touched. The counts of shards add up.
SELECT
    c.currency, c.grade, c.channel, d.channel AS other,
    CASE WHEN c.n_channels = 1 THEN 1 ELSE 0 END AS is_alone,
    count(*) AS n_orders,
    CAST(sum(c.revenue_minor) AS BIGINT) AS revenue_minor
FROM order_channels AS c
INNER JOIN order_channels AS d ON c.order_id = d.order_id
GROUP BY c.currency, c.grade, c.channel, d.channel, CASE WHEN c.n_channels = 1 THEN 1 ELSE 0 END
