-- Rows of which counts and mentions do not say the same, from either side.
with told as ({rows}),
     kept as (select * from listening_hourcount where hour >= %s and hour < %s)
select told.hour, told.topic_number, told.language, told.branch_number, coalesce(kept.n, 0), told.n
from told left join kept
  on kept.hour = told.hour and kept.topic_number = told.topic_number
 and kept.language = told.language and kept.branch_number = told.branch_number
where coalesce(kept.n, 0) <> told.n or coalesce(kept.n_judged, 0) <> told.n_judged
union all
select kept.hour, kept.topic_number, kept.language, kept.branch_number, kept.n, 0
from kept left join told
  on kept.hour = told.hour and kept.topic_number = told.topic_number
 and kept.language = told.language and kept.branch_number = told.branch_number
where told.hour is null
