-- The command line of scenario.lua.

local options = {}

options.usage = [[
usage: lua scripts/scenario.lua [option...] list | all | NAME...

  list              names the scenarios
  all               runs every one
  NAME...           runs these

  --build DIR       the build folder (default: build, beside scripts)
  --keep            leaves the run's folder with its logs, and says where it is
  --launcher WORDS  goes before each of our programs, e.g. an emulator (or MCDN_LAUNCHER)
  --modules DIR     where the process module is (default: lua, in the build folder)
  --other DIR       another build folder, for this very machine: `mixed` puts the programs of both
                    into one network
  --only TEXT       of a scenario with parts, only those whose name holds TEXT
  --patience N      makes every deadline N times as long (or MCDN_PATIENCE)
  --spec-times      heartbeats each 3 s and dead after 8 s, as in the specification
]]

local flags = { ["--keep"] = "keep", ["--spec-times"] = "spec_times", ["--help"] = "help" }

local values = {
    ["--build"] = "build",
    ["--launcher"] = "launcher",
    ["--modules"] = "modules",
    ["--only"] = "only",
    ["--other"] = "other",
    ["--patience"] = "patience",
}

local function split(text)
    local words = {}
    for word in text:gmatch("%S+") do
        words[#words + 1] = word
    end
    return words
end

local function finish(result)
    result.launcher = split(result.launcher or os.getenv("MCDN_LAUNCHER") or "")
    result.patience = tonumber(result.patience or os.getenv("MCDN_PATIENCE") or 1)
    if not result.patience or result.patience <= 0 then
        return nil, "--patience: not a positive number"
    end
    return result
end

-- What the words say, or nil and what is wrong with them.
function options.parse(words)
    local result = { names = {} }
    local at = 1
    while words[at] do
        local word = words[at]
        local name, value = word:match("^(%-%-[^=]+)=(.*)$")
        name = name or word
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
        elseif word:sub(1, 1) == "-" then
            return nil, "unknown option " .. word
        else
            result.names[#result.names + 1] = word
        end
        at = at + 1
    end
    return finish(result)
end

return options
