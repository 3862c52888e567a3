-- Which visitor of our links is which customer.
--
-- An order proves who clicked in two ways: it carries the click's id, or a single-use code that was given to that click.
-- From there every click of the same visitor belongs to the order's customer. When two customers' orders lead to one
-- visitor (a family's computer, a library), the visitor is nobody's: each order then proves its own click and no more.
-- A click that two customers' orders carry (a shared address) belongs to the one who ordered first.
--
-- A click that an order carries came before it, whatever the clocks say: a shop's clock may be behind ours, and many exports
-- cut off the seconds. Up to five minutes are forgiven; an order older than that proves nothing.
-- In: orders, order_codes, codes, clicks. Out: click_id, customer_id, no_later_than (the order's time, where an order carries it).
WITH carried AS (
    SELECT orders.click_id, orders.customer_id, orders.at, orders.order_id FROM orders WHERE orders.click_id <> ''
    UNION ALL
    SELECT codes.issued_click, orders.customer_id, orders.at, orders.order_id
    FROM order_codes
    JOIN codes ON codes.code = order_codes.code AND codes.code_kind = 'single' AND codes.issued_click <> ''
    JOIN orders ON orders.order_id = order_codes.order_id
),
proven AS (
    SELECT clicks.click_id, clicks.visitor, carried.customer_id, carried.at, carried.order_id
    FROM carried
    JOIN clicks ON clicks.click_id = carried.click_id AND clicks.at <= carried.at + 300000000
),
first_carrier AS (
    SELECT click_id, customer_id, proven.at AS no_later_than
    FROM proven
    QUALIFY row_number() OVER (PARTITION BY click_id ORDER BY proven.at, CAST(customer_id AS VARCHAR)) = 1
),
known_visitor AS (
    SELECT visitor, min(customer_id) AS customer_id
    FROM proven
    WHERE visitor <> ''
    GROUP BY visitor
    HAVING min(customer_id) = max(customer_id)
)
SELECT
    clicks.click_id,
    coalesce(first_carrier.customer_id, known_visitor.customer_id) AS customer_id,
    first_carrier.no_later_than
FROM clicks
LEFT JOIN first_carrier ON first_carrier.click_id = clicks.click_id
LEFT JOIN known_visitor ON known_visitor.visitor = clicks.visitor
WHERE coalesce(first_carrier.customer_id, known_visitor.customer_id) IS NOT NULL
