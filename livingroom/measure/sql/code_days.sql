-- How each shared code of a post was used, day by day: by people known to have met a post, and by people not known to.
--
-- Reads    sightings, evidence, orders, settings, coupon_sites, home_countries, placement_ends.
-- Gives    one row per (code, currency, day UTC). A redemption is touched if the customer had met the code's branch inside
--          the window. Signs of a leak are counted among the untouched only, each by itself, and `n_signed` is how many
--          had any. `suspect_minor` is what of the untouched has grade D: the rest has evidence of another branch.
WITH redemptions AS (
    SELECT
        s.code, s.placement_id, s.branch_id, o.order_id, o.at, o.currency, o.revenue_minor,
        CASE WHEN s.branch_touch_id IS NOT NULL AND o.at - s.branch_touch_at <= w.window_us THEN 1 ELSE 0 END AS is_touched,
        CASE WHEN e.grade = 'D' THEN 1 ELSE 0 END AS is_suspect,
        CASE WHEN EXISTS (
            SELECT 1 FROM coupon_sites AS k WHERE lower(o.referrer_host) LIKE k.pattern
        ) THEN 1 ELSE 0 END AS from_site,
        CASE WHEN h.branch_id IS NOT NULL AND o.country IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM home_countries AS c WHERE c.branch_id = s.branch_id AND c.country = upper(o.country)
        ) THEN 1 ELSE 0 END AS from_elsewhere,
        CASE WHEN o.at > p.ends_at THEN 1 ELSE 0 END AS is_late
    FROM sightings AS s
    INNER JOIN orders AS o ON s.order_id = o.order_id
    INNER JOIN evidence AS e ON s.order_id = e.order_id
    CROSS JOIN settings AS w
    LEFT JOIN (SELECT DISTINCT c.branch_id FROM home_countries AS c) AS h ON s.branch_id = h.branch_id
    LEFT JOIN placement_ends AS p ON s.placement_id = p.placement_id
    WHERE s.code IS NOT NULL AND coalesce(s.code_kind, 'shared') <> 'single'
),
signed AS (
    SELECT
        r.*,
        CASE WHEN r.is_touched = 0 AND r.from_site + r.from_elsewhere + r.is_late > 0 THEN 1 ELSE 0 END AS is_signed
    FROM redemptions AS r
)
SELECT
    r.code, r.currency, r.at // 86400000000 AS day,
    min(CAST(r.placement_id AS VARCHAR)) AS placement_id,
    min(CAST(r.branch_id AS VARCHAR)) AS branch_id,
    CAST(sum(r.is_touched) AS BIGINT) AS n_touched,
    CAST(sum(1 - r.is_touched) AS BIGINT) AS n_untouched,
    CAST(sum(r.is_touched * r.revenue_minor) AS BIGINT) AS touched_minor,
    CAST(sum((1 - r.is_touched) * r.revenue_minor) AS BIGINT) AS untouched_minor,
    CAST(sum((1 - r.is_touched) * r.is_suspect * r.revenue_minor) AS BIGINT) AS suspect_minor,
    sum((1 - r.is_touched) * CAST(r.revenue_minor AS DOUBLE) * r.revenue_minor) AS untouched_squares,
    CAST(sum(r.is_signed) AS BIGINT) AS n_signed,
    CAST(sum((1 - r.is_touched) * r.from_site) AS BIGINT) AS n_from_site,
    CAST(sum((1 - r.is_touched) * r.from_site * r.revenue_minor) AS BIGINT) AS from_site_minor,
    CAST(sum((1 - r.is_touched) * r.from_elsewhere) AS BIGINT) AS n_from_elsewhere,
    CAST(sum((1 - r.is_touched) * r.from_elsewhere * r.revenue_minor) AS BIGINT) AS from_elsewhere_minor,
    CAST(sum((1 - r.is_touched) * r.is_late) AS BIGINT) AS n_late,
    CAST(sum((1 - r.is_touched) * r.is_late * r.revenue_minor) AS BIGINT) AS late_minor
FROM signed AS r
GROUP BY r.code, r.currency, r.at // 86400000000
