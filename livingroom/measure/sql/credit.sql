-- Shares and amounts: each order's net revenue, divided by each rule, to the last minor unit.
--
-- Reads    decay, contacts, orders, models (one row per rule asked for).
-- Gives    one row per (order, touch, rule), and one row per (order, rule) on the channel "unattributed" for an
--          order without a touch. A touch that a rule gives nothing keeps its row, with share 0.
-- How      Largest remainder, the earlier touch first among equals. Where weights are equal, the ranking of the
--          fractions is known without sorting: linear has one fraction for all, so what is left goes to the first
--          touches; position has one for both ends (2/5 of the size) and one for all between (a fifth of it over
--          n - 2). A negative order is divided like the positive one and the sign put back.
WITH counted AS (
    SELECT
        d.*,
        CASE WHEN d.n_contacts > 2 THEN d.n_contacts - 2 ELSE 1 END AS n_between,
        CASE WHEN d.place = 1 OR d.place = d.n_contacts THEN 1 ELSE 0 END AS is_end
    FROM decay AS d
),
positioned AS (
    SELECT
        c.*,
        c.size_minor // c.n_contacts AS equal_minor,
        (2 * c.size_minor) // 5 AS end_minor,
        c.size_minor // (5 * c.n_between) AS between_minor,
        -- Both fractions over the same denominator, 5 (n - 2): which is larger?
        ((2 * c.size_minor) % 5) * c.n_between - c.size_minor % (5 * c.n_between) AS end_is_larger_by
    FROM counted AS c
),
ranked AS (
    SELECT
        p.*,
        p.size_minor - p.n_contacts * p.equal_minor AS equal_left_minor,
        p.size_minor - 2 * p.end_minor - p.n_between * p.between_minor AS position_left_minor,
        CASE
            WHEN p.end_is_larger_by = 0 THEN p.place
            WHEN p.end_is_larger_by > 0 THEN
                CASE WHEN p.place = 1 THEN 1 WHEN p.place = p.n_contacts THEN 2 ELSE p.place + 1 END
            ELSE
                CASE WHEN p.place = 1 THEN p.n_contacts - 1 WHEN p.place = p.n_contacts THEN p.place ELSE p.place - 1 END
        END AS position_rank
    FROM positioned AS p
),
divided AS (
    SELECT
        r.order_id, r.touch_id, r.customer_id, r.channel, r.branch_id, r.placement_id, m.model, r.currency,
        CASE
            WHEN m.model = 'last' THEN CASE WHEN r.place = r.n_contacts THEN 1.0 ELSE 0.0 END
            WHEN m.model = 'first' THEN CASE WHEN r.place = 1 THEN 1.0 ELSE 0.0 END
            WHEN m.model = 'time_decay' THEN r.decay_share
            WHEN m.model = 'linear' OR r.n_contacts <= 2 THEN 1.0 / r.n_contacts
            WHEN r.is_end = 1 THEN 0.4
            ELSE 0.2 / r.n_between
        END AS share,
        CASE
            WHEN m.model = 'last' THEN CASE WHEN r.place = r.n_contacts THEN r.size_minor ELSE 0 END
            WHEN m.model = 'first' THEN CASE WHEN r.place = 1 THEN r.size_minor ELSE 0 END
            WHEN m.model = 'time_decay' THEN r.decay_minor
            WHEN m.model = 'linear' OR r.n_contacts <= 2 THEN
                r.equal_minor + CASE WHEN r.place <= r.equal_left_minor THEN 1 ELSE 0 END
            ELSE
                CASE WHEN r.is_end = 1 THEN r.end_minor ELSE r.between_minor END
                + CASE WHEN r.position_rank <= r.position_left_minor THEN 1 ELSE 0 END
        END AS part_minor,
        r.revenue_minor
    FROM ranked AS r
    CROSS JOIN models AS m
)
SELECT
    d.order_id, d.touch_id, d.customer_id, d.channel, d.branch_id, d.placement_id, d.model,
    CAST(d.share AS DOUBLE) AS share,
    CAST(CASE WHEN d.revenue_minor < 0 THEN -d.part_minor ELSE d.part_minor END AS BIGINT) AS amount_minor,
    d.currency
FROM divided AS d
UNION ALL
SELECT
    o.order_id, NULL, o.customer_id, 'unattributed', NULL, NULL, m.model, CAST(1.0 AS DOUBLE), o.revenue_minor, o.currency
FROM orders AS o
CROSS JOIN models AS m
WHERE NOT EXISTS (SELECT 1 FROM contacts AS c WHERE c.order_id = o.order_id)
