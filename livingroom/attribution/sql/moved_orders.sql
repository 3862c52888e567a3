-- How many orders differ from those kept in anything that touches are made from. In: orders, kept_orders.
WITH now AS (SELECT order_id, customer_id, orders.at, codes, click_id FROM orders),
before AS (SELECT order_id, customer_id, kept_orders.at, codes, click_id FROM kept_orders)
SELECT count(*)
FROM (
    (SELECT * FROM now EXCEPT SELECT * FROM before)
    UNION ALL
    (SELECT * FROM before EXCEPT SELECT * FROM now)
)
