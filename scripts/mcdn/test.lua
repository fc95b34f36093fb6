-- One run of one scenario: its folder, its networks, its report.

local catalogue = require("mcdn.catalogue")
local failure = require("mcdn.failure")
local folder = require("mcdn.folder")
local network = require("mcdn.network")
local process = require("process")
local times = require("mcdn.times")
local waiting = require("mcdn.waiting")

local test = {}

local Test = {}
Test.__index = Test

local TAIL_LINES = 25

local function guard(self)
    for _, net in ipairs(self.networks) do
        local trouble = net:trouble()
        if trouble then
            failure.raise(trouble)
        end
    end
end

local function new(name, layout, options)
    return setmetatable({
        name = name,
        paths = layout,
        only = options.only,
        patience = options.patience,
        spec_times = options.spec_times,
        times = times.new(options.spec_times, options.patience),
        folder = folder.temporary(),
        networks = {},
    }, Test)
end

-- A network of its own, with other heartbeat times if some are given.
function Test:network(name, own_times)
    local net = network.new(("%s/%s"):format(self.folder, name or "net"), self.paths,
        own_times or self.times)
    self.networks[#self.networks + 1] = net
    return net
end

-- Whether a part of the scenario was asked for.
function Test:wants(part)
    return not self.only or part:find(self.only, 1, true) ~= nil
end

-- Runs the parts { name, function } that were asked for, `at_once` at a time.
function Test:run_parts(at_once, parts)
    local jobs = {}
    for _, part in ipairs(parts) do
        if self:wants(part[1]) then
            jobs[#jobs + 1] = { name = part[1], run = function() part[2](self) end }
        end
    end
    waiting.parallel(at_once, jobs)
end

-- Says what could not be tested here, and why.
function Test:skip(part, reason)
    print(("     %s: skipped %s: %s"):format(self.name, part, reason))
end

local function print_logs(self)
    for _, net in ipairs(self.networks) do
        for _, one in ipairs(net.programs) do
            local tail = one:tail(TAIL_LINES)
            if tail ~= "" then
                print(("---- %s/%s"):format(net.folder:match("[^/]+$"), one.name))
                print(tail)
            end
        end
    end
end

local function close(self, keep)
    for _, net in ipairs(self.networks) do
        net:close()
    end
    if keep then
        print("     logs: " .. self.folder)
    else
        folder.remove(self.folder)
    end
end

local function run_and_stop(self, run)
    run(self)
    for _, net in ipairs(self.networks) do
        net:stop()
    end
end

-- Runs it and prints how it went; true if it passed, and whether somebody interrupted it.
function test.run(name, layout, options)
    local run = catalogue.load(name)
    local self = new(name, layout, options)
    local began = process.now_ms()
    waiting.begin(options.patience, function() guard(self) end)
    print(("RUN  %s: %s"):format(name, catalogue.describe(name)))
    local passed, problem = xpcall(run_and_stop, failure.handler, self, run)
    if not passed then
        print(tostring(problem))
        print_logs(self)
    end
    close(self, options.keep)
    print(("%s %s (%.1f s)"):format(passed and "PASS" or "FAIL", name,
        (process.now_ms() - began) / 1000))
    return passed, tostring(problem):find("interrupted!", 1, true) ~= nil
end

return test
