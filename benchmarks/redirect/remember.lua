-- Writes down every click id whose answer arrived whole.
local out
function init(args)
    out = io.open(args[1], "a")
    out:setvbuf("line")
end
function response(status, headers, body)
    if status == 302 then
        out:write(headers["location"]:match("lr=(%w+)"), "\n")
    else
        out:write("status ", status, "\n")
    end
end
