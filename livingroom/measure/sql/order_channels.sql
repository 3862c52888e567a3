-- Which channels touched each order inside the window.
--
-- Reads    journeys, evidence, orders.
-- Gives    one row per (order, channel), with the order's grade, worth and number of channels. An order that nothing
--          touched has no row. A redeemed code counts for its channel; the buyer's own answer is no touch.
WITH met AS (
    SELECT
        j.order_id, j.channel,
        max(CASE WHEN j.branch_id IS NULL THEN 0 ELSE 1 END) AS is_social
    FROM journeys AS j
    WHERE j.kind <> 'answer'
    GROUP BY j.order_id, j.channel
)
SELECT
    m.order_id, m.channel, m.is_social, e.grade, o.currency, o.revenue_minor,
    count(*) OVER (PARTITION BY m.order_id) AS n_channels,
    min(m.is_social) OVER (PARTITION BY m.order_id) AS only_social,
    max(m.is_social) OVER (PARTITION BY m.order_id) AS some_social
FROM met AS m
INNER JOIN evidence AS e ON m.order_id = e.order_id
INNER JOIN orders AS o ON m.order_id = o.order_id
