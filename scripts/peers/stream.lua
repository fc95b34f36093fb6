-- Lines and bytes in turn from one connection, for tasks.

local socket = require("socket")
local tasks = require("tasks")

local stream = {}

local Stream = {}
Stream.__index = Stream

local READ_SIZE = 65536
local LINE_MAX = 4194304 -- far beyond the protocol's, for what scenarios say

function stream.new(handle)
    return setmetatable({ handle = handle, held = "", ended = false }, Stream)
end

-- Takes what comes within these seconds (for ever without them); false once the peer has ended.
function Stream:fill(seconds)
    if not self.ended then
        local data = tasks.recv(self.handle, READ_SIZE, seconds)
        self.ended = data == ""
        self.held = self.held .. (data or "")
    end
    return not self.ended
end

-- Waits these seconds (for ever without them); false as soon as the peer has ended. What it says
-- meanwhile is kept.
function Stream:stays(seconds)
    local deadline = seconds and socket.gettime() + seconds
    local left = seconds
    repeat
        if not self:fill(left) then
            return false
        end
        left = deadline and deadline - socket.gettime()
    until left and left <= 0
    return true
end

-- The next line without its end, or nil when there is none any more.
function Stream:line()
    while true do
        local line, rest = self.held:match("^([^\n]*)\n(.*)$")
        if line then
            self.held = rest
            return (line:gsub("\r$", ""))
        elseif #self.held > LINE_MAX or not self:fill() then
            return nil
        end
    end
end

-- At least one byte and at most this many, or nil when there are none any more.
function Stream:some(most)
    if self.held == "" then
        self:fill()
    end
    if self.held == "" then
        return nil
    end
    local data = self.held:sub(1, most)
    self.held = self.held:sub(#data + 1)
    return data
end

-- False when the peer is gone.
function Stream:send(text)
    return not self.dropped and tasks.send_all(self.handle, text)
end

-- Makes the task that uses it end it, by "close" or "reset"; or by "gone", also where the peer
-- takes nothing any more.
function Stream:drop(how)
    self.dropped = how
    self.handle:shutdown(how == "gone" and "both" or "receive")
end

function Stream:close()
    self.ended = true
    if self.dropped == "reset" then
        self.handle:setoption("linger", { on = true, timeout = 0 })
    end
    self.handle:close()
end

return stream
