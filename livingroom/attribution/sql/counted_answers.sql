-- Answered conversations that take part in grades and credit, where the brand wants that: those of people who ever ordered, but
-- for those for which a click speaks already. In: answered, orders. Out: the columns of the lake's `touches`.
SELECT
    a.customer_id, a.at, a.channel, a.touch_id, a.branch_id, a.placement_id, a.kind, a.class, a.code, a.code_kind,
    CAST(NULL AS BIGINT) AS order_id, a.country
FROM answered AS a
WHERE NOT a.is_clicked AND a.customer_id IN (SELECT o.customer_id FROM orders AS o)
