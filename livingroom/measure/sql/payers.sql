-- Every order, with the bucket of people that its customer falls into.
--
-- Reads    orders, currencies (currency, number from 0).
-- Gives    one row per order; bucket 0 to 255, number from 1.
-- How      Two digits of the id's md5, which every engine knows. An order of nobody stands for a person of its own.
WITH hashed AS (
    SELECT o.*, md5(coalesce(CAST(o.customer_id AS VARCHAR), 'order ' || CAST(o.order_id AS VARCHAR))) AS digest
    FROM orders AS o
)
SELECT
    h.order_id, h.customer_id, h.at, h.revenue_minor, h.currency, c.number AS currency_number,
    (strpos('0123456789abcdef', substr(h.digest, 2, 1)) - 1) * 16
    + strpos('0123456789abcdef', substr(h.digest, 3, 1)) - 1 AS bucket,
    row_number() OVER (ORDER BY h.order_id) AS number
FROM hashed AS h
INNER JOIN currencies AS c ON h.currency = c.currency
