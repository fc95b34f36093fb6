-- A content server that is played by the scenario itself, so that it can misbehave at a chosen
-- moment. It is registered at an index and answers one connection at a time, when it is told to.

local check = require("mcdn.check")
local socket = require("socket")
local waiting = require("mcdn.waiting")
local wire = require("mcdn.wire")

local fake_content = {}

local Fake = {}
Fake.__index = Fake

local ACCEPT_S = 20

-- Registers `id` at the index with these files: { [name] = size }.
function fake_content.start(index_port, id, files)
    local listener = socket.tcp4()
    check.truthy(listener:bind("127.0.0.1", 0))
    check.truthy(listener:listen(32))
    local _, port = listener:getsockname()
    local self = setmetatable({ id = id, listener = listener, port = tonumber(port) }, Fake)
    self.registration = check.truthy(wire.connect(index_port))
    local line = ("REGISTER %s %d %d"):format(id, self.port, self.port)
    check.equal(self.registration:ask(line), "OK REGISTERED")
    for name, size in pairs(files) do
        self.registration:send(("ADD_FILE %s %s %d\n"):format(id, name, size))
    end
    check.equal(self.registration:ask("DONE_FILES"), "OK FILES_ADDED")
    return self
end

-- Waits for a request to any of these servers: the server, the connection and the request.
-- Requests other than GET get the answer of a base server.
function fake_content.accept_any(fakes)
    local listeners = {}
    for at, fake in ipairs(fakes) do
        listeners[at] = fake.listener
        listeners[fake.listener] = fake
    end
    return waiting.eventually("the client asks a content server", ACCEPT_S, function()
        local ready = socket.select(listeners, nil, 0)
        for _, listener in ipairs(ready) do
            local connection = wire.wrap(check.truthy(listener:accept()))
            local request = connection:line()
            if request and request:find("^GET ") then
                return listeners[listener], connection, request
            end
            connection:send("ERROR UNKNOWN_COMMAND\n")
            connection:close()
        end
        return nil, "nothing"
    end)
end

-- From now on connections are refused.
function Fake:refuse()
    self.listener:close()
end

function Fake:close()
    self.listener:close()
    self.registration:close()
end

return fake_content
