-- Everybody with a touch, numbered, with the bucket that they fall into.
--
-- Reads    touches.
-- Gives    one row per customer; bucket 0 to 255 as in payers, number from 1.
WITH known AS (
    SELECT DISTINCT t.customer_id
    FROM touches AS t
),
hashed AS (
    SELECT k.customer_id, md5(CAST(k.customer_id AS VARCHAR)) AS digest
    FROM known AS k
)
SELECT
    h.customer_id,
    (strpos('0123456789abcdef', substr(h.digest, 2, 1)) - 1) * 16
    + strpos('0123456789abcdef', substr(h.digest, 3, 1)) - 1 AS bucket,
    row_number() OVER (ORDER BY h.customer_id) AS number
FROM hashed AS h
