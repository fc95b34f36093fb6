-- The four programs' command lines, for ours and for the base programs, and the log lines in which
-- the servers say their ports.

local ports = require("mcdn.ports")

local roles = {}

local function words(...)
    local list = table.pack(...)
    for at = 1, list.n do
        list[at] = tostring(list[at])
    end
    list.n = nil
    return list
end

roles.monitor = {
    announces = {
        tcp_port = "%[MONITOR%] TCP server started on port (%d+)",
        udp_port = "%[MONITOR%] UDP heartbeat listener started on port (%d+)",
    },
    base_ports = function()
        return { tcp_port = ports.one(), udp_port = ports.one() }
    end,
    options = function(s)
        return words("--udp-port", s.udp_port or 0, "--tcp-port", s.tcp_port or 0,
            "--heartbeat-timeout", s.timeout)
    end,
    base_options = function(s)
        return words("--check-interval", s.check)
    end,
}

roles.index = {
    announces = {
        tcp_port = "%[INDEX%] TCP server started on port (%d+)",
        notify_port = "%[INDEX%] Notification listener started on port (%d+)",
    },
    -- The original's second port is always the next one.
    base_ports = function()
        local first = ports.row(2)
        return { tcp_port = first, notify_port = first + 1 }
    end,
    options = function(s)
        return words("--tcp-port", s.tcp_port or 0, "--notify-port", s.notify_port or 0,
            "--monitor-host", "localhost", "--monitor-port", s.monitor.tcp_port)
    end,
}

roles.content = {
    announces = {
        tcp_port = "%[CONTENT%-[^%]]+%] TCP server started on port (%d+)",
        udp_port = "%[CONTENT%-[^%]]+%] Heartbeats leave from UDP port (%d+)",
    },
    base_ports = function()
        return { tcp_port = ports.one(), udp_port = ports.one() }
    end,
    options = function(s)
        return words("--id", s.id, "--tcp-port", s.tcp_port or 0, "--udp-port", s.udp_port or 0,
            "--files-dir", s.files, "--index-host", "localhost", "--index-port", s.index.tcp_port,
            "--monitor-host", "localhost", "--monitor-udp-port", s.monitor.udp_port,
            "--heartbeat-interval", s.interval)
    end,
    base_options = function(s)
        return words("--modules", s.modules)
    end,
}

roles.client = {
    announces = {},
    options = function(s)
        return words("--index-host", "localhost", "--index-port", s.index.tcp_port)
    end,
}

return roles
