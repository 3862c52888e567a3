-- How many orders two channels both touched inside the window before the order; a channel with itself is all that it touched,
-- and beside that stand the orders which it alone touched. The row without a channel is every order that any channel touched.
-- A touch belongs to its person's next order, as in measure/sql/journeys.sql.
-- In: touches_of_people, orders_of_people, span (start_at, end_at), settings (window_us, first, last). Out: as in Overlap.
WITH next_orders AS (
    SELECT touches_of_people.channel, touches_of_people.at AS touched_at, orders_of_people.*
    FROM touches_of_people
    ASOF JOIN orders_of_people
        ON orders_of_people.customer_id = touches_of_people.customer_id AND orders_of_people.at >= touches_of_people.at
),
seen AS (
    SELECT DISTINCT next_orders.order_id, next_orders.revenue_minor, next_orders.channel
    FROM next_orders
    CROSS JOIN settings
    CROSS JOIN span
    WHERE next_orders.at - touched_at <= settings.window_us
        AND next_orders.at >= span.start_at AND next_orders.at < span.end_at
),
counted AS (
    SELECT order_id, count(*) AS n_channels FROM seen GROUP BY order_id
)
SELECT
    any_value(settings.first) AS first,
    any_value(settings.last) AS last,
    one.channel,
    two.channel AS other,
    count(*) AS n_orders,
    CAST(sum(one.revenue_minor) AS BIGINT) AS revenue_minor,
    count(*) FILTER (one.channel = two.channel AND n_channels = 1) AS n_alone,
    CAST(coalesce(sum(one.revenue_minor) FILTER (one.channel = two.channel AND n_channels = 1), 0) AS BIGINT) AS alone_minor
FROM seen AS one
JOIN seen AS two ON two.order_id = one.order_id
JOIN counted ON counted.order_id = one.order_id
CROSS JOIN settings
GROUP BY one.channel, two.channel
UNION ALL
SELECT
    any_value(settings.first), any_value(settings.last), '', '', count(*), CAST(sum(revenue_minor) AS BIGINT), 0, 0
FROM (SELECT DISTINCT order_id, revenue_minor FROM seen) AS touched
CROSS JOIN settings
HAVING count(*) > 0
