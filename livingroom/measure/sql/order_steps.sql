-- The contacts before each order as steps of a walk through channels.
--
-- Reads    contacts, payers, channels (channel, place from 1).
-- Gives    one row per contact: walker (one per journey; negative) and turn, its place among the channels, the places of
--          the three steps before (0 before the first), and how it ends: 0 goes on, 2 and up an order in that currency.
SELECT
    -p.number AS walker, 0 AS turn, c.place AS step, p.bucket, h.place,
    coalesce(lag(h.place, 1) OVER w, 0) AS before_1,
    coalesce(lag(h.place, 2) OVER w, 0) AS before_2,
    coalesce(lag(h.place, 3) OVER w, 0) AS before_3,
    CASE WHEN c.place = c.n_contacts THEN 2 + p.currency_number ELSE 0 END AS ending,
    CASE WHEN c.place = c.n_contacts THEN p.revenue_minor ELSE 0 END AS revenue_minor
FROM contacts AS c
INNER JOIN payers AS p ON c.order_id = p.order_id
INNER JOIN channels AS h ON c.channel = h.channel
WINDOW w AS (PARTITION BY c.journey ORDER BY c.place)
