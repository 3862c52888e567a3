-- Orders as the lake keeps them: with the first (in the alphabet) of our own codes that was redeemed.
-- In: orders, order_codes, codes. Out: the columns of orders, and code.
WITH redeemed AS (
    SELECT order_codes.order_id, min(order_codes.code) AS code
    FROM order_codes
    JOIN codes ON codes.code = order_codes.code
    GROUP BY order_codes.order_id
)
SELECT orders.*, redeemed.code
FROM orders
LEFT JOIN redeemed ON redeemed.order_id = orders.order_id
