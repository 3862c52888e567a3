-- Orders that followed an answered conversation inside the window, each with the last answer before it.
-- In: people_conversations, people_orders, evidence (measured). Out: the columns of AnsweredOrder.
WITH ranked AS (
    SELECT
        c.*,
        row_number() OVER (PARTITION BY c.order_id ORDER BY c.at DESC, c.touch_id DESC) AS place
    FROM people_conversations AS c
    WHERE c.order_id IS NOT NULL
)
SELECT
    r.order_id,
    r.branch_id,
    CAST(split_part(r.touch_id, ':', 2) AS BIGINT) AS conversation_id,
    r.touch_id,
    r.at AS answered_at,
    o.at AS placed_at,
    e.grade,
    o.reporting_minor AS net_minor
FROM ranked AS r
INNER JOIN people_orders AS o ON r.order_id = o.order_id
INNER JOIN evidence AS e ON r.order_id = e.order_id
WHERE r.place = 1
