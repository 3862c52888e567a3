-- The amounts of the rule time_decay, by largest remainder.
--
-- Reads    contacts.
-- Gives    contacts, each with the size of its order, its share by age and its part of that size in minor units.
-- How      Every touch gets the whole minor units of its exact part; what is left goes, one by one, to the largest
--          fractions, the earlier touch first. Any rule with free weights can be divided in this way.
WITH shared AS (
    SELECT
        c.*,
        abs(c.revenue_minor) AS size_minor,
        c.decay_weight / CAST(sum(c.decay_weight) OVER (PARTITION BY c.journey) AS DOUBLE) AS decay_share
    FROM contacts AS c
),
floored AS (
    SELECT s.*, CAST(floor(s.size_minor * s.decay_share) AS BIGINT) AS whole_minor
    FROM shared AS s
),
ranked AS (
    SELECT
        f.*,
        row_number() OVER (
            PARTITION BY f.journey ORDER BY f.size_minor * f.decay_share - f.whole_minor DESC, f.place
        ) AS remainder_rank,
        f.size_minor - sum(f.whole_minor) OVER (PARTITION BY f.journey) AS left_minor
    FROM floored AS f
)
SELECT
    r.journey, r.order_id, r.customer_id, r.revenue_minor, r.currency, r.touch_id, r.channel, r.branch_id, r.placement_id,
    r.place, r.n_contacts, r.size_minor, r.decay_share,
    r.whole_minor + CASE WHEN r.remainder_rank <= r.left_minor THEN 1 ELSE 0 END AS decay_minor
FROM ranked AS r
ORDER BY r.journey, r.place
