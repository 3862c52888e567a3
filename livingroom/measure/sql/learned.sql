-- Shares and amounts by models that were learned from all journeys.
--
-- Reads    divided, channels, channel_weights (model, place, weight: a whole number, 0 or more).
-- Gives    one row per contact and model.
-- How      First among the channels that the order met, in proportion to their weights (equally where all are 0), by
--          largest remainder, the channel first in the alphabet among equals. Then equally among a channel's contacts,
--          what is left to the earlier ones: meeting a channel twice does not double its part.
WITH met AS (
    SELECT
        d.order_id, h.place, max(d.sign) AS sign, max(d.size_minor) AS size_minor, count(*) AS n_contacts
    FROM divided AS d
    INNER JOIN channels AS h ON d.channel = h.channel
    GROUP BY d.order_id, h.place
),
weighed AS (
    SELECT
        m.*, w.model,
        CASE WHEN sum(w.weight) OVER (PARTITION BY m.order_id, w.model) = 0 THEN 1 ELSE w.weight END AS weight
    FROM met AS m
    INNER JOIN channel_weights AS w ON m.place = w.place
),
shared AS (
    SELECT
        w.*,
        w.weight / CAST(sum(w.weight) OVER (PARTITION BY w.order_id, w.model) AS DOUBLE) AS channel_share
    FROM weighed AS w
),
floored AS (
    SELECT s.*, CAST(floor(s.size_minor * s.channel_share) AS BIGINT) AS whole_minor
    FROM shared AS s
),
ranked AS (
    SELECT
        f.*,
        row_number() OVER (
            PARTITION BY f.order_id, f.model ORDER BY f.size_minor * f.channel_share - f.whole_minor DESC, f.place
        ) AS remainder_rank,
        f.size_minor - sum(f.whole_minor) OVER (PARTITION BY f.order_id, f.model) AS left_minor
    FROM floored AS f
),
channel_parts AS (
    SELECT
        r.order_id, r.place, r.model, r.sign, r.n_contacts, r.channel_share,
        CAST(r.whole_minor + CASE WHEN r.remainder_rank <= r.left_minor THEN 1 ELSE 0 END AS BIGINT) AS part_minor
    FROM ranked AS r
),
numbered AS (
    SELECT
        d.order_id, d.touch_id, d.customer_id, d.channel, d.branch_id, d.placement_id, d.currency, h.place,
        row_number() OVER (PARTITION BY d.order_id, h.place ORDER BY d.place) AS turn
    FROM divided AS d
    INNER JOIN channels AS h ON d.channel = h.channel
)
SELECT
    n.order_id, n.touch_id, n.customer_id, n.channel, n.branch_id, n.placement_id, c.model,
    c.channel_share / c.n_contacts AS share,
    CAST(
        c.sign * (c.part_minor // c.n_contacts + CASE WHEN n.turn <= c.part_minor % c.n_contacts THEN 1 ELSE 0 END)
    AS BIGINT) AS amount_minor,
    n.currency
FROM numbered AS n
INNER JOIN channel_parts AS c ON n.order_id = c.order_id AND n.place = c.place
