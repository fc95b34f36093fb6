-- The scenario's side of the proxy (scripts/peers/proxy.lua): its doors, their faults, and what was
-- sent through them.

local peers = require("mcdn.peers")
local waiting = require("mcdn.waiting")

local proxy = {}

local Proxy = {}
Proxy.__index = Proxy

local Door = {}
Door.__index = Door

function proxy.start(net)
    return setmetatable({ peer = peers.start(net, "proxy", "proxy"), doors = {} }, Proxy)
end

-- A new door in front of the server at this port. It is not registered yet.
function Proxy:door(id, upstream_port)
    local port = self.peer:tell("DOOR %s %d", id, upstream_port)[1]
    local door = setmetatable({ id = id, proxy = self, tcp_port = math.tointeger(tonumber(port)) },
        Door)
    self.doors[#self.doors + 1] = door
    return door
end

-- All doors together send no more than this many bytes of files; nil for no limit.
function Proxy:gate(bytes)
    self.peer:tell("GATE %s", bytes or "-")
end

-- Bytes of files sent since the beginning, or since forget().
function Proxy:sent()
    return math.tointeger(tonumber(self.peer:tell("SENT")[1]))
end

-- Waits until at least so many were sent.
function Proxy:waits_for(bytes, seconds)
    waiting.eventually(bytes .. " bytes were sent", seconds or 30, function()
        local sent = self:sent()
        return sent >= bytes, sent
    end)
end

-- Ends what the connections of clients that were killed have left: the system may take a moment for
-- that, and Wine keeps them open for ever where something waits to be read.
function Proxy:buries_clients()
    for _, door in ipairs(self.doors) do
        door:drop("gone")
    end
    waiting.eventually("the clients' connections have ended", 10, function()
        local count = self.peer:tell("CLIENTS")[1]
        return count == "0", count
    end)
end

-- What was asked, in order: { id =, offset = (nil where no bytes were asked), length =, sent =,
-- request = } each.
function Proxy:answers()
    local list = {}
    for at, line in ipairs(self.peer:tell("ANSWERS")) do
        local id, offset, length, sent, request = line:match("^(%S+) (%S+) (%d+) (%d+) (.*)$")
        list[at] = { id = id, offset = math.tointeger(tonumber(offset)),
            length = math.tointeger(tonumber(length)), sent = math.tointeger(tonumber(sent)),
            request = request }
    end
    return list
end

function Proxy:forget()
    self.peer:tell("FORGET")
end

-- As at the start: no faults, no limits, nothing counted.
function Proxy:heal()
    self:gate(nil)
    for _, door in ipairs(self.doors) do
        door:heal()
        door:rate(nil)
    end
    self:forget()
end

-- How many bytes of the file (there must have been one only) were sent more than once.
function Proxy:sent_again()
    local spans, total = {}, 0
    for _, answer in ipairs(self:answers()) do
        if answer.sent > 0 then
            spans[#spans + 1] = { answer.offset, answer.offset + answer.sent }
            total = total + answer.sent
        end
    end
    table.sort(spans, function(a, b) return a[1] < b[1] end)
    local covered, reached = 0, 0
    for _, span in ipairs(spans) do
        covered = covered + math.max(0, span[2] - math.max(span[1], reached))
        reached = math.max(reached, span[2])
    end
    return total - covered
end

-- A file that it will be registered with; sha256 may be nil.
function Door:file(name, size, sha256)
    self.proxy.peer:tell("FILE %s %d %s %s", self.id, size, sha256 or "-", name)
end

-- Registers and stays; returns when the index knows it.
function Door:registers(index)
    self.proxy.peer:tell("REGISTER %s %d", self.id, index.tcp_port)
end

-- Registers its files as they are now.
function Door:renews()
    self.proxy.peer:tell("RENEW %s", self.id)
end

function Door:leaves()
    self.proxy.peer:tell("LEAVE %s", self.id)
end

-- Sends heartbeats from now on.
function Door:beats(monitor)
    self.proxy.peer:tell("BEAT %s %d", self.id, monitor.udp_port)
end

-- A fault of its answers (scripts/peers/faults.lua names the kinds; "kind:VERB" for the answers to
-- one verb). `options`: after (bytes of the body that pass; 0), times (answers; all), value.
function Door:fault(kind, options)
    options = options or {}
    self.proxy.peer:tell("FAULT %s %s %d %d %s", self.id, kind, options.after or 0,
        options.times or -1, peers.encode(options.value or "-"))
end

function Door:heal()
    self.proxy.peer:tell("HEAL %s", self.id)
end

-- No more than so many bytes a second; nil for no limit.
function Door:rate(bytes)
    self.proxy.peer:tell("RATE %s %d", self.id, bytes or 0)
end

-- Refuses connections from now on.
function Door:refuse()
    self.proxy.peer:tell("REFUSE %s", self.id)
end

-- Takes them again.
function Door:open()
    self.proxy.peer:tell("OPEN %s", self.id)
end

-- Ends the connections that are there, by "close" or "reset"; or by "gone", for a client that is.
function Door:drop(how)
    self.proxy.peer:tell("DROP %s %s", self.id, how)
end

-- Bytes of files it has sent.
function Door:sent()
    local sum = 0
    for _, answer in ipairs(self.proxy:answers()) do
        sum = sum + (answer.id == self.id and answer.sent or 0)
    end
    return sum
end

-- How often it was asked for something that matches.
function Door:asked(pattern)
    local count = 0
    for _, answer in ipairs(self.proxy:answers()) do
        if answer.id == self.id and answer.request:find(pattern) then
            count = count + 1
        end
    end
    return count
end

return proxy
