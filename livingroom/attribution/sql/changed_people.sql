-- The people one of whose orders or touches is not as it was when they were last measured.
-- In: orders, touches, previous_orders, previous_touches. Out: customer_id.
SELECT DISTINCT customer_id
FROM (
    (SELECT * FROM orders EXCEPT SELECT * FROM previous_orders)
    UNION ALL
    (SELECT * FROM previous_orders EXCEPT SELECT * FROM orders)
)
UNION
SELECT DISTINCT customer_id
FROM (
    (SELECT * FROM touches EXCEPT SELECT * FROM previous_touches)
    UNION ALL
    (SELECT * FROM previous_touches EXCEPT SELECT * FROM touches)
)
