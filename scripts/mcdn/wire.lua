-- The line protocol, as a peer of the programs speaks it.
--
-- Nothing here fails a scenario: a broken connection is nil and a reason, for the caller to check
-- or to try again.

local socket = require("socket")
local waiting = require("mcdn.waiting")

local wire = {}

local Connection = {}
Connection.__index = Connection

local TIMEOUT_S = 10

function wire.connect(port, host)
    local tcp = socket.tcp()
    tcp:settimeout(waiting.seconds(TIMEOUT_S), "t")
    local fine, problem = tcp:connect(host or "127.0.0.1", port)
    if not fine then
        tcp:close()
        return nil, "connect to port " .. port .. ": " .. problem
    end
    tcp:setoption("tcp-nodelay", true)
    return setmetatable({ tcp = tcp }, Connection)
end

-- Wraps a socket that was accepted.
function wire.wrap(tcp)
    tcp:settimeout(waiting.seconds(TIMEOUT_S), "t")
    return setmetatable({ tcp = tcp }, Connection)
end

-- true, or nil and the reason.
function Connection:send(text)
    local last, problem = self.tcp:send(text)
    if not last then
        return nil, problem
    end
    return true
end

-- The next line without its end, or nil and "closed" or "timeout".
function Connection:line()
    return self.tcp:receive("*l")
end

-- Exactly this many bytes, or nil, the reason and what came.
function Connection:bytes(count)
    if count == 0 then
        return ""
    end
    return self.tcp:receive(count)
end

-- Everything until the peer ends its side, or nil, the reason and what came.
function Connection:rest()
    return self.tcp:receive("*a")
end

function Connection:ask(request)
    local fine, problem = self:send(request .. "\n")
    if not fine then
        return nil, problem
    end
    return self:line()
end

-- The lines of an answer that ends with END, or nil and the reason or the first line.
function Connection:list(request)
    local fine, problem = self:send(request .. "\n")
    local lines = {}
    while fine do
        local line, why = self:line()
        if line == "END" then
            return lines
        elseif not line or line:find("^ERROR") then
            return nil, line or why
        end
        lines[#lines + 1] = line
    end
    return nil, problem
end

-- Ends our side; answers can still be read.
function Connection:end_sending()
    self.tcp:shutdown("send")
end

-- Whether the peer has ended the connection (what it still sent is thrown away) within the timeout.
function Connection:ended()
    while true do
        local _, problem, partial = self.tcp:receive(8192)
        if problem and problem ~= "timeout" then
            return true
        elseif problem and partial == "" then
            return false
        end
    end
end

function Connection:close()
    self.tcp:close()
end

-- Closes without an end of stream: the peer sees a reset.
function Connection:reset()
    self.tcp:setoption("linger", { on = true, timeout = 0 })
    self.tcp:close()
end

-- One request on a connection of its own.
function wire.ask(port, request)
    local connection, problem = wire.connect(port)
    if not connection then
        return nil, problem
    end
    local line, why = connection:ask(request)
    connection:close()
    return line, why
end

local function list(port, request)
    local connection, problem = wire.connect(port)
    if not connection then
        return nil, problem
    end
    local lines, why = connection:list(request)
    connection:close()
    return lines, why
end

-- A monitor's or index's servers: { [id] = { ip =, port =, load =, status = } }, or nil and why.
function wire.servers(port)
    local lines, problem = list(port, "LIST_SERVERS")
    if not lines then
        return nil, problem
    end
    local servers = {}
    for _, line in ipairs(lines) do
        local id, ip, tcp, load, status = line:match("^SERVER (%S+) (%S+) (%d+) (%d+) (%S+)$")
        if not id then
            return nil, "bad line: " .. line
        end
        servers[id] = { ip = ip, port = math.tointeger(tonumber(tcp)),
            load = math.tointeger(tonumber(load)), status = status }
    end
    return servers
end

-- An index's files: { [name] = size } and how many, or nil and why.
function wire.files(port)
    local lines, problem = list(port, "LIST_FILES")
    if not lines then
        return nil, problem
    end
    local files = {}
    for _, line in ipairs(lines) do
        local name, size = line:match("^FILE (.+) (%d+)$")
        if not name then
            return nil, "bad line: " .. line
        end
        files[name] = math.tointeger(tonumber(size))
    end
    return files, #lines
end

-- Where the index sends for a file: { ip =, port =, id =, size = }, or nil and its answer.
function wire.locate(port, name)
    local line, problem = wire.ask(port, "GET " .. name)
    if not line then
        return nil, problem
    end
    local ip, tcp, id, size = line:match("^SERVER (%S+) (%d+) (%S+) (%d+)$")
    if not ip then
        return nil, line
    end
    return { ip = ip, port = math.tointeger(tonumber(tcp)), id = id,
        size = math.tointeger(tonumber(size)) }
end

-- A transfer from a content server that was begun and not read: the connection and the promised
-- size, or nil and the answer.
function wire.begin_get(port, name)
    local connection, problem = wire.connect(port)
    if not connection then
        return nil, problem
    end
    local line, why = connection:ask("GET " .. name)
    local size = line and line:match("^OK (%d+)$")
    if not size then
        connection:close()
        return nil, line or why
    end
    return connection, math.tointeger(tonumber(size))
end

-- A file's bytes from a content server, or nil and why.
function wire.fetch(port, name)
    local connection, size = wire.begin_get(port, name)
    if not connection then
        return nil, size
    end
    local data, problem = connection:bytes(size)
    connection:close()
    return data, problem
end

-- Sends one datagram.
function wire.datagram(port, text)
    local udp = socket.udp4()
    udp:sendto(text, "127.0.0.1", port)
    udp:close()
end

return wire
