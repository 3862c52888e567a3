-- The touches that compete for credit, in the order in which the customer met them.
--
-- Reads    journeys, settings.
-- Gives    one row per touch, with its place (from 1), how many there are, and its weight by age: 2^30 for the newest,
--          half of it one half-life earlier, as a whole number so that totals are exact.
-- How      A redeemed code is the trace of a contact, not another one: where the journey holds a touch of the same
--          placement, the code's row is left out. The buyer's own answer is no contact either.
WITH met AS (
    SELECT j.*
    FROM journeys AS j
    WHERE j.kind <> 'answer'
        AND NOT (
            j.kind = 'code' AND j.placement_id IS NOT NULL AND EXISTS (
                SELECT 1 FROM journeys AS o
                WHERE o.journey = j.journey AND o.placement_id = j.placement_id AND o.kind NOT IN ('code', 'answer')
            )
        )
),
aged AS (
    SELECT
        m.*,
        CAST(round(
            1073741824 * power(2.0, (m.at - max(m.at) OVER (PARTITION BY m.journey)) / CAST(s.half_life_us AS DOUBLE))
        ) AS BIGINT) AS decay_weight
    FROM met AS m
    CROSS JOIN settings AS s
)
SELECT
    a.journey, a.order_id, a.customer_id, a.revenue_minor, a.currency, a.touch_id, a.channel, a.branch_id, a.placement_id,
    row_number() OVER (
        PARTITION BY a.journey
        ORDER BY a.at, CASE WHEN a.kind = 'code' THEN 1 ELSE 0 END, CAST(a.touch_id AS VARCHAR)
    ) AS place,
    count(*) OVER (PARTITION BY a.journey) AS n_contacts,
    a.decay_weight
FROM aged AS a
