-- An index that is played by the scenario itself, and writes down what content servers tell it.

local check = require("mcdn.check")
local socket = require("socket")
local waiting = require("mcdn.waiting")

local fake_index = {}

local Fake = {}
Fake.__index = Fake

-- What it answers; to everything else it answers nothing, as an index does to ADD_FILE.
local ANSWERS = { REGISTER = "OK REGISTERED", DONE_FILES = "OK FILES_ADDED", UPDATE_LOAD = "OK",
    LEAVE = "OK LEFT", PING = "PONG" }

-- `answers`: other answers than those of an index of ours, by command.
function fake_index.start(answers)
    local listener = socket.tcp4()
    check.truthy(listener:bind("127.0.0.1", 0))
    check.truthy(listener:listen(32))
    listener:settimeout(0)
    local _, port = listener:getsockname()
    return setmetatable({ listener = listener, tcp_port = tonumber(port), lines = {}, peers = {},
        answers = setmetatable(answers or {}, { __index = ANSWERS }) }, Fake)
end

local function answer(self, peer, line)
    self.lines[#self.lines + 1] = line
    peer.registers = peer.registers or line:find("^REGISTER ") ~= nil
    local text = self.answers[line:match("^%S+")]
    if text then
        peer.tcp:send(text .. "\n")
    end
end

-- Takes what has come; false when the peer has gone.
local function hear(self, peer)
    local data, problem, partial = peer.tcp:receive(65536)
    peer.text = (peer.text or "") .. (data or partial or "")
    for line in peer.text:gmatch("([^\n]*)\n") do
        answer(self, peer, line)
    end
    peer.text = peer.text:match("[^\n]*$")
    return data or problem == "timeout"
end

-- Accepts, hears and answers what is there now.
function Fake:turn()
    local tcp = self.listener:accept()
    if tcp then
        tcp:settimeout(0)
        self.peers[#self.peers + 1] = { tcp = tcp }
    end
    for at = #self.peers, 1, -1 do
        if not hear(self, self.peers[at]) then
            table.remove(self.peers, at).tcp:close()
        end
    end
end

-- How many lines were heard that match.
function Fake:count(pattern)
    local count = 0
    for _, line in ipairs(self.lines) do
        count = count + (line:find(pattern) and 1 or 0)
    end
    return count
end

-- Plays until as many lines (default: one) that match were heard.
function Fake:hears(pattern, count)
    waiting.eventually(("the index hears %q"):format(pattern), 20, function()
        self:turn()
        return self:count(pattern) >= (count or 1), self.lines[#self.lines]
    end)
end

-- Plays for some seconds.
function Fake:plays(seconds)
    waiting.holds("the index plays", seconds, function()
        self:turn()
        return true
    end)
end

-- Forgets what it heard, and hangs up on those who registered.
function Fake:hang_up()
    self.lines = {}
    for _, peer in ipairs(self.peers) do
        peer.tcp:close()
    end
    self.peers = {}
end

function Fake:close()
    self:hang_up()
    self.listener:close()
end

return fake_index
