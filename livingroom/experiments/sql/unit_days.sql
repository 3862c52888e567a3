-- What each unit's market ordered on each day (UTC), worth now, in the reporting currency. Orders know nothing of posts.
-- In: the experiment, the first day, the day after the last. Out: unit, day, orders, net revenue in minor units.
SELECT unit.name, substr(CAST(placed.placed_at AS TEXT), 1, 10) AS day,
       count(*) AS n_orders, CAST(sum(placed.net_reporting_minor) AS BIGINT) AS net_minor
FROM experiments_unit AS unit
JOIN experiments_market AS market ON market.unit_id = unit.id
JOIN orders_order AS placed
    ON placed.country = market.country AND (market.division = '' OR market.division = placed.division)
WHERE unit.experiment_id = %s AND placed.placed_at >= %s AND placed.placed_at < %s
GROUP BY unit.name, substr(CAST(placed.placed_at AS TEXT), 1, 10)
