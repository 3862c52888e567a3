-- A thousand links in turn.
local number = 0
request = function()
    number = (number + 1) % 1000
    return wrk.format("GET", "/s" .. number)
end
