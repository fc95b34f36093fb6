-- Free ports, for programs that have to be told one before they run.
--
-- Between the choice and the program's start somebody else may take the port; the network then
-- chooses anew, or, where the port is fixed, tries again.

local socket = require("socket")

local ports = {}

-- Chosen before in this run: the system may offer them again while their program is not up yet.
local given = {}

local function listen(port)
    local listener = socket.tcp4()
    if listener:bind("0.0.0.0", port) and listener:listen(1) then
        return listener
    end
    listener:close()
    return nil
end

local function port_of(listener)
    local _, port = listener:getsockname()
    return math.tointeger(tonumber(port))
end

-- `count` ports in a row, all free.
function ports.row(count)
    for _ = 1, 1000 do
        local first = listen(0)
        local base = port_of(first)
        local held = { first }
        while #held < count and not given[base + #held] do
            local listener = listen(base + #held)
            if not listener then
                break
            end
            held[#held + 1] = listener
        end
        for _, listener in ipairs(held) do
            listener:close()
        end
        if #held == count and not given[base] then
            for port = base, base + count - 1 do
                given[port] = true
            end
            return base
        end
    end
    error("no free ports")
end

function ports.one()
    return ports.row(1)
end

return ports
