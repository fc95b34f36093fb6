-- The command line of bench.lua.

local options = {}

options.usage = [[
usage: tests/bench/bench.sh [option...] [list | ROW...]

  list              names the rows
  ROW...            measures these (default: all)

  --rounds N        alternating rounds (default: 5)
  --seconds S       of each measurement in a round (default: 2)
  --without-peers   measures ours alone
  --calm PERCENT    repeats a round, at most 4 times, while others take more of the processors
  --quick           one small round, to see whether all answers are right; the figures say nothing
  --json FILE       where to write the figures (default: bench/results.json in the build folder)
  --docs DIR        also writes performance.md's figures and its drawings into this folder
  --build DIR       the build folder
  --modules DIR     where the process module is (default: lua, in the build folder)
]]

local flags = { ["--quick"] = "quick", ["--help"] = "help",
    ["--without-peers"] = "without_peers" }
local values = {
    ["--rounds"] = "rounds",
    ["--seconds"] = "seconds",
    ["--calm"] = "calm",
    ["--json"] = "json",
    ["--docs"] = "docs",
    ["--build"] = "build",
    ["--modules"] = "modules",
}

local function finish(result)
    result.rounds = tonumber(result.rounds) or (result.quick and 1 or 5)
    result.seconds = tonumber(result.seconds) or (result.quick and 0.2 or 2)
    result.calm = result.calm and (tonumber(result.calm) or -1) / 100
    if result.calm and result.calm < 0 then
        return nil, "--calm: no percentage"
    end
    if result.rounds < 1 or result.seconds <= 0 then
        return nil, "--rounds and --seconds: not positive"
    end
    return result
end

-- What the words say, or nil and what is wrong with them.
function options.parse(words)
    local result, at = { names = {} }, 1
    while words[at] do
        local name, value = words[at]:match("^(%-%-[^=]+)=(.*)$")
        name = name or words[at]
        if flags[name] and not value then
            result[flags[name]] = true
        elseif values[name] then
            if not value then
                at = at + 1
                value = words[at]
            end
            if not value then
                return nil, name .. ": a value is missing"
            end
            result[values[name]] = value
        elseif name:sub(1, 1) == "-" then
            return nil, "unknown option " .. name
        else
            result.names[#result.names + 1] = name
        end
        at = at + 1
    end
    return finish(result)
end

return options
