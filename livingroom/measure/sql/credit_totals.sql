-- Credit by rule, channel and currency. Reads credit. Orders live in one shard only, so the sums of shards add up.
SELECT
    c.model, c.channel, c.currency,
    sum(c.share) AS shares,
    CAST(sum(c.amount_minor) AS BIGINT) AS amount_minor
FROM credit AS c
GROUP BY c.model, c.channel, c.currency
