-- Free ports, for programs that have to be told one before they run.
--
-- They lie below those that systems give to clients: after many short connections most of these are
-- occupied for a minute. Between the choice and the program's start somebody else may take the
-- port; a network then chooses anew, or, where the port is fixed, tries again.

local socket = require("socket")

local ports = {}

local FIRST, LAST = 12000, 30000

-- Others who run at the same time begin elsewhere.
local next_port = FIRST + math.random(0, LAST - FIRST)

local function is_free(port)
    local listener = socket.tcp4()
    local fine = listener:bind("0.0.0.0", port) and listener:listen(1)
    listener:close()
    return fine ~= nil
end

-- The first of `count` free ports in a row; none is given again before all were.
function ports.row(count)
    for _ = FIRST, LAST do
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
