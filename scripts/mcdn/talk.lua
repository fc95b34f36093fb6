-- A program that is talked with over pipes.

local ending = require("mcdn.ending")
local failure = require("mcdn.failure")
local process = require("process")
local waiting = require("mcdn.waiting")

local talk = {}

local Talk = {}
Talk.__index = Talk

-- `clean`, if given, makes of all that was printed so far what is looked at.
function talk.start(name, argv, is_emulated, clean)
    local child, problem = process.start({ argv = argv })
    if not child then
        failure.raise(("%s cannot be started: %s"):format(argv[1], problem))
    end
    return setmetatable({ name = name, child = child, is_emulated = is_emulated, printed = "",
        heard = "", from = 1, clean = clean or function(text) return text end, needed = false,
        settings = {} }, Talk)
end

local function listen(self)
    local text = self.child:read(0)
    while text do
        self.printed = self.printed .. text
        text = self.child:read(0)
    end
    self.heard = self.clean(self.printed)
end

function Talk:say(line)
    self.child:write(line .. "\n")
end

-- Waits until it printed this (plain text) after what was waited for last; returns what came
-- before it.
function Talk:hears(part, seconds)
    local what = ("%s prints %q"):format(self.name, part)
    return waiting.eventually(what, seconds or 10, function()
        listen(self)
        local first, last = self.heard:find(part, self.from, true)
        if not first then
            return nil, self.heard:sub(self.from)
        end
        local before = self.heard:sub(self.from, first - 1)
        self.from = last + 1
        return before
    end)
end

-- Waits for its end; returns the exit code and all it printed.
function Talk:finish(seconds)
    local code = waiting.eventually(self.name .. " ends", seconds or 10, function()
        listen(self)
        return self.child:wait(0), "it still runs"
    end)
    listen(self)
    return code, self.heard
end

function Talk:trouble()
    return nil
end

function Talk:tail(most)
    listen(self)
    local lines = {}
    for line in self.heard:gmatch("[^\r\n]+") do
        lines[#lines + 1] = line
    end
    return table.concat(lines, "\n", math.max(1, #lines - most + 1))
end

function Talk:close()
    ending.kill(self.child, self.is_emulated)
    self.child:wait(10000)
end

return talk
