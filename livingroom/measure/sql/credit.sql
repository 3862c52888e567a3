-- The rows of credit: one per order, touch and model.
--
-- Reads    divided, learned (empty where no such model was asked for), contacts, orders, models (one row per model).
-- Gives    one row per (order, touch, model), and one row per (order, model) on the channel "unattributed" for an
--          order without a touch. A touch that a model gives nothing keeps its row, with share 0.
SELECT
    d.order_id, d.touch_id, d.customer_id, d.channel, d.branch_id, d.placement_id, m.model,
    CAST(
        CASE m.model
            WHEN 'last' THEN d.last_share
            WHEN 'first' THEN d.first_share
            WHEN 'linear' THEN d.linear_share
            WHEN 'time_decay' THEN d.time_decay_share
            ELSE d.position_share
        END
    AS DOUBLE) AS share,
    CAST(
        CASE m.model
            WHEN 'last' THEN d.last_minor
            WHEN 'first' THEN d.first_minor
            WHEN 'linear' THEN d.linear_minor
            WHEN 'time_decay' THEN d.time_decay_minor
            ELSE d.position_minor
        END
    AS BIGINT) AS amount_minor,
    d.currency
FROM divided AS d
CROSS JOIN models AS m
WHERE m.model IN ('last', 'first', 'linear', 'time_decay', 'position')
UNION ALL
SELECT
    l.order_id, l.touch_id, l.customer_id, l.channel, l.branch_id, l.placement_id, l.model, l.share, l.amount_minor,
    l.currency
FROM learned AS l
UNION ALL
SELECT
    o.order_id, NULL, o.customer_id, 'unattributed', NULL, NULL, m.model, CAST(1.0 AS DOUBLE), o.revenue_minor, o.currency
FROM orders AS o
CROSS JOIN models AS m
WHERE NOT EXISTS (SELECT 1 FROM contacts AS c WHERE c.order_id = o.order_id)
