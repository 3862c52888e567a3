-- Orders as the measuring room takes them. In: people_orders.
SELECT
    order_id,
    customer_id,
    people_orders.at,
    revenue_minor,
    currency,
    code,
    nullif(click_id, '') AS click_id,
    nullif(said_channel, '') AS said_channel
FROM people_orders
