-- One row per order and code it redeemed. In: orders. Out: order_id, code.
SELECT DISTINCT order_id, upper(trim(code)) AS code
FROM (SELECT order_id, unnest(from_json(codes, '["VARCHAR"]')) AS code FROM orders WHERE codes NOT IN ('', '[]'))
