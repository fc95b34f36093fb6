-- A running program whose output goes to a log file.

local ending = require("mcdn.ending")
local log = require("mcdn.log")
local process = require("process")
local waiting = require("mcdn.waiting")

local program = {}

local Program = {}
Program.__index = Program

local END_S = 20

-- { name =, argv =, log_path =, is_emulated = (then an interrupt is the one orderly stop) }.
-- The program is expected to end by itself until it is `needed`. nil and why if it cannot start.
function program.start(options)
    local child, problem = process.start({ argv = options.argv, output = options.log_path })
    if not child then
        return nil, ("%s cannot be started: %s"):format(options.argv[1], problem)
    end
    return setmetatable({
        name = options.name,
        argv = options.argv,
        is_emulated = options.is_emulated,
        child = child,
        log = log.new(options.log_path),
        needed = false,
    }, Program)
end

-- Its exit code, or nil while it runs.
function Program:exit_code()
    return self.child:wait(0)
end

-- What is wrong with it, or nil.
function Program:trouble()
    local code = self.needed and self:exit_code()
    if code then
        return ("%s ended with exit code %d while it was needed"):format(self.name, code)
    end
    return nil
end

function Program:tail(most)
    return self.log:tail(most)
end

-- Waits for its end and returns the exit code.
function Program:wait(seconds)
    return waiting.eventually(self.name .. " ends", seconds or END_S, function()
        return self:exit_code(), "it still runs"
    end)
end

-- Waits for a line of its log that matches; returns the captures.
function Program:says(pattern, seconds, from)
    local what = ("%s says %q"):format(self.name, pattern)
    return waiting.eventually(what, seconds, function()
        return self.log:find(pattern, from)
    end)
end

-- kill -9.
function Program:kill()
    self.needed = false
    ending.kill(self.child, self.is_emulated)
    return self:wait()
end

-- Asks for an orderly stop.
function Program:ask_to_stop()
    self.needed = false
    if self.is_emulated then
        self.child:interrupt()
    else
        self.child:terminate()
    end
end

-- An orderly stop; returns the exit code.
function Program:stop()
    self:ask_to_stop()
    return self:wait()
end

-- Ends it at once and frees what the system keeps of it.
function Program:close()
    self.needed = false
    if self:exit_code() == nil then
        ending.kill(self.child, self.is_emulated)
        self.child:wait(10000)
    end
end

return program
