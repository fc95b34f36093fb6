-- Killing programs, also those that Wine runs.
--
-- Wine 8.0 loses a socket whose program is ended in the middle of a call: it stays open for as long
-- as Wine runs, so that its port is taken and its peer never sees an end; and now and then Wine's
-- own server ends with an assertion about it. Windows closes whatever a program leaves behind. So
-- an emulated program is killed between two calls, at a moment when its threads rest.

local folder = require("process.folder")
local process = require("process")
local socket = require("socket")

local ending = {}

local REST_S = 0.005
local STOP_MS = 200
local MOST_MS = 2000 -- a program that never rests is killed all the same

-- How often the threads were switched to, how many they are, whether all are stopped; nil where the
-- system does not tell.
local function look(pid)
    local tasks = folder.list("/proc/" .. pid .. "/task")
    local seen = { switches = 0, threads = 0, stopped = true }
    for _, task in ipairs(tasks or {}) do
        local file = io.open(("/proc/%d/task/%s/status"):format(pid, task.name))
        local text = file and file:read("a") or ""
        if file then
            file:close()
        end
        for count in text:gmatch("ctxt_switches:%s*(%d+)") do
            seen.switches = seen.switches + tonumber(count)
        end
        seen.threads = seen.threads + 1
        seen.stopped = seen.stopped and text:find("State:%s*[TZX]") ~= nil
    end
    return seen.threads > 0 and seen or nil
end

local function look_stopped(pid)
    local deadline = process.now_ms() + STOP_MS
    repeat
        local seen = look(pid)
        if not seen or seen.stopped then
            return seen
        end
        socket.sleep(REST_S / 10)
    until process.now_ms() > deadline
    return nil
end

-- Being stopped is a switch for each thread; any other one means that it was at work meanwhile.
local function stop_while_resting(child)
    local pid = child:pid()
    local deadline = process.now_ms() + MOST_MS
    repeat
        local before = look(pid)
        if not before or before.stopped then
            return
        end
        socket.sleep(REST_S)
        child:suspend()
        local after = look_stopped(pid)
        if not after or after.threads == before.threads
            and after.switches - before.switches == after.threads then
            return
        end
        child:resume()
    until process.now_ms() > deadline
end

-- kill -9.
function ending.kill(child, is_emulated)
    if is_emulated then
        stop_while_resting(child)
    end
    child:kill()
end

return ending
