-- Keeps one content server known: at an index with its files and their hashes, at a monitor by
-- heartbeats.

local socket = require("socket")
local stream = require("stream")
local tasks = require("tasks")

local registration = {}

local Registration = {}
Registration.__index = Registration

local PAUSE_S = 0.1
local MONITOR_S = 0.25
local WAIT_S = 20

-- `files` is { [name] = { size =, sha256 = (or nil) } } and may be changed before each renewal.
-- Heartbeats are sent only while something lives at `upstream_port`.
function registration.new(id, port, files, upstream_port)
    return setmetatable({ id = id, port = port, files = files, upstream_port = upstream_port,
        version = 0 }, Registration)
end

local function request(self)
    local lines = {}
    for name, file in pairs(self.files) do
        lines[#lines + 1] = ("ADD_FILE %s %s %d\n"):format(self.id, name, file.size)
        if file.sha256 then
            lines[#lines + 1] = ("FILE_HASH %s %s %s\n"):format(self.id, file.sha256, name)
        end
    end
    return table.concat(lines) .. "DONE_FILES\n"
end

local function register(self, index)
    if not index:send(("REGISTER %s %d %d\n"):format(self.id, self.port, self.port)) then
        return false
    end
    return index:line() == "OK REGISTERED" and index:send(request(self))
        and index:line() == "OK FILES_ADDED"
end

-- The connection stays open, by which the loss of the index is noticed.
local function keep(self, index_port)
    while self.running do
        local handle = tasks.connect("localhost", index_port)
        local index = handle and stream.new(handle)
        local version = self.version
        if index and register(self, index) then
            self.registered = version
            while self.running and version == self.version and index:stays(PAUSE_S) do
                index.held = ""
            end
        end
        if index and not self.running and index:send(("LEAVE %s\n"):format(self.id)) then
            index:line()
        end
        if index then
            index:close()
        end
        if self.running then
            tasks.sleep(PAUSE_S)
        end
    end
    self.has_left = true
end

local function wait_until(what, fn)
    local deadline = socket.gettime() + WAIT_S
    while not fn() do
        if socket.gettime() > deadline then
            error("not in time: " .. what, 0)
        end
        tasks.sleep(0.01)
    end
end

local function wait_until_registered(self)
    wait_until("the registration", function() return self.registered == self.version end)
end

-- Registers, and again whenever the index was away; returns when it is done for the first time.
function Registration:start(index_port)
    self.running, self.has_left = true, false
    tasks.spawn(keep, self, index_port)
    wait_until_registered(self)
end

-- Registers the files as they are now; returns when that is done.
function Registration:renew()
    self.version = self.version + 1
    wait_until_registered(self)
end

-- Leaves the index in order; returns when that is done.
function Registration:stop()
    self.running = false
    wait_until("the leave", function() return self.has_left end)
end

local function lives(self)
    local handle = tasks.connect("localhost", self.upstream_port)
    if handle then
        handle:close()
    end
    return handle ~= nil
end

local function heartbeat(self)
    local count = 0
    for _ in pairs(self.files) do
        count = count + 1
    end
    return ("HEARTBEAT %s localhost %d 0 %d"):format(self.id, self.port, count)
end

-- Sends heartbeats from now on, for as long as the server behind it lives.
function Registration:beat(monitor_port)
    local udp = socket.udp4()
    tasks.spawn(function()
        while true do
            if lives(self) then
                udp:sendto(heartbeat(self), "127.0.0.1", monitor_port)
            end
            tasks.sleep(MONITOR_S)
        end
    end)
end

return registration
