-- What scenario.lua does: finds the build, runs the scenarios, exits with 0, 1 or 2.

local catalogue = require("mcdn.catalogue")
local options = require("mcdn.options")
local paths = require("mcdn.paths")

local main = {}

local function complain(text)
    io.stderr:write("scenario.lua: ", text, "\n")
    return 2
end

local function names_of(parsed)
    if #parsed.names == 1 and parsed.names[1] == "all" then
        return catalogue.names()
    end
    return parsed.names
end

-- Runs them all, also after one has failed, but not after Ctrl-C.
local function run_all(names, layout, parsed)
    local test = require("mcdn.test")
    local failed = {}
    for _, name in ipairs(names) do
        local passed, interrupted = test.run(name, layout, parsed)
        if interrupted then
            return 130
        elseif not passed then
            failed[#failed + 1] = name
        end
    end
    if #names > 1 then
        print(("%d of %d scenarios passed"):format(#names - #failed, #names))
    end
    if #failed > 0 then
        print("failed: " .. table.concat(failed, " "))
        return 1
    end
    return 0
end

local function run_scenarios(parsed, layout)
    for _, name in ipairs(parsed.names) do
        if name ~= "all" and not catalogue.describe(name) then
            return complain("no scenario is called " .. name .. "; 'list' names them")
        end
    end
    if not pcall(require, "process") then
        return complain("no process module in " .. layout.modules
            .. ": build first (cmake -S . -B build && cmake --build build), or give --build DIR")
    end
    if not pcall(require, "socket") then
        return complain("no luasocket: install lua-socket")
    end
    return run_all(names_of(parsed), layout, parsed)
end

function main.run(arg, here)
    local parsed, problem = options.parse(arg)
    if not parsed then
        return complain(problem .. "\n" .. options.usage)
    end
    io.stdout:setvbuf("line")
    if parsed.help then
        io.write(options.usage)
        return 0
    elseif #parsed.names == 1 and parsed.names[1] == "list" then
        catalogue.print()
        return 0
    elseif #parsed.names == 0 then
        return complain("name a scenario\n" .. options.usage)
    end
    local layout = paths.new(arg, here, parsed)
    paths.use_modules(layout)
    return run_scenarios(parsed, layout)
end

return main
