-- Each order's grade with what the ledger page filters by. In: evidence (measured), orders. Out: the columns of Evidence.
SELECT
    evidence.order_id,
    evidence.grade,
    coalesce(evidence.kind, '') AS kind,
    coalesce(CAST(evidence.touch_id AS VARCHAR), '') AS touch_id,
    CAST(evidence.placement_id AS BIGINT) AS placement_id,
    CAST(evidence.branch_id AS BIGINT) AS branch_id,
    left(evidence.reason, 300) AS reason,
    evidence.rule_version,
    orders.at AS placed_at,
    orders.country,
    orders.currency
FROM evidence
JOIN orders ON orders.order_id = evidence.order_id
