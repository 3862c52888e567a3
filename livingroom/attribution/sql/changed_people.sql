-- The people one of whose orders, touches or answered conversations is not as it was when they were last measured.
-- In: orders, touches, conversations, and all three as previous_…. Out: customer_id.
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
UNION
SELECT DISTINCT customer_id
FROM (
    (SELECT * FROM conversations EXCEPT SELECT * FROM previous_conversations)
    UNION ALL
    (SELECT * FROM previous_conversations EXCEPT SELECT * FROM conversations)
)
WHERE customer_id IN (SELECT customer_id FROM orders)
