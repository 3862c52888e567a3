-- What each rule of position and age gives each channel, by bucket of people and currency.
--
-- Reads    divided, payers, channels.
-- Gives    one row per bucket, currency and channel: shares (orders in parts) and amounts under every rule.
SELECT
    p.bucket, p.currency_number, h.place,
    sum(d.last_share) AS last_shares, CAST(sum(d.last_minor) AS BIGINT) AS last_minor,
    sum(d.first_share) AS first_shares, CAST(sum(d.first_minor) AS BIGINT) AS first_minor,
    sum(d.linear_share) AS linear_shares, CAST(sum(d.linear_minor) AS BIGINT) AS linear_minor,
    sum(d.time_decay_share) AS time_decay_shares, CAST(sum(d.time_decay_minor) AS BIGINT) AS time_decay_minor,
    sum(d.position_share) AS position_shares, CAST(sum(d.position_minor) AS BIGINT) AS position_minor
FROM divided AS d
INNER JOIN payers AS p ON d.order_id = p.order_id
INNER JOIN channels AS h ON d.channel = h.channel
GROUP BY p.bucket, p.currency_number, h.place
