-- Buyers, orders and net revenue by the pattern of segments that the buyers are in.
-- Goes in: pk and mask of everybody (people), and one row for each customer who bought (buyers).
-- Materialized: PostgreSQL would otherwise add up everybody's orders once in each of its parallel workers.
WITH buyers AS MATERIALIZED ({buyers})
SELECT
    people.mask,
    SUM(CASE WHEN n_all > 0 THEN 1 ELSE 0 END),
    SUM(CASE WHEN n_floor > 0 THEN 1 ELSE 0 END),
    SUM(CASE WHEN n_ceiling > 0 THEN 1 ELSE 0 END),
    SUM(n_all), SUM(n_floor), SUM(n_ceiling),
    SUM(net_all), SUM(net_floor), SUM(net_ceiling)
FROM ({people}) AS people
JOIN buyers ON buyers.customer = people.pk
GROUP BY people.mask
