-- The path to each order: the touches that competed for its credit, its codes, and the touch its grade rests on (which may
-- lie before an earlier order of the same person). In: credit, evidence (measured), touches. Out: the columns of Touch.
WITH steps AS (
    SELECT order_id, CAST(touch_id AS VARCHAR) AS touch_id FROM credit WHERE model = 'linear' AND touch_id IS NOT NULL
    UNION
    SELECT order_id, touch_id FROM people_touches WHERE order_id IS NOT NULL
    UNION
    SELECT order_id, CAST(touch_id AS VARCHAR) FROM evidence WHERE touch_id IS NOT NULL
)
SELECT
    steps.order_id,
    steps.touch_id,
    people_touches.at,
    people_touches.kind,
    people_touches.channel,
    people_touches.branch_id,
    people_touches.placement_id,
    people_touches.code
FROM steps
JOIN people_touches ON people_touches.touch_id = steps.touch_id
