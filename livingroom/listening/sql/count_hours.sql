insert into listening_hourcount (hour, topic_number, language, branch_number, n, n_judged, negative_sum)
{rows}
