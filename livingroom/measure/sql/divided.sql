-- Shares and amounts: each order's net revenue, divided by each rule of position and age, to the last minor unit.
--
-- Reads    decay.
-- Gives    one row per contact, with its share and its amount under every rule.
-- How      Largest remainder, the earlier touch first among equals. Where weights are equal, the ranking of the
--          fractions is known without sorting: linear has one fraction for all, so what is left goes to the first
--          touches; position has one for both ends (2/5 of the size) and one for all between (a fifth of it over
--          n - 2). A negative order is divided like the positive one and the sign put back.
WITH counted AS (
    SELECT
        d.*,
        CASE WHEN d.revenue_minor < 0 THEN -1 ELSE 1 END AS sign,
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
equal AS (
    SELECT
        r.*,
        1.0 / r.n_contacts AS linear_share,
        r.sign * (r.equal_minor + CASE WHEN r.place <= r.equal_left_minor THEN 1 ELSE 0 END) AS linear_minor
    FROM ranked AS r
)
SELECT
    e.order_id, e.touch_id, e.customer_id, e.channel, e.branch_id, e.placement_id, e.place, e.n_contacts, e.currency,
    e.sign, e.size_minor,
    CASE WHEN e.place = e.n_contacts THEN 1.0 ELSE 0.0 END AS last_share,
    CASE WHEN e.place = e.n_contacts THEN e.revenue_minor ELSE 0 END AS last_minor,
    CASE WHEN e.place = 1 THEN 1.0 ELSE 0.0 END AS first_share,
    CASE WHEN e.place = 1 THEN e.revenue_minor ELSE 0 END AS first_minor,
    CAST(e.linear_share AS DOUBLE) AS linear_share, e.linear_minor,
    e.decay_share AS time_decay_share, e.sign * e.decay_minor AS time_decay_minor,
    CAST(
        CASE WHEN e.n_contacts <= 2 THEN e.linear_share WHEN e.is_end = 1 THEN 0.4 ELSE 0.2 / e.n_between END AS DOUBLE
    ) AS position_share,
    CASE
        WHEN e.n_contacts <= 2 THEN e.linear_minor
        ELSE e.sign * (
            CASE WHEN e.is_end = 1 THEN e.end_minor ELSE e.between_minor END
            + CASE WHEN e.position_rank <= e.position_left_minor THEN 1 ELSE 0 END
        )
    END AS position_minor
FROM equal AS e
