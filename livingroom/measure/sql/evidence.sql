-- The grade of every order: its best proof, or none.
--
-- Reads    orders, proofs, settings.
-- Gives    one row per order. Grades go A to E; inside a grade the more direct proof, then the later touch, wins.
WITH ranked AS (
    SELECT
        p.*,
        row_number() OVER (
            PARTITION BY p.order_id
            ORDER BY p.grade, p.precedence, p.at DESC, CAST(p.touch_id AS VARCHAR)
        ) AS standing
    FROM proofs AS p
)
SELECT
    o.order_id,
    coalesce(r.grade, 'none') AS grade,
    r.kind, r.touch_id, r.placement_id, r.branch_id,
    CASE
        WHEN r.order_id IS NULL THEN 'No social click, code or answer was seen for this order inside the window.'
        WHEN r.gap_us IS NULL THEN r.reason
        WHEN r.gap_us < 3600000000 THEN concat(r.reason, 'less than an hour before the order.')
        WHEN r.gap_us < 86400000000 THEN concat(r.reason, 'less than a day before the order.')
        WHEN r.gap_us < 172800000000 THEN concat(r.reason, '1 day before the order.')
        ELSE concat(r.reason, CAST(CAST(floor(r.gap_us / 86400000000.0) AS BIGINT) AS VARCHAR),
            ' days before the order.')
    END AS reason,
    s.rule_version
FROM orders AS o
LEFT JOIN ranked AS r ON o.order_id = r.order_id AND r.standing = 1
CROSS JOIN settings AS s
ORDER BY o.order_id
