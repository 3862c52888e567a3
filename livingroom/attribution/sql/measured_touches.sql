-- Touches as the measuring room takes them. In: people_touches.
SELECT
    customer_id,
    people_touches.at,
    channel,
    touch_id,
    branch_id,
    placement_id,
    kind,
    class,
    nullif(code, '') AS code,
    nullif(code_kind, '') AS code_kind
FROM people_touches
