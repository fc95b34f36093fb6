-- Runs mcdn-bench and reads what it measured.

local process = require("process")
local socket = require("socket")

local tool = {}

local Tool = {}
Tool.__index = Tool

function tool.new(path)
    return setmetatable({ path = path }, Tool)
end

local function argv_of(path, command, options)
    local argv, keys = { path, command }, {}
    for key in pairs(options) do
        keys[#keys + 1] = key
    end
    table.sort(keys)
    for _, key in ipairs(keys) do
        if options[key] == true then
            argv[#argv + 1] = "--" .. key
        elseif options[key] then
            argv[#argv + 1] = ("--%s=%s"):format(key, options[key])
        end
    end
    return argv
end

local function numbers_of(text)
    local numbers = {}
    for name, value in text:gmatch("([%w_]+)=([%d.]+)") do
        numbers[name] = math.tointeger(tonumber(value)) or tonumber(value)
    end
    return numbers
end

local function failed(argv, text)
    error(("failed: %s\n%s"):format(table.concat(argv, " "), text), 0)
end

-- Reads its output until it ends, or until a line is complete.
local function read(child, until_line)
    local parts = {}
    repeat
        local text, why = child:read(1000)
        parts[#parts + 1] = text
        if until_line and text and text:find("\n", 1, true) then
            break
        end
    until why and why ~= "again"
    return table.concat(parts)
end

-- Runs any program to its end; returns its output and how many seconds it took.
function tool.run(argv)
    local begin = socket.gettime()
    local child <close> = assert(process.start({ argv = argv }))
    child:close_stdin()
    local text = read(child)
    local code = child:wait(60000)
    local seconds = socket.gettime() - begin
    if code ~= 0 then
        failed(argv, text)
    end
    return text, seconds
end

-- Runs a command and returns its measurements by name. A wrong answer is an error.
function Tool:measure(command, options)
    return numbers_of((tool.run(argv_of(self.path, command, options))))
end

-- Starts a command and returns a function that waits for its end.
function Tool:start(command, options)
    local argv = argv_of(self.path, command, options)
    local child = assert(process.start({ argv = argv }))
    return function()
        child:close_stdin()
        local text = read(child)
        if child:wait(60000) ~= 0 then
            failed(argv, text)
        end
        return numbers_of(text)
    end
end

-- Runs a command that goes on after its first line: returns that line's numbers and a function that
-- ends it and returns those of its last one.
function Tool:hold(command, options)
    local argv = argv_of(self.path, command, options)
    local child = assert(process.start({ argv = argv }))
    local text = read(child, true)
    if child:wait(0) then
        failed(argv, text)
    end
    return numbers_of(text), function()
        child:close_stdin()
        local rest = read(child)
        if child:wait(20000) ~= 0 then
            failed(argv, rest)
        end
        return numbers_of(rest)
    end
end

return tool
