-- The days on which a unit's branches were given links with codes: when offers went out, as far as links can tell.
-- In: the experiment, the first day, the day after the last. Out: unit, day.
SELECT DISTINCT unit.name, substr(CAST(link.created_at AS TEXT), 1, 10) AS day
FROM experiments_unit AS unit
JOIN experiments_unit_branches AS member ON member.unit_id = unit.id
JOIN links_link AS link ON link.branch_id = member.branch_id
JOIN links_code AS code ON code.link_id = link.id
WHERE unit.experiment_id = %s AND link.created_at >= %s AND link.created_at < %s
