-- How a scenario tells a peer what to do: a port of its own, a command a line.
--
-- The answer is "OK <count>" and as many lines, or "ERROR <why>".

local common = require("common")
local stream = require("stream")
local tasks = require("tasks")

local control = {}

local function answer(commands, line)
    local words = common.split(line)
    local command = commands[words[1]]
    if not command then
        return "ERROR no such command: " .. line .. "\n"
    end
    local fine, lines = pcall(command, words, line)
    if not fine then
        return "ERROR " .. tostring(lines):gsub("\n", " ") .. "\n"
    end
    lines = lines or {}
    return ("OK %d\n"):format(#lines) .. table.concat(lines, "\n") .. (#lines > 0 and "\n" or "")
end

local function session(commands, handle)
    local peer = stream.new(handle)
    local line = peer:line()
    while line and peer:send(answer(commands, line)) do
        line = peer:line()
    end
    peer:close()
end

-- What mcdn.peers made of a text that may hold any bytes.
function control.decode(text)
    return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

-- Serves commands, { VERB = function(words, line) -> lines or nil }, and says the port in the log.
-- Commands may wait. An error in one is its answer.
function control.serve(log, commands)
    local listener = tasks.listen(0)
    log("Control port: %d", select(2, listener:getsockname()))
    while true do
        tasks.spawn(session, commands, tasks.accept(listener))
    end
end

return control
