-- Waiting with a condition and a deadline, and several waiting parts side by side.

local failure = require("mcdn.failure")
local process = require("process")
local socket = require("socket")

local waiting = {}

local PAUSE_S = 0.02

local state = { patience = 1, guard = function() end, in_parallel = false }

-- `guard` is called while waiting and raises what should end the wait at once.
function waiting.begin(patience, guard)
    state.patience = patience
    state.guard = guard
    state.in_parallel = false
end

-- How long these seconds are on this machine.
function waiting.seconds(seconds)
    return seconds * state.patience
end

local function pause()
    if state.in_parallel and coroutine.isyieldable() then
        coroutine.yield()
    else
        socket.sleep(PAUSE_S)
    end
end

-- Calls fn until its first result is true, and returns its results. A second result beside a false
-- one is shown if the time is over.
function waiting.eventually(what, seconds, fn)
    local deadline = process.now_ms() + waiting.seconds(seconds) * 1000
    while true do
        local late = process.now_ms() > deadline
        local results = table.pack(fn())
        if results[1] then
            return table.unpack(results, 1, results.n)
        end
        state.guard()
        if late then
            failure.raise(("not within %g s: %s"):format(waiting.seconds(seconds), what),
                { "last seen: " .. tostring(results[2]) })
        end
        pause()
    end
end

-- Watches for some seconds that fn's first result stays true; for what must not happen.
function waiting.holds(what, seconds, fn)
    local deadline = process.now_ms() + seconds * 1000
    repeat
        local result, seen = fn()
        if not result then
            failure.raise("did not stay so: " .. what, { "seen: " .. tostring(seen) })
        end
        state.guard()
        pause()
    until process.now_ms() > deadline
end

local function resume(job)
    local fine, problem = coroutine.resume(job.thread)
    if not fine then
        local text = failure.handler(problem)
        if type(problem) == "string" then
            text = debug.traceback(job.thread, problem)
        end
        error(failure.named(job.name, text), 0)
    end
end

local function start(jobs, running, at_once)
    while #running < at_once and jobs.next <= #jobs do
        local job = jobs[jobs.next]
        jobs.next = jobs.next + 1
        running[#running + 1] = { name = job.name, thread = coroutine.create(job.run) }
    end
end

-- Runs { name =, run = function } side by side, `at_once` at a time; their waits interleave.
function waiting.parallel(at_once, list)
    local jobs = table.move(list, 1, #list, 1, { next = 1 })
    local running = {}
    state.in_parallel = true
    start(jobs, running, at_once)
    while #running > 0 do
        for at = #running, 1, -1 do
            resume(running[at])
            if coroutine.status(running[at].thread) == "dead" then
                table.remove(running, at)
            end
        end
        start(jobs, running, at_once)
        socket.sleep(PAUSE_S)
    end
    state.in_parallel = false
end

return waiting
