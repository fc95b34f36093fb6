-- Ports for servers, below those that the system gives to clients: measurements with a connection a
-- request leave most of these occupied for a minute.

local socket = require("socket")

local ports = {}

local FIRST, LAST = 12000, 30000

local next_port = FIRST + math.random(0, LAST - FIRST - 1000)

local function is_free(port)
    local listener = socket.tcp4()
    local fine = listener:bind("0.0.0.0", port) and listener:listen(1)
    listener:close()
    return fine ~= nil
end

-- The first of `count` free ports in a row; none is given twice in a run.
function ports.row(count)
    for _ = 1, LAST - FIRST do
        local first, free = next_port, 0
        while free < count and is_free(first + free) do
            free = free + 1
        end
        next_port = first + free + 1
        if next_port > LAST then
            next_port = FIRST
        end
        if free == count then
            return first
        end
    end
    error("no free ports")
end

function ports.one()
    return ports.row(1)
end

return ports
