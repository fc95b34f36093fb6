-- One content server, as clients see it: a port of its own in front of a real content server, with
-- its own faults, pace and registration.

local body = require("body")
local faults = require("faults")
local registration = require("registration")
local stream = require("stream")
local tasks = require("tasks")

local door = {}

local Door = {}
Door.__index = Door

local SEND_BUFFER = 65536

-- `answers` collects what all doors answered.
function door.new(id, upstream_port, answers)
    local self = setmetatable({ id = id, upstream_port = upstream_port, answers = answers,
        faults = faults.new(), pace = {}, clients = {}, files = {} }, Door)
    self:open(0)
    self.registration = registration.new(id, self.port, self.files, upstream_port)
    return self
end

-- What a request for bytes asks for: its offset and the file's name. Nothing for other requests.
local function asked(request)
    local offset, name = request:match("^GET_RANGE (%d+) %d+ (.+)$")
    if offset then
        return math.tointeger(tonumber(offset)), name
    end
    name = request:match("^GET (.+)$")
    return name and 0, name
end

local function note(self, request)
    local offset, name = asked(request)
    local answer = { door = self, offset = offset, name = name, sent = 0, length = 0,
        request = request }
    table.insert(self.answers, answer)
    return answer
end

local function other_hash(line)
    return (line:gsub("^%x", function(digit) return digit == "0" and "1" or "0" end))
end

local function pass_chunks(self, client, upstream, answer, line)
    local fault = self.faults:of_chunks(answer.request)
    local number = -1
    while line do
        if fault and number == fault.value and line ~= "END" then
            line = other_hash(line)
        end
        if not client:send(line .. "\n") then
            return false
        elseif line == "END" then
            return true
        end
        line = upstream:line()
        number = number + 1
    end
    return false
end

local function pass_answer(self, client, upstream, answer)
    if not upstream:send(answer.request .. "\n") then
        return false
    end
    local line = upstream:line()
    local length = line and answer.offset and math.tointeger(tonumber(line:match("^OK (%d+)$")))
    if length then
        answer.length = length
        local fault = self.faults:of_body(answer.request, answer.offset, length)
        return body.pass(client, upstream, answer, length, fault)
    elseif line and line:find("^CHUNKS ") then
        return pass_chunks(self, client, upstream, answer, line)
    end
    return line ~= nil and client:send(line .. "\n")
end

local function answer_one(self, client, upstream, request)
    local answer = note(self, request)
    local fault = self.faults:instead(request)
    if fault and fault.kind == "silent" then
        return client:stays()
    elseif fault then
        return client:send(fault.value .. "\n")
    end
    return pass_answer(self, client, upstream, answer)
end

local function session(self, handle)
    local client = stream.new(handle)
    self.clients[client] = true
    local upstream = tasks.connect("localhost", self.upstream_port)
    if upstream then
        upstream = stream.new(upstream)
        local request = client:line()
        while request and answer_one(self, client, upstream, request) do
            request = client:line()
        end
        upstream:close()
    else
        client:drop("reset")
    end
    client:close()
    self.clients[client] = nil
end

local function accept(self, listener)
    while true do
        local handle = tasks.accept(listener)
        handle:setoption("tcp-nodelay", true)
        pcall(handle.setoption, handle, "send-buffer-size", SEND_BUFFER) -- luasocket 3.1 has it
        tasks.spawn(session, self, handle)
    end
end

-- Listens, on its old port unless told another one.
function Door:open(port)
    self.listener = tasks.listen(port or self.port)
    self.port = math.tointeger(tonumber((select(2, self.listener:getsockname()))))
    tasks.spawn(accept, self, self.listener)
end

-- From now on connections are refused; those that are there stay.
function Door:refuse()
    self.listener:close() -- its task waits for ever
end

-- Ends all connections that are there, by "close", "reset" or "gone".
function Door:drop(how)
    for client in pairs(self.clients) do
        client:drop(how)
    end
end

return door
