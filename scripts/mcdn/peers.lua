-- Peers in Lua that are no base programs: a content server and an index that speak the extensions,
-- and the proxy. Each is a process of its own that is told by its control port what to do.

local failure = require("mcdn.failure")
local program = require("mcdn.program")
local wire = require("mcdn.wire")

local peers = {}

local START_S = 15

local Peer = {}
Peer.__index = Peer

-- Starts scripts/peers/<role>.lua in a network, which also ends it.
function peers.start(net, role, name, arguments)
    net.started = net.started + 1
    local label = ("%02d-%s"):format(net.started, name)
    local argv = { net.paths.lua, ("%s/peers/%s.lua"):format(net.paths.scripts, role) }
    table.move(arguments or {}, 1, #(arguments or {}), #argv + 1, argv)
    local started, problem = program.start({ name = label, argv = argv,
        log_path = ("%s/%s.log"):format(net.folder, label) })
    if not started then
        failure.raise(problem)
    end
    started.settings = { kind = "base" } -- it knows no orderly stop
    table.insert(net.programs, started)
    local self = setmetatable({ program = started, log = started.log, name = label }, Peer)
    started.needed = true
    self.control_port = math.tointeger(tonumber(
        started:says("Control port: (%d+)", START_S)))
    self.tcp_port = math.tointeger(tonumber(
        started.log:find("TCP server started on port (%d+)") or 0))
    return self
end

-- A content server that speaks all extensions.
function peers.content(net, id, files)
    return peers.start(net, "content", id, { "--id", id, "--files-dir", files,
        "--modules", net.paths.modules })
end

-- An index that speaks the extensions, for one that lies see Peer:answers.
function peers.index(net)
    return peers.start(net, "index", "lua-index")
end

local function lines_of(connection, count)
    local lines = {}
    for at = 1, count do
        lines[at] = connection:line()
    end
    return lines
end

-- Any bytes as part of a command.
function peers.encode(text)
    return (tostring(text):gsub("[%c%%]", function(byte) return ("%%%02x"):format(byte:byte()) end))
end

-- Gives a command (printf's way) and returns the answer's lines.
function Peer:tell(format, ...)
    local command = format:format(...)
    if not self.control then
        self.control = wire.connect(self.control_port)
    end
    local line, problem
    if self.control then
        line, problem = self.control:ask(command)
    end
    local count = line and line:match("^OK (%d+)$")
    if not count then
        failure.raise(("%s: %s: %s"):format(self.name, command, line or problem))
    end
    return lines_of(self.control, math.tointeger(tonumber(count)))
end

-- An index of ours: from now on this request is answered by these lines.
function Peer:answers(request, ...)
    local lines = { ... }
    for at, line in ipairs(lines) do
        lines[at] = peers.encode(line)
    end
    self:tell("ANSWER %s\t%s", peers.encode(request), table.concat(lines, "\t"))
end


return peers
