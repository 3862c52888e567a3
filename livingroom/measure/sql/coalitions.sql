-- Which channels were met before each order.
--
-- Reads    payers, contacts, channels (with bit, one of its own for each).
-- Gives    one row per order: its bucket, currency and revenue, and the sum of its channels' bits, 0 without a contact.
WITH met AS (
    SELECT c.order_id, bit_or(h.bit) AS members
    FROM contacts AS c
    INNER JOIN channels AS h ON c.channel = h.channel
    GROUP BY c.order_id
)
SELECT p.bucket, p.currency_number, p.revenue_minor, coalesce(m.members, 0) AS members
FROM payers AS p
LEFT JOIN met AS m ON p.order_id = m.order_id
