-- For each redeemed social code: what else of that branch the same customer had met before the order.
--
-- Reads    touches, journeys.
-- Gives    one row per redemption, with the latest click on the code's placement, the latest click and the latest
--          touch of any kind on its branch. Older ones need no look: if the latest is outside the window, so are they.
-- How      Everything on one line per customer; a running maximum of the line number finds the latest of each sort.
--          These touches may lie before an earlier order: the code proves this order, the touch only who held it.
WITH redemptions AS (
    SELECT j.* FROM journeys AS j WHERE j.kind = 'code' AND j.branch_id IS NOT NULL
),
line AS (
    SELECT t.customer_id, t.at, 0 AS is_code, t.touch_id, t.kind, t.branch_id, t.placement_id, NULL AS order_id,
        NULL AS code, NULL AS code_kind
    FROM touches AS t
    WHERE t.branch_id IS NOT NULL AND t.kind NOT IN ('code', 'answer')
        AND t.customer_id IN (SELECT r.customer_id FROM redemptions AS r)
    UNION ALL
    SELECT r.customer_id, r.order_at, 1, r.touch_id, r.kind, r.branch_id, r.placement_id, r.order_id, r.code,
        r.code_kind
    FROM redemptions AS r
),
numbered AS (
    SELECT
        l.*,
        row_number() OVER (
            PARTITION BY l.customer_id ORDER BY l.at, l.is_code, CAST(l.touch_id AS VARCHAR)
        ) AS place
    FROM line AS l
),
seen AS (
    SELECT
        n.*,
        max(CASE WHEN n.kind = 'click' THEN n.place END) OVER (
            PARTITION BY n.customer_id, n.branch_id, n.placement_id ORDER BY n.place
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS placement_click,
        max(CASE WHEN n.kind = 'click' THEN n.place END) OVER (
            PARTITION BY n.customer_id, n.branch_id ORDER BY n.place
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS branch_click,
        max(CASE WHEN n.is_code = 0 THEN n.place END) OVER (
            PARTITION BY n.customer_id, n.branch_id ORDER BY n.place
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS branch_touch
    FROM numbered AS n
)
SELECT
    s.order_id, s.at AS order_at, s.touch_id, s.code, s.code_kind, s.branch_id, s.placement_id,
    p.touch_id AS placement_click_id, p.at AS placement_click_at,
    b.touch_id AS branch_click_id, b.at AS branch_click_at, b.placement_id AS branch_click_placement_id,
    t.touch_id AS branch_touch_id, t.at AS branch_touch_at, t.kind AS branch_touch_kind
FROM seen AS s
LEFT JOIN numbered AS p
    ON s.customer_id = p.customer_id AND s.placement_click = p.place AND s.placement_id IS NOT NULL
LEFT JOIN numbered AS b ON s.customer_id = b.customer_id AND s.branch_click = b.place
LEFT JOIN numbered AS t ON s.customer_id = t.customer_id AND s.branch_touch = t.place
WHERE s.is_code = 1
