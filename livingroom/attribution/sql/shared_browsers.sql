-- Browsers that two or three customers' orders lead to: the same person may have bought under two names. More than three are a
-- library's or an office's.
-- In: orders, order_codes, codes, clicks. Out: one, two (customers), visitor, orders (two order numbers), n (customers of the browser).
WITH carried AS (
    SELECT orders.click_id, orders.customer_id, orders.at, orders.order_id FROM orders WHERE orders.click_id <> ''
    UNION ALL
    SELECT codes.issued_click, orders.customer_id, orders.at, orders.order_id
    FROM order_codes
    JOIN codes ON codes.code = order_codes.code AND codes.code_kind = 'single' AND codes.issued_click <> ''
    JOIN orders ON orders.order_id = order_codes.order_id
),
proven AS (
    SELECT clicks.visitor, carried.customer_id, min(carried.order_id) AS order_id
    FROM carried
    JOIN clicks ON clicks.click_id = carried.click_id AND clicks.at <= carried.at + 300000000
    WHERE carried.customer_id > 0 AND clicks.visitor <> '' AND clicks.class = 'human'
    GROUP BY clicks.visitor, carried.customer_id
),
few AS (
    SELECT visitor, count(*) AS n FROM proven GROUP BY visitor HAVING count(*) BETWEEN 2 AND 3
)
SELECT least(a.customer_id, b.customer_id) AS one, greatest(a.customer_id, b.customer_id) AS two, a.visitor,
    least(a.order_id, b.order_id) AS first_order, greatest(a.order_id, b.order_id) AS second_order, few.n
FROM proven AS a
JOIN proven AS b ON b.visitor = a.visitor AND a.customer_id < b.customer_id
JOIN few ON few.visitor = a.visitor
ORDER BY one, two
