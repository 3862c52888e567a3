-- The path to each order: the touches that competed for its credit, its codes, the conversations answered before it, and the
-- touch its grade rests on (which may lie before an earlier order of the same person).
-- In: credit, evidence (measured), people_touches, people_conversations. Out: the columns of Touch.
WITH met AS (
    SELECT * FROM people_touches
    UNION ALL
    SELECT * EXCLUDE (is_clicked) FROM people_conversations
    ANTI JOIN people_touches USING (touch_id)
),
steps AS (
    SELECT order_id, CAST(touch_id AS VARCHAR) AS touch_id FROM credit WHERE model = 'linear' AND touch_id IS NOT NULL
    UNION
    SELECT order_id, touch_id FROM people_touches WHERE order_id IS NOT NULL
    UNION
    SELECT order_id, touch_id FROM people_conversations WHERE order_id IS NOT NULL
    UNION
    SELECT order_id, CAST(touch_id AS VARCHAR) FROM evidence WHERE touch_id IS NOT NULL
)
SELECT
    steps.order_id,
    steps.touch_id,
    met.at,
    met.kind,
    met.channel,
    met.branch_id,
    met.placement_id,
    met.code
FROM steps
JOIN met ON met.touch_id = steps.touch_id
