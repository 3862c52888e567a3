delete from listening_hourcount where hour >= %s and hour < %s
