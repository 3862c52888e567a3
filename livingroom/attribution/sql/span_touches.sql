-- The touches of one span of months. A touch belongs to its person's next order, so it is of the span if that order is; if no
-- order follows, it is of the span by its own time. Left out are touches of orders outside.
-- In: touches_of_people (customer_id, at, channel, touch_id), orders_of_people (customer_id, at), span (start_at, end_at).
SELECT
    touches_of_people.customer_id,
    touches_of_people.at,
    touches_of_people.channel,
    touches_of_people.touch_id
FROM touches_of_people
CROSS JOIN span
ASOF LEFT JOIN orders_of_people
    ON orders_of_people.customer_id = touches_of_people.customer_id AND orders_of_people.at >= touches_of_people.at
WHERE coalesce(orders_of_people.at, touches_of_people.at) >= span.start_at
    AND coalesce(orders_of_people.at, touches_of_people.at) < span.end_at
