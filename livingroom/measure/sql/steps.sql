-- All steps of all walks. Reads order_steps, null_steps. Gives their rows.
SELECT o.* FROM order_steps AS o
UNION ALL
SELECT n.* FROM null_steps AS n
